"""What is let go of instruments' affairs: the lines of old reports. What Google accepted is never forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from pianos.report.models import TimelineReport

REPORTS_KEPT = timedelta(days=400)  # as the journal: a year can be compared with the one before


def prune(now: datetime) -> dict[str, int]:
    return {"rapports oubliés": TimelineReport.objects.filter(at__lt=now - REPORTS_KEPT).delete()[0]}
