"""The look at the agenda after each sync: what changed since the last one becomes notices, in one transaction.

A process that dies in the middle leaves everything as it was: the next look finds the same changes. Of two at once, one
waits for the other and finds nothing left.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from appointments.changes.deciding import Change, Now, Seen, Told, after_telling, decide
from appointments.changes.flood import hold
from appointments.changes.models import ChangeKind, ChangeNotice, ChangeWatch, NoticeState, WatchedAppointment
from appointments.changes.planning import AT_ONCE, Drop, Known, Push, Queue, Step, plan, queue_time
from appointments.models import Appointment
from appointments.sync import APPOINTMENTS
from clients.models import Technician
from syncing.locks import once_more
from syncing.models import Leg, Version
from syncing.vocabulary import Mode

logger = logging.getLogger(__name__)

BEHIND, AHEAD = timedelta(days=1), timedelta(days=8)
"""What is compared: a day more than what is told, on both sides."""
SLOWEST = timedelta(minutes=15)
"""A change is dated when it is written, and seen when its transaction ends: no batch lasts this long."""
RESTLESS = timedelta(minutes=30)
"""One that goes on changing is told all the same: its notice is not pushed back for ever."""
LEFT = APPOINTMENTS.left_list["status"]
COLUMNS = (
    *("id", "technician_id", "start", "is_all_day", "status", "deleted_at", "type", "client_id"),
    "gazelle_created_at",
)


@dataclass
class Looked:
    """What one look led to."""

    queued: list[ChangeNotice] = field(default_factory=list)
    held: list[ChangeNotice] = field(default_factory=list)
    is_first: bool = False


@dataclass
class Row:
    """An appointment with what was known of it; `watched` is None for one that was not."""

    id: str
    after: Seen
    about: Now
    watched: WatchedAppointment | None
    before: Seen | None
    told: Told
    changes: list[Change] = field(default_factory=list)


@once_more
@transaction.atomic
def look(now: datetime | None = None) -> Looked:
    """Compare the agenda with how it last was. The first look only remembers: nobody is told of what is already there.

    Before the agenda was read whole once, there is nothing to compare.
    """
    now = now or timezone.now()
    watch = ChangeWatch.objects.select_for_update().first()
    if watch is None:
        return _begin(now)
    rows = _rows(now)
    _moved_in(rows, watch.looked_at)
    for row in rows:
        row.changes = decide(row.before, row.after, row.told, row.about, now)
    looked = _tell([row for row in rows if row.changes], now)
    _remember(rows, now)
    ChangeWatch.objects.update(looked_at=now)
    return looked


def _begin(now: datetime) -> Looked:
    """Remember everything, as told: it was on everybody's agenda before anybody watched."""
    if not Leg.objects.filter(entity=APPOINTMENTS.name, mode=Mode.FULL, sealed_at__isnull=False).exists():
        return Looked()
    try:
        with transaction.atomic():
            ChangeWatch.objects.create(began_at=now, looked_at=now)
    except IntegrityError:
        return Looked()  # another process began at the same time
    rows = _rows(now)
    for row in rows:
        row.told = Told(row.after.technician, row.after.start)
    _remember(rows, now)
    return Looked(is_first=True)


def _rows(now: datetime) -> list[Row]:
    """The appointments of the window, and those that were in it."""
    watched: dict[str, WatchedAppointment] = {}
    for one in WatchedAppointment.objects.order_by("pk"):
        twin = watched.get(one.appointment_id)
        if twin is not None:  # two records became one: what was told last is kept
            kept, other = (one, twin) if one.told_technician_id else (twin, one)
            WatchedAppointment.objects.filter(pk=other.pk).delete()
            one = kept
        watched[one.appointment_id] = one
    within = Q(start__gte=now - BEHIND, start__lt=now + AHEAD) | Q(pk__among=list(watched))
    found = Appointment.objects.filter(within, is_placeholder=False).order_by("pk").values(*COLUMNS)
    return [_row(values, watched.get(values["id"])) for values in found]


def _row(values: Mapping[str, Any], watched: WatchedAppointment | None) -> Row:
    gone = values["deleted_at"] is not None or values["status"] in LEFT
    before, told = None, Told()
    if watched is not None:
        before = Seen(watched.technician_id, watched.start, watched.is_all_day, watched.is_gone)
        told = Told(watched.told_technician_id, watched.told_start)
    return Row(
        id=values["id"],
        after=Seen(values["technician_id"], values["start"], bool(values["is_all_day"]), gone),
        about=Now(values["type"], values["client_id"] is not None, values["gazelle_created_at"]),
        watched=watched, before=before, told=told,
    )  # fmt: skip


