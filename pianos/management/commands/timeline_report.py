"""`manage.py timeline_report`: the report now, into the spreadsheet or into a file."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pianos.report.asking import ask_for_report, job
from pianos.report.memory import waiting
from pianos.report.producing import Order, composed, produce, spreadsheet
from pianos.report.telling import sentence
from syncing.french import counted
from syncing.monitoring.timetable import ending
from syncing.scheduling.models import RunOutcome, Trigger
from syncing.scheduling.running import carry_out
from syncing.vocabulary import SyncError


class Command(BaseCommand):
    help = "Écrit les visites des institutions dans le classeur du rapport, ou dans un fichier .xlsx."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full-refresh", action="store_true", help="Récrit chaque onglet en entier.")
        parser.add_argument("--force", action="store_true", help="Même avec des données de plus de 12 heures.")
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--output", type=Path, metavar="FICHIER.xlsx", help="Écrit plutôt ce fichier, d’après les tables d’ici."
        )
        which.add_argument(
            "--dry-run", action="store_true", help="Compte par onglet, sans rien lire ni écrire ailleurs."
        )

    def handle(
        self, *args: object, full_refresh: bool, force: bool, output: Path | None, dry_run: bool, **options: object
    ) -> None:
        try:
            if dry_run:
                self._count(full_refresh=full_refresh)
            elif output is not None:
                if output.suffix.lower() != ".xlsx":
                    raise CommandError("--output demande un fichier .xlsx.", returncode=2)
                self.stdout.write(sentence(produce(Order(forced=True, output=output), timezone.now())))
            else:
                self._run(full_refresh=full_refresh, force=force)
        except SyncError as error:
            raise CommandError(f"{error} {error.action}") from None

    def _count(self, *, full_refresh: bool) -> None:
        for tab, rows in composed().tabs.items():
            left = len(rows) if full_refresh else waiting(spreadsheet(), tab, rows)
            self.stdout.write(f"{tab} : {counted(left, 'ligne', 'lignes')} à écrire, sur {len(rows)}.")

    def _run(self, *, full_refresh: bool, force: bool) -> None:
        """The same run as the schedule's."""
        run = ask_for_report(
            full_refresh=full_refresh, forced=force, trigger=Trigger.MANUAL, user=None, now=timezone.now()
        )
        carry_out(job(), run)
        word = ending(run, timezone.now())[1]
        self.stdout.write(f"{job().label} : {word.lower()}. {run.message} {run.action}".rstrip())
        if run.outcome not in (RunOutcome.SUCCESS, RunOutcome.WARNING):
            sys.exit(1)
