"""What the agenda derives from the mirrored tables after each sync."""

from __future__ import annotations

from appointments.changes.looking import look


def after_sync() -> None:
    """Find what changed for the technicians; whatever goes wrong here, the next sync finds it."""
    look()