def _moved_in(rows: Iterable[Row], since: datetime) -> None:
    """Those that were not in the window because they were at another date: the journal of the mirror says how they
    were. One query, and only when something new is not about to enter by itself."""
    strangers = {row.id: row for row in rows if row.before is None and not row.after.is_gone}
    if not strangers:
        return
    versions = Version.objects.filter(entity=APPOINTMENTS.name, gazelle_id__in=strangers, at__gt=since - SLOWEST)
    # Newest first, so that the last word is the oldest one of those written since the last look.
    for gazelle_id, changes in versions.order_by("-version").values_list("gazelle_id", "changes"):
        if not _reads(changes):
            continue
        row = strangers[gazelle_id]
        known = row.before or row.after
        start = parse_datetime(str(changes["start"][0])) if "start" in changes else known.start
        technician = changes["technician_id"][0] if "technician_id" in changes else known.technician
        row.before = Seen(technician, start, known.is_all_day)


def _reads(changes: Mapping[str, Sequence[object]]) -> bool:
    """Whether it says where the appointment was, or whose."""
    return bool({"start", "technician_id"} & changes.keys()) and changes.get("start", ("x",))[0] is not None


def _tell(changed: Sequence[Row], now: datetime) -> Looked:
    """Write the notices of these changes."""
    looked = Looked()
    if not changed:
        return looked
    people = _technicians(changed)
    known = _known(row.id for row in changed)
    steps: list[tuple[Row, Step]] = []
    for row in changed:
        row.changes = [change for change in row.changes if change.technician in people]
        row.told = after_telling(row.told, row.changes)
        steps += [(row, step) for change in row.changes for step in plan(change, known[row.id])]
    cancelling = sum(_cancels(step) for _, step in steps)
    written: list[ChangeNotice] = []
    for row, step in steps:
        match step:
            case Drop(pk, reason):
                _open_one(pk).update(state=NoticeState.SKIPPED, reason=reason, closed_at=now)
            case Push(pk, change):
                _open_one(pk).update(start=change.start, is_all_day=change.is_all_day, day=change.day.date())
                _open_one(pk).filter(created_at__gt=now - RESTLESS).update(not_before=queue_time(now))
            case Queue(change, reason):
                notice = _notice(row, change, now)
                if reason:
                    notice.state, notice.reason, notice.closed_at = NoticeState.SKIPPED, reason, now
                elif _cancels(step) and cancelling > AT_ONCE:
                    notice.state = NoticeState.HELD
                    looked.held.append(notice)
                else:
                    looked.queued.append(notice)
                written.append(notice)
    ChangeNotice.objects.bulk_create(written)
    if looked.held:
        hold(looked.held)
    if looked.queued:
        logger.info("changes_queued", extra={"count": len(looked.queued)})
    return looked


def _cancels(step: Step) -> bool:
    return isinstance(step, Queue) and step.change.kind is ChangeKind.CANCELLED and not step.reason


def _technicians(changed: Iterable[Row]) -> set[str]:
    """Those who go to appointments: the office has users of Gazelle too, and unknown ones hear of nothing."""
    ids = {change.technician for row in changed for change in row.changes}
    return set(technicians().filter(pk__in=ids).values_list("pk", flat=True))


def technicians() -> Any:
    """Users of Gazelle who may be told of appointments."""
    return Technician.objects.present().exclude(is_schedulable=False)


def _known(ids: Iterable[str]) -> Mapping[str, list[Known]]:
    found: dict[str, list[Known]] = defaultdict(list)
    rows = ChangeNotice.objects.filter(appointment__among=list(ids)).order_by("pk")
    for one in rows:
        found[one.appointment_id].append(
            Known(
                one.pk, ChangeKind(one.kind), one.technician_id, one.day, one.start, one.before_start,
                NoticeState(one.state),
            )
        )  # fmt: skip
    return found


def _open_one(pk: int) -> Any:
    return ChangeNotice.objects.filter(pk=pk, state__in=(NoticeState.PENDING, NoticeState.HELD))


def _notice(row: Row, change: Change, now: datetime) -> ChangeNotice:
    return ChangeNotice(
        appointment_id=row.id, technician_id=change.technician, kind=change.kind, start=change.start,
        is_all_day=change.is_all_day, day=change.day.date(), before_start=change.before_start, created_at=now,
        not_before=queue_time(now),
    )  # fmt: skip


def _remember(rows: Iterable[Row], now: datetime) -> None:
    """Write down how they are now; those of the past are forgotten."""
    fresh: list[WatchedAppointment] = []
    changed: list[WatchedAppointment] = []
    past: list[int] = []
    for row in rows:
        if row.watched is not None and (row.after.start is None or row.after.start < now - BEHIND):
            past.append(row.watched.pk)
            continue
        here = row.watched or WatchedAppointment(appointment_id=row.id)
        said = {
            "technician_id": row.after.technician, "start": row.after.start, "is_all_day": row.after.is_all_day,
            "is_gone": row.after.is_gone, "told_technician_id": row.told.technician, "told_start": row.told.start,
        }  # fmt: skip
        if row.watched is None or any(getattr(here, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(here, name, value)
            (fresh if row.watched is None else changed).append(here)
    WatchedAppointment.objects.bulk_create(fresh, batch_size=500)
    columns = ("technician", "start", "is_all_day", "is_gone", "told_technician", "told_start")
    WatchedAppointment.objects.bulk_update(changed, columns, batch_size=100)
    if past:
        WatchedAppointment.objects.filter(pk__in=past).delete()
