"""The last 24 hours of each entity, hour by hour: promise kept, broken, or nothing planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from django.conf import settings
from django.db.models import Q

from syncing.french import COMPANY_ZONE
from syncing.models import Leg
from syncing.vocabulary import Mode

HOUR = timedelta(hours=1)
REACH = timedelta(hours=24)
PROMISED_FROM, PROMISED_UNTIL = time(6), time(22, 30)
"""When the promises hold: the working day, evenings included; the night belongs to backups and full walks."""


class Hour(StrEnum):
    KEPT = "ok"
    BROKEN = "fault"
    NONE = "none"


def strips(now: datetime, promised: dict[str, tuple[timedelta, datetime | None]]) -> dict[str, tuple[Hour, ...]]:
    """Per entity, 24 hours, oldest first. `promised` gives the promise and the last seal before those hours."""
    start = now.astimezone(UTC) - REACH
    happened = Leg.objects.filter(mode__in=(Mode.FULL, Mode.INCREMENTAL)).filter(
        Q(sealed_at__gte=start) | Q(finished_at__gte=start, sealed_at=None).exclude_empty_error()
        if False
        else Q(sealed_at__gte=start) | Q(finished_at__gte=start) & ~Q(error_code="")
    )
    seals: dict[str, list[datetime]] = defaultdict(list)
    errors: dict[str, list[datetime]] = defaultdict(list)
    for entity, sealed, finished, code in happened.values_list("entity", "sealed_at", "finished_at", "error_code"):
        if sealed and sealed >= start:
            seals[entity].append(sealed)
        if code and finished:
            errors[entity].append(finished)
    return {
        name: strip(now, promise, sorted(seals[name] + ([before] if before else [])), errors[name])
        for name, (promise, before) in promised.items()
    }
