"""That the database takes nothing, kept where it can be: a small file beside the pages that wait for it.

Written before the owner is told, so that what crashes in between is not said twice; read by the system page, which a
database that only refuses to write still answers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

DOWN, LOCKED = "down", "locked"


@dataclass(frozen=True)
class Mark:
    """Which trouble, and since when it is known."""

    trouble: str
    since: datetime


def mark(trouble: str, now: datetime) -> bool:
    """Write it down; False when something stands already."""
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{now.isoformat()} {trouble}")
    except OSError:  # said already, or no disk to remember it on: then silence is better than a mail a minute
        return False
    return True


def standing() -> Mark | None:
    """What was written down and is not over; None for a file cut short, which says nothing."""
    try:
        since, _, trouble = _path().read_text("ascii").partition(" ")
        return Mark(trouble or DOWN, datetime.fromisoformat(since))
    except (OSError, ValueError):
        return None


def forget() -> None:
    _path().unlink(missing_ok=True)


def _path() -> Path:
    """RAW_DATA_DIR: the one place that every installation gives us to write to."""
    return Path(settings.RAW_DATA_DIR) / "database_outage"
