"""What the agenda lets go of: alerts name people, and go with the messages that told them."""

from __future__ import annotations

from datetime import datetime, timedelta

from appointments.alerts.models import AppointmentAlert

ALERTS_KEPT = timedelta(days=365)  # as messages


def prune(now: datetime) -> dict[str, int]:
    """Forget old alerts; how many, in French."""
    old = AppointmentAlert.objects.filter(created_at__lt=now - ALERTS_KEPT)
    return {"alertes de rendez-vous oubliées": old.delete()[0]}
