"""`manage.py schedules`: declare the schedule of this environment; doing it again changes nothing."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from syncing.scheduling.declaring import jobs
from syncing.scheduling.planning import ADDED, CHANGED, KEPT, REMOVED, STRANGE, declare
from syncing.vocabulary import SyncError

WORDS = {ADDED: "ajouté", CHANGED: "changé", KEPT: "inchangé", REMOVED: "retiré", STRANGE: "étranger, laissé tel quel"}


class Command(BaseCommand):
    help = "Inscrit l’horaire de cet environnement ; à relancer à chaque mise à jour, sans dommage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Montre ce qui changerait, sans rien écrire.")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        try:
            with transaction.atomic():
                changes = declare(jobs(), timezone.now())
                transaction.set_rollback(dry_run)
        except SyncError as error:
            raise CommandError(f"{error} {error.action}") from None
        for change in changes:
            self.stdout.write(f"{change.row:<24} {change.cron:<20} {WORDS[change.what]}")
        if not settings.SCHEDULER_ENABLED:
            self.stdout.write("L’horaire est éteint (SCHEDULER_ENABLED) : rien ne commencera de soi-même.")
        elif not changes:
            self.stdout.write(f"Rien n’est planifié avec SCHEDULER_ENV={settings.SCHEDULER_ENV}.")
        if any(change.what == STRANGE for change in changes):
            self.stderr.write("Des lignes de django_q_schedule ne sont pas à ce programme : cherchez qui les écrit.")
            sys.exit(1)
