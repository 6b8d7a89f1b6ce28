"""Whether the watcher itself lives: a schedule that died reports nothing, and silence must not look like calm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings

from syncing import french

OPEN, CLOSED = time(6, 10), time(22, 30)
"""Between them something is read every three minutes; the first reading of the day has ten to show itself."""
SILENT = timedelta(minutes=10)
NIGHT = timedelta(hours=8)


@dataclass(frozen=True)
class Watcher:
    """Its tone, its word, and its last sign of life."""

    tone: str
    word: str
    told: str


def watcher(now: datetime, last_sign: datetime | None, last_reading: datetime | None) -> Watcher:
    """`last_sign` is that of a scheduled reading of the last day, `last_reading` that of any."""
    if not settings.SCHEDULER_ENABLED:
        read = f"la dernière {french.ago(last_reading, now)}" if last_reading else "aucune depuis 24 h"
        return Watcher("unknown", "Sans horaire", f"les lectures se lancent à la main, {read}")
    if last_sign is None:
        return Watcher("fault", "Muet", "aucune lecture de l’horaire depuis 24 h")
    age = french.elapsed(last_sign, now)
    by_day = OPEN <= now.astimezone(french.COMPANY_ZONE).time() <= CLOSED
    told = f"dernier signe de vie {french.ago(last_sign, now)}"
    return Watcher("fault", "Muet", told) if age > (SILENT if by_day else NIGHT) else Watcher("ok", "Vivant", told)
