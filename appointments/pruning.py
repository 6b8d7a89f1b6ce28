"""What the agenda lets go of: alerts and notices name people, and go with the messages that told them."""

from __future__ import annotations

from datetime import datetime, timedelta

from appointments.alerts.models import AppointmentAlert
from appointments.changes.models import ChangeNotice, NoticeState
from appointments.jobs import change_notices
from syncing.scheduling.models import JobRun, RunOutcome

ALERTS_KEPT = timedelta(days=365)  # as messages
NOTICES_KEPT = timedelta(days=300)  # less than their messages: what became of each is told as long as it is shown
RUNS_KEPT = timedelta(days=2)  # nine hundred a day say nothing of yesterday, but for those that went wrong


def prune(now: datetime) -> dict[str, int]:
    """Forget old alerts and notices, and the runs of every minute that found nothing wrong; how many, in French."""
    alerts = AppointmentAlert.objects.filter(created_at__lt=now - ALERTS_KEPT)
    notices = ChangeNotice.objects.filter(created_at__lt=now - NOTICES_KEPT)
    runs = JobRun.objects.filter(job=change_notices.name, slot__lt=now - RUNS_KEPT, outcome=RunOutcome.SUCCESS)
    return {
        "alertes de rendez-vous oubliées": alerts.delete()[0],
        "avis de changement oubliés": notices.exclude(state__in=(NoticeState.PENDING, NoticeState.HELD)).delete()[0],
        "exécutions sans histoire oubliées": runs.delete()[0],
    }
