"""What is done about a change, given the notices that its appointment already has. Pure.

What has not left yet is still ours to take back: whoever heard nothing of a change needs not hear of its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appointments.changes.deciding import Change
from appointments.changes.models import ChangeKind, NoticeState
from syncing.french import COMPANY_ZONE

BUFFER = timedelta(minutes=5)
"""Whoever books often corrects at once: the mail then says the last word."""
QUIET_FROM, QUIET_UNTIL, MORNING = 21, 7, (7, 5)
AT_ONCE = 10
"""Cancellations in one look that are believed; more are a probable fault of Gazelle's."""

K, S = ChangeKind, NoticeState
GIVEN = frozenset({K.NEW, K.REASSIGNED, K.RESTORED})
"""The kinds that tell a technician that an appointment is his."""
OPEN = frozenset({S.PENDING, S.HELD})
SAID = frozenset({S.COMPOSED, S.UNSENDABLE})
TOLD_ALREADY = "Déjà annoncé pour ce jour, puis démenti : prévenez la personne vous-même."
BACK_IN_TIME = "Revenu à son heure avant l’envoi."
BACK_TO_HIM = "Revenu à la même personne avant l’envoi."
GONE_ON = "Passé à quelqu’un d’autre avant l’envoi."
CALLED_OFF = "Annulé avant l’envoi."
CAME_BACK = "De retour dans Gazelle avant l’envoi."
REPLACED = "Remplacé par l’avis d’annulation."
REPLACED_BY_LEAVING = "Remplacé par l’avis de plage libérée."


@dataclass(frozen=True)
class Known:
    """A notice that is written already."""

    pk: int
    kind: ChangeKind
    technician: str
    day: date
    start: datetime
    before_start: datetime | None
    state: NoticeState


@dataclass(frozen=True)
class Queue:
    """Write a notice; with a reason, one that will not leave and says why."""

    change: Change
    reason: str = ""


@dataclass(frozen=True)
class Push:
    """Let a notice wait its five minutes anew, and say this start."""

    pk: int
    change: Change


@dataclass(frozen=True)
class Drop:
    """Do not send a notice after all."""

    pk: int
    reason: str


Step = Queue | Push | Drop


def queue_time(now: datetime) -> datetime:
    """Five minutes from now; at night, 7:05. Only the hour of the finding counts: 20:58 leaves at 21:03."""
    local = now.astimezone(COMPANY_ZONE)
    if QUIET_UNTIL <= local.hour < QUIET_FROM:
        return now + BUFFER
    morning = local.date() + timedelta(days=1 if local.hour >= QUIET_FROM else 0)
    return datetime(morning.year, morning.month, morning.day, *MORNING, tzinfo=COMPANY_ZONE)


def plan(change: Change, known: Collection[Known]) -> list[Step]:
    """The steps that this change asks for; `known` are all notices of its appointment, oldest first."""
    mine = [one for one in known if one.technician == change.technician]
    match change.kind:
        case K.CANCELLED | K.FREED:
            return _taken_away(change, mine)
        case K.RESCHEDULED:
            return _moved(change, mine)
        case _:
            return _given(change, mine)


def _given(change: Change, mine: list[Known]) -> list[Step]:
    """New, reassigned or restored. He who was about to hear that it is no longer his, hears nothing of it."""
    lost = _open(mine, {K.FREED, K.CANCELLED})
    if lost:
        reason = {K.FREED: BACK_TO_HIM, K.CANCELLED: CAME_BACK}
        drops: list[Step] = [Drop(one.pk, reason[one.kind]) for one in lost]
        knew = lost[0].start
        if knew != change.start:
            moved = Change(K.RESCHEDULED, change.technician, change.start, change.is_all_day, knew)
            return drops + _moved(moved, mine)
        return drops
    if change.kind is K.RESTORED:
        last = _last_said(mine, {K.CANCELLED, *GIVEN})
        return [Queue(change)] if last is not None and last.kind is K.CANCELLED else []
    return _once(change, mine)


def _moved(change: Change, mine: list[Known]) -> list[Step]:
    if coming := _open(mine, GIVEN):  # he has not heard of it yet: he will hear of it as it is now
        return [Push(one.pk, change) for one in coming]
    for one in _open(mine, {K.RESCHEDULED}):
        return [Drop(one.pk, BACK_IN_TIME)] if one.before_start == change.start else [Push(one.pk, change)]
    return [Queue(change)]


def _taken_away(change: Change, mine: list[Known]) -> list[Step]:
    if coming := _open(mine, GIVEN):
        return [Drop(one.pk, CALLED_OFF if change.kind is K.CANCELLED else GONE_ON) for one in coming]
    if any(one.kind in GIVEN for one in mine) and not any(one.state in SAID for one in mine):
        return []  # what would have told him of it was dropped: he never heard that it was his
    drops: list[Step] = []
    for one in _open(mine, {K.RESCHEDULED}):
        drops.append(Drop(one.pk, REPLACED if change.kind is K.CANCELLED else REPLACED_BY_LEAVING))
        # He only knows the hour from before the move that he never heard of.
        change = Change(change.kind, change.technician, one.before_start or change.start, change.is_all_day)
    if change.kind is K.CANCELLED:
        last = _last_said(mine, {K.CANCELLED, *GIVEN})
        if last is not None and last.kind in GIVEN:  # told anew that it is his: he must hear that it is not
            return [*drops, Queue(change)]
    return drops + _once(change, mine)


def _once(change: Change, mine: Iterable[Known]) -> list[Step]:
    """One notice of a kind for an appointment, a technician and a day."""
    same = [one for one in mine if one.kind is change.kind and one.day == change.day.date()]
    if waiting := [one for one in same if one.state in OPEN]:
        return [Push(waiting[0].pk, change)] if waiting[0].state is S.PENDING else []
    if any(one.state in SAID for one in same):
        return [Queue(change, TOLD_ALREADY)]
    return [Queue(change)]


def _open(mine: Iterable[Known], kinds: Collection[ChangeKind]) -> list[Known]:
    return [one for one in mine if one.kind in kinds and one.state in OPEN]


def _last_said(mine: Iterable[Known], kinds: Collection[ChangeKind]) -> Known | None:
    return next((one for one in reversed(list(mine)) if one.kind in kinds and one.state in SAID), None)
