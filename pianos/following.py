"""What instruments derive from the mirrored tables: the alerts that fresh notes tell of."""

from __future__ import annotations

from django.utils import timezone

from pianos.maintenance.scanning import RECENT, scan


def after_sync() -> None:
    """The notes of the last weeks; older ones wait for the daily scan."""
    scan(now=timezone.now(), reach=RECENT)
