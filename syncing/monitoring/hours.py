"""The last 24 hours of each entity, hour by hour: promise kept, broken, or nothing planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from syncing.french import COMPANY_ZONE
from syncing.models import Leg
from syncing.vocabulary import Mode

STOPPED = "interrupted"
"""The error code of a leg a person stopped: nothing failed, it waits to be resumed."""
HOUR = timedelta(hours=1)
REACH = 24 * HOUR
OPENING, CLOSING = time(6), time(22, 30)
"""When the promises hold: the working day, evenings included; the night belongs to backups and full walks."""


class Hour(StrEnum):
    """What one hour of the strip says; the values are the classes the stylesheet draws."""

    KEPT = "ok"
    BROKEN = "fault"
    NONE = "none"


Promised = Mapping[str, tuple[timedelta, datetime | None]]
"""Per entity, the promise and the last seal before the strip begins."""


def strips(now: datetime, promised: Promised) -> dict[str, tuple[Hour, ...]]:
    """Per entity, 24 hours, oldest first, from one query."""
    start = now.astimezone(UTC) - REACH
    in_reach = Q(sealed_at__gte=start) | (Q(finished_at__gte=start) & ~Q(error_code__in=("", STOPPED)))
    legs = Leg.objects.filter(in_reach, mode__in=(Mode.FULL, Mode.INCREMENTAL)).order_by()
    seals: dict[str, list[datetime]] = defaultdict(list)
    errors: dict[str, list[datetime]] = defaultdict(list)
    for name, sealed, finished, code in legs.values_list("entity", "sealed_at", "finished_at", "error_code"):
        if sealed:
            seals[name].append(sealed)
        if code not in ("", STOPPED) and finished:
            errors[name].append(finished)
    return {
        name: strip(now, promise, [*([before] if before else []), *sorted(seals[name])], errors[name])
        for name, (promise, before) in promised.items()
    }


def strip(now: datetime, promise: timedelta, seals: Sequence[datetime], errors: Sequence[datetime]) -> tuple[Hour, ...]:
    """Pure: the 24 hours that end now. `seals` in order of time."""
    # In UTC an hour always lasts an hour: the strip has 24 of them in the nights when the clocks change too.
    start = now.astimezone(UTC) - REACH
    return tuple(_hour(start + index * HOUR, promise, seals, errors) for index in range(24))


def _hour(begin: datetime, promise: timedelta, seals: Sequence[datetime], errors: Sequence[datetime]) -> Hour:
    end = begin + HOUR
    known = [at for at in seals if at <= end]
    if any(begin < at <= end for at in errors):
        return Hour.BROKEN
    if not known:
        return Hour.NONE
    if settings.SCHEDULER_ENABLED and _planned(begin) and _worst_age(begin, end, known) > promise:
        return Hour.BROKEN
    return Hour.KEPT if known[-1] + promise >= begin else Hour.NONE


def _planned(begin: datetime) -> bool:
    return OPENING <= begin.astimezone(COMPANY_ZONE).time() < CLOSING


def _worst_age(begin: datetime, end: datetime, known: Sequence[datetime]) -> timedelta:
    """The greatest age reached within the hour: just before each seal, and at its end. Nights do not count."""
    opening = datetime.combine(begin.astimezone(COMPANY_ZONE).date(), OPENING, COMPANY_ZONE).astimezone(UTC)
    worst = timedelta()
    for instant in [*(at for at in known if at > begin), end]:
        earlier = [at for at in known if at < instant]
        previous = earlier[-1] if earlier else None
        if previous:
            worst = max(worst, instant - max(previous.astimezone(UTC), opening))
    return worst
