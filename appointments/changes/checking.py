"""What a notice says is looked at once more before it leaves: in Gazelle, then against the mirror."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum, auto
from io import StringIO

from appointments.changes.deciding import effective
from appointments.changes.looking import LEFT
from appointments.changes.models import ChangeKind, ChangeNotice
from appointments.changes.planning import BACK_IN_TIME, BACK_TO_HIM, CALLED_OFF, GIVEN, GONE_ON
from appointments.sync import APPOINTMENTS
from syncing.connection import hurried
from syncing.engine import sync_one
from syncing.fetching.transport import Transport
from syncing.progress import LineReporter
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)

K = ChangeKind
TIRED = 2
"""Records that could not be read, after which no other one is asked for now."""
PAST = "Le rendez-vous est passé."
STILL_THERE = "Toujours dans Gazelle."
UNKNOWN = "Gazelle ne connaît plus ce rendez-vous."
OFF_THE_AGENDA = "Cette personne ne reçoit plus de rendez-vous."


class Check(Enum):
    """What came of asking Gazelle for one appointment."""

    READ = auto()
    """The mirror says what Gazelle says."""
    UNKNOWN = auto()
    DOUBT = auto()
    """No answer, or another reading is at it."""


def ask(appointments: Iterable[str]) -> Mapping[str, Check]:
    """Read each of these again. A Gazelle that is down is not asked as many times as there are appointments."""
    ids = sorted(set(appointments))
    found = dict.fromkeys(ids, Check.DOUBT)
    failures = 0
    try:
        with hurried() as door:
            for gazelle_id in ids:
                found[gazelle_id] = _ask(gazelle_id, door)
                failures += found[gazelle_id] is Check.DOUBT
                if failures == TIRED:
                    break
    except SyncError as error:  # no way in: all are in doubt
        logger.warning("changes_not_checked", extra={"code": error.code})
    return found


def _ask(gazelle_id: str, door: Transport) -> Check:
    result = sync_one(
        APPOINTMENTS.name, gazelle_id, reporter=LineReporter(StringIO()), trigger="scheduler", transport=door
    )
    if result.error is not None:
        logger.warning("change_not_checked", extra={"gazelle_id": gazelle_id, "code": result.error.code})
        return Check.DOUBT
    return Check.UNKNOWN if result.is_unknown else Check.READ


def untrue(notice: ChangeNotice, check: Check, now: datetime) -> str:
    """Why a notice must not leave; "" when what it says is still so. `notice` with its appointment and technician."""
    one, kind = notice.appointment, ChangeKind(notice.kind)
    is_gone = one.deleted_at is not None or one.status in LEFT or check is Check.UNKNOWN
    is_his = one.technician_id == notice.technician_id
    if kind is K.UNDOCUMENTED:
        return "" if is_gone else STILL_THERE
    if (begins := effective(notice.start, notice.is_all_day)) is None or begins <= now:
        return PAST
    person = notice.technician
    if person.is_placeholder or person.deleted_at is not None or person.is_schedulable is False:
        return OFF_THE_AGENDA
    if kind is K.CANCELLED:
        return "" if is_gone else STILL_THERE
    if kind is K.FREED:
        return BACK_TO_HIM if is_his and not is_gone else ""
    if is_gone:
        return UNKNOWN if check is Check.UNKNOWN else CALLED_OFF
    if not is_his:
        return GONE_ON
    return BACK_IN_TIME if kind not in GIVEN and one.start == notice.before_start else ""
