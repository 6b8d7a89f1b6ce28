"""Whether the house could be put back tomorrow: a backup that is recent, that was proved, and that is still there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from syncing import french
from syncing.backups.models import Backup, BackupOutcome
from syncing.monitoring.finding import Finding, Level

LATE = timedelta(hours=30)
"""One night, and the margin of a morning to see that it was missed."""
MAKE = "python manage.py backup"
JOB = "job:backup"
"""What a failure of the job is called among the findings of jobs."""
MADE = (BackupOutcome.MADE, BackupOutcome.VERIFIED, BackupOutcome.UNREADABLE)


@dataclass(frozen=True)
class Standing:
    """How backups stand, in a tone, a word and a sentence."""

    tone: str
    word: str
    told: str


def are_expected() -> bool:
    return settings.SCHEDULER_ENV == "production" or bool(settings.BACKUPS_ASKED)


def findings(now: datetime) -> list[Finding]:
    """What is wrong with backups, where somebody counts on them."""
    return list(_findings(now)) if are_expected() else []


def _findings(now: datetime) -> Iterator[Finding]:
    finished = Backup.objects.exclude(finished_at=None)
    attempt = finished.first()
    newest = finished.filter(outcome__in=MADE, removed_at=None).first()
    proved = finished.filter(outcome=BackupOutcome.VERIFIED, removed_at=None).order_by("-verified_at").first()
    if attempt is None:
        yield Finding(
            "backup:never", Level.WATCH, "Aucune sauvegarde n’a encore été faite : une panne de disque perdrait tout.",
            "Faites-en une.", url=reverse("sauvegardes"), command=MAKE,
        )  # fmt: skip
        return
    if attempt.outcome == BackupOutcome.FAILED:
        yield _fault(
            "backup:failed", "La dernière sauvegarde a échoué.",
            f"La sauvegarde {french.weekday_and_clock(attempt.started_at, now)} n’a pas été faite : {attempt.message}",
            attempt.action, MAKE,
        )  # fmt: skip
    trouble = why_unreadable(newest) if newest else ""
    if trouble:
        yield _fault(
            "backup:unreadable", "La dernière sauvegarde ne peut pas servir.", trouble,
            "Faites-en une autre, puis cherchez pourquoi.", MAKE,
        )  # fmt: skip
    if attempt.outcome == BackupOutcome.FAILED or trouble:
        return  # the age is the consequence
    if proved is None or french.elapsed(proved.started_at, now) > LATE:
        age = f"remonte à {french.duration(french.elapsed(proved.started_at, now))}" if proved else "manque encore"
        yield _fault(
            "backup:stale", "Il n’y a pas de sauvegarde récente.",
            f"La dernière sauvegarde vérifiée {age} ; il en faut une par nuit.", "Faites-en une.", MAKE,
        )  # fmt: skip


def _fault(code: str, title: str, cause: str, action: str, command: str) -> Finding:
    return Finding(code, Level.FAULT, cause, action, command=command, title=title)


def why_unreadable(row: Backup) -> str:
    """Why a backup would not serve, as far as a look at its file tells; "" when all seems well."""
    if row.outcome == BackupOutcome.UNREADABLE:
        return row.message
    if not settings.BACKUP_IN_FOLDER or "dossier" not in row.places:
        return ""  # a store is asked when it is verified, not at each page
    path = Path(settings.BACKUP_DIR) / row.file
    try:
        size = path.stat().st_size
    except OSError:
        return f"{row.file} n’est plus dans le dossier des sauvegardes."
    if size != row.size:
        return f"{row.file} fait {french.octets(size)} au lieu de {french.octets(row.size or 0)}."
    return ""


def standing(now: datetime) -> Standing:
    """For the system page, whether or not backups are expected."""
    wrong = findings(now)
    proved = Backup.objects.filter(outcome=BackupOutcome.VERIFIED, removed_at=None).first()
    if proved is None:
        told = "aucune n’a encore été restaurée à l’essai"
    else:
        told = f"dernière vérifiée {french.ago(proved.started_at, now)}, {french.octets(proved.size or 0)}"
    if wrong:
        fault = any(one.level is Level.FAULT for one in wrong)
        return Standing("fault" if fault else "watch", wrong[0].level.word, told)
    return Standing("ok", "Vérifiée", told) if proved else Standing("unknown", "Aucune", told)
