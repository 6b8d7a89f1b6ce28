"""More cancellations at once than are believed: nothing leaves until a person has looked.

The notices are written and held. The office is told once, with the page where it says « send » or « do not send ». An
appointment that comes back into Gazelle takes its notice away; one whose day passes does too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appointments.changes.kinds import FLOOD
from appointments.changes.models import ChangeNotice, NoticeState
from appointments.changes.planning import queue_time
from syncing import french
from syncing.alerting import address
from syncing.models import MessageLevel
from syncing.notifying.queueing import NoRecipient, notify
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)


class NothingHeld(SyncError):
    """Nothing waits for an answer."""

    code = "nothing_held"
    action = "Rechargez la page : quelqu’un a déjà répondu, ou les rendez-vous sont revenus."


def hold(notices: Sequence[ChangeNotice]) -> None:
    """Tell the office of these notices, written and held."""
    logger.error("cancellations_held", extra={"count": len(notices)})
    count = french.counted(len(notices), "annulation", "annulations")
    body = "\n".join([
        f"{count} à la fois dans l’agenda : Gazelle s’est peut-être trompé. Aucun avis d’annulation n’est parti.",
        "",
        "Regardez dans Gazelle si ces rendez-vous sont vraiment annulés, puis répondez ici :",
        address(reverse("changements")),
    ])  # fmt: skip
    try:
        notify(
            FLOOD, f"flood:{notices[0].pk}", subject=f"{count} à la fois : rien n’est parti", body=body,
            level=MessageLevel.WATCH,
        )  # fmt: skip
    except NoRecipient:
        logger.error("nobody_to_tell_of_held_cancellations")  # the page shows them all the same


def held() -> list[int]:
    """The notices that wait for an answer."""
    return list(ChangeNotice.objects.filter(state=NoticeState.HELD).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def release(expected: int, *, by: User, now: datetime | None = None) -> int:
    """Let the held notices leave; each is still checked in Gazelle. Raises NothingHeld, also when their number is not
    the one the person saw."""
    now = now or timezone.now()
    return _answer(expected, state=NoticeState.PENDING, not_before=queue_time(now), decided_by=by)


@transaction.atomic
def give_up(expected: int, *, by: User, now: datetime | None = None) -> int:
    """Never send the held notices. Raises as `release` does."""
    said = f"Écarté par {by.get_full_name() or by.get_username()}."
    return _answer(expected, state=NoticeState.SKIPPED, reason=said, closed_at=now or timezone.now(), decided_by=by)


def _answer(expected: int, **values: object) -> int:
    rows = list(ChangeNotice.objects.select_for_update().filter(state=NoticeState.HELD).order_by("pk"))
    if not rows or len(rows) != expected:
        raise NothingHeld("Ces avis ne sont plus les mêmes : rien n’a été fait.")
    answered = ChangeNotice.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
    logger.info("held_cancellations_answered", extra={"count": answered, "state": str(values["state"])})
    return answered
