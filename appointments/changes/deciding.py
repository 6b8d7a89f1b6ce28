"""What changed of an appointment between two looks, and who must hear of it. Pure: no query, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from appointments.changes.models import ChangeKind
from syncing.french import COMPANY_ZONE, days_between, elapsed

WINDOW = timedelta(days=7)
"""Technicians plan their week on Sunday."""
YOUNG = timedelta(hours=24)
"""Older ones that were not known here are records that we missed, not bookings."""
UNTIMED = time(9)
"""When an event without an hour counts as beginning."""
NOT_VISITS = frozenset({"MEMO", "BLOCKED", "HOLIDAY"})


@dataclass(frozen=True)
class Seen:
    """An appointment as it is, or was when last looked at."""

    technician: str | None
    start: datetime | None
    is_all_day: bool = False
    is_gone: bool = False
    """Cancelled, or no longer in Gazelle."""

    @property
    def begins(self) -> datetime | None:
        """The instant that counts: an event without an hour begins at 9:00."""
        return effective(self.start, self.is_all_day)


@dataclass(frozen=True)
class Told:
    """What was last told of it, and to whom; empty when nothing was."""

    technician: str | None = None
    start: datetime | None = None


@dataclass(frozen=True)
class Now:
    """What else the decision needs to know of the appointment today."""

    type: str
    has_client: bool
    created_at: datetime | None

    @property
    def is_visit(self) -> bool:
        """Institutions are clients; a personal event without one is nobody else's business."""
        return self.has_client and self.type not in NOT_VISITS


@dataclass(frozen=True)
class Change:
    """One thing to tell one technician."""

    kind: ChangeKind
    technician: str
    start: datetime
    is_all_day: bool = False
    before_start: datetime | None = None

    @property
    def day(self) -> datetime:
        return self.start.astimezone(COMPANY_ZONE)


def effective(start: datetime | None, is_all_day: bool) -> datetime | None:
    if start is None or not is_all_day:
        return start
    return datetime.combine(start.astimezone(COMPANY_ZONE).date(), UNTIMED, COMPANY_ZONE).astimezone(UTC)


def decide(before: Seen | None, after: Seen, told: Told, about: Now, now: datetime) -> list[Change]:
    """The changes to tell; `before` is None for an appointment that was not known."""
    if not about.is_visit:
        return []
    return list(_first_seen(after, about, now) if before is None else _between(before, after, told, about, now))


def after_telling(told: Told, changes: list[Change]) -> Told:
    """What is known to have been told once these changes are queued."""
    for change in changes:
        if change.kind in (ChangeKind.CANCELLED, ChangeKind.FREED):
            if told.technician == change.technician:
                told = Told()
        else:
            told = replace(told, technician=change.technician, start=change.start)
    return told


def _first_seen(after: Seen, about: Now, now: datetime) -> Iterator[Change]:
    if not after.is_gone and _is_young(about, now):
        yield from _to_whom_it_is(ChangeKind.NEW, after, now)


def _between(before: Seen, after: Seen, told: Told, about: Now, now: datetime) -> Iterator[Change]:
    if after.is_gone:
        if not before.is_gone:
            yield from _to_whom_it_was(ChangeKind.CANCELLED, before, now)
    elif before.is_gone:
        same = before.technician == after.technician
        yield from _to_whom_it_is(ChangeKind.RESTORED if same else ChangeKind.REASSIGNED, after, now)
    elif before.technician != after.technician:
        # First who loses it: if the other one were told and the rest failed, two people would go.
        yield from _to_whom_it_was(ChangeKind.FREED, before, now)
        if after.technician != told.technician:
            yield from _to_whom_it_is(ChangeKind.REASSIGNED, after, now)
    elif _was_moved(before, after, told):
        yield from _moved(before, after, told, now)
    elif told.technician is None and _is_young(about, now):
        yield from _to_whom_it_is(ChangeKind.NEW, after, now)


def _was_moved(before: Seen, after: Seen, told: Told) -> bool:
    """Compared with what its technician was told; when nothing was, with what the agenda showed."""
    return after.start is not None and after.start != _known_start(before, after, told)


def _known_start(before: Seen, after: Seen, told: Told) -> datetime | None:
    return told.start if told.start is not None and told.technician == after.technician else before.start


def _moved(before: Seen, after: Seen, told: Told, now: datetime) -> Iterator[Change]:
    """Also when it leaves the week: the technician would go for nothing."""
    known = _known_start(before, after, told)
    within = in_week(after.begins, now) or in_week(effective(known, before.is_all_day), now)
    if after.technician and after.start and within:
        yield Change(ChangeKind.RESCHEDULED, after.technician, after.start, after.is_all_day, known)


def _to_whom_it_is(kind: ChangeKind, after: Seen, now: datetime) -> Iterator[Change]:
    if after.technician and after.start and in_week(after.begins, now):
        yield Change(kind, after.technician, after.start, after.is_all_day)


def _to_whom_it_was(kind: ChangeKind, before: Seen, now: datetime) -> Iterator[Change]:
    counts = in_days if kind is ChangeKind.CANCELLED else in_week
    if before.technician and before.start and counts(before.begins, now):
        yield Change(kind, before.technician, before.start, before.is_all_day)


def in_week(begins: datetime | None, now: datetime) -> bool:
    """To come, and less than 168 hours away."""
    return begins is not None and timedelta() < elapsed(now, begins) < WINDOW


def in_days(begins: datetime | None, now: datetime) -> bool:
    """To come, and not after the same day of next week."""
    return begins is not None and elapsed(now, begins) > timedelta() and days_between(now, begins) <= WINDOW.days


def _is_young(about: Now, now: datetime) -> bool:
    return about.created_at is not None and elapsed(about.created_at, now) < YOUNG
