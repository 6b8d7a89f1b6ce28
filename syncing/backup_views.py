"""« Sauvegardes »: what could be put back tomorrow, and since when that is proved."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from syncing.access import office_required
from syncing.backups.models import Backup, BackupOutcome
from syncing.monitoring import keeping
from syncing.scheduling.declaring import jobs

SHOWN = 40
TONES = {
    BackupOutcome.MADE: "watch", BackupOutcome.VERIFIED: "ok", BackupOutcome.UNREADABLE: "fault",
    BackupOutcome.FAILED: "fault",
}  # fmt: skip


@never_cache
@require_safe
@office_required
def backups_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = list(Backup.objects.filter(removed_at=None)[:SHOWN])
    context = {
        "standing": keeping.standing(now),
        "wrong": keeping.findings(now),
        "rows": [(row, *_ending(row)) for row in rows],
        "shown": SHOWN,
        "job": jobs()["backup"],
        "kept": (settings.BACKUP_KEEP_DAILY, settings.BACKUP_KEEP_WEEKLY, settings.BACKUP_KEEP_MONTHLY),
        "is_planned": settings.SCHEDULER_ENABLED and bool(jobs()["backup"].lines(settings.SCHEDULER_ENV)),
        "is_sealed": bool(settings.BACKUP_ENCRYPTION_KEYS),
    }
    return render(request, "syncing/sauvegardes.html", context)


def _ending(row: Backup) -> tuple[str, str]:
    """How it ended, as a tone and a word."""
    if row.finished_at is None:
        return "pending", "En cours"
    outcome = BackupOutcome(row.outcome)
    return TONES[outcome], str(outcome.label)
