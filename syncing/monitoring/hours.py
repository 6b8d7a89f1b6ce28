"""The last 24 hours of each entity, hour by hour: promise kept, broken, or nothing planned."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from syncing.french import COMPANY_ZONE
from syncing.models import Leg
from syncing.monitoring.promises import Promise
from syncing.vocabulary import INTERRUPTED

HOUR = timedelta(hours=1)
REACH = 24 * HOUR
OPENING, CLOSING = time(6), time(22, 30)
"""When the promises hold: the working day, evenings included; the night belongs to backups and full walks."""


class Hour(StrEnum):
    """What one hour of the strip says; the values are the classes the stylesheet draws."""

    KEPT = "ok"
    BROKEN = "fault"
    NONE = "none"


Promised = Mapping[str, Sequence[tuple[Promise, datetime | None]]]
"""Per entity, each promise and up to when its data was known before the strip begins."""


def strips(now: datetime, promised: Promised) -> dict[str, tuple[Hour, ...]]:
    """Per entity, 24 hours, oldest first, from one query. Of several promises, the worst kept tells the hour."""
    start = now.astimezone(UTC) - REACH
    keeping = Q(pk__in=())
    for name, each in promised.items():
        keeping |= Q(entity=name, mode__in={mode for promise, _ in each for mode in promise.modes})
    in_reach = Q(sealed_at__gte=start) | (Q(finished_at__gte=start) & ~Q(error_code__in=("", INTERRUPTED)))
    seals: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    errors: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    columns = ("entity", "mode", "resumed", "started_at", "sealed_at", "finished_at", "error_code")
    for name, mode, resumed, started, sealed, finished, code in (
        Leg.objects.filter(in_reach & keeping).order_by().values_list(*columns)
    ):
        if sealed:
            seals[name, mode].append(started if resumed else sealed)
        if code not in ("", INTERRUPTED) and finished:
            errors[name, mode].append(finished)
    return {
        name: together(
            strip(
                now,
                promise.limit,
                sorted([*([before] if before else []), *_of(seals, name, promise)]),
                _of(errors, name, promise),
            )
            for promise, before in each
        )
        for name, each in promised.items()
    }


def _of(instants: Mapping[tuple[str, str], list[datetime]], name: str, promise: Promise) -> list[datetime]:
    return [at for mode in promise.modes for at in instants.get((name, mode), ())]


def together(each: Iterable[tuple[Hour, ...]]) -> tuple[Hour, ...]:
    """One strip out of those of several promises: broken when one is, kept when all are."""
    worst_first = (Hour.BROKEN, Hour.NONE, Hour.KEPT)
    return tuple(min(hours, key=worst_first.index) for hours in zip(*each, strict=True))


def strip(now: datetime, promise: timedelta, seals: Sequence[datetime], errors: Sequence[datetime]) -> tuple[Hour, ...]:
    """Pure: the 24 hours that end now. `seals` in order of time."""
    # In UTC an hour always lasts an hour: the strip has 24 of them in the nights when the clocks change too.
    start = now.astimezone(UTC) - REACH
    return tuple(_hour(start + index * HOUR, promise, seals, errors) for index in range(24))


def _hour(begin: datetime, promise: timedelta, seals: Sequence[datetime], errors: Sequence[datetime]) -> Hour:
    end = begin + HOUR
    known = seals[: bisect_right(seals, end)]
    if any(begin < at <= end for at in errors):
        return Hour.BROKEN
    if not known:
        return Hour.NONE
    if settings.SCHEDULER_ENABLED and _planned(begin) and _worst_age(begin, end, known) > promise:
        return Hour.BROKEN
    return Hour.KEPT if known[-1] + promise >= begin else Hour.NONE


def opening(now: datetime) -> datetime | None:
    """When the promises began to hold today; None outside their hours."""
    local = now.astimezone(COMPANY_ZONE)
    return datetime.combine(local.date(), OPENING, COMPANY_ZONE) if _planned(now) else None


def _planned(begin: datetime) -> bool:
    return OPENING <= begin.astimezone(COMPANY_ZONE).time() < CLOSING


def _worst_age(begin: datetime, end: datetime, known: Sequence[datetime]) -> timedelta:
    """The greatest age reached within the hour: just before each seal, and at its end. Nights do not count."""
    opening = datetime.combine(begin.astimezone(COMPANY_ZONE).date(), OPENING, COMPANY_ZONE).astimezone(UTC)
    worst = timedelta()
    for instant in [*known[bisect_right(known, begin) :], end]:
        earlier = bisect_left(known, instant)
        if earlier:
            worst = max(worst, instant - max(known[earlier - 1].astimezone(UTC), opening))
    return worst
