"""Whether the watcher itself lives: a schedule that died reports nothing, and silence must not look like calm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from syncing import french
from syncing.monitoring.timetable import SILENT
from syncing.scheduling.declaring import DEFAULT


@dataclass(frozen=True)
class Watcher:
    """Its tone, its word, and its last sign of life."""

    tone: str
    word: str
    told: str


def watcher(now: datetime, last_sign: datetime | None, last_reading: datetime | None) -> Watcher:
    """`last_sign` is that of any job of the last day, `last_reading` that of a reading, whoever started it."""
    if not settings.SCHEDULER_ENABLED:
        read = f"la dernière {french.ago(last_reading, now)}" if last_reading else "aucune depuis 24 h"
        return Watcher("unknown", "Sans horaire", f"les lectures se lancent à la main, {read}")
    if last_sign is None:
        return Watcher("fault", "Muet", "aucun signe de l’horaire depuis 24 h")
    silent = french.elapsed(last_sign, now) > SILENT[DEFAULT]
    told = f"dernier signe de vie {french.ago(last_sign, now)}"
    return Watcher("fault", "Muet", told) if silent else Watcher("ok", "Vivant", told)
