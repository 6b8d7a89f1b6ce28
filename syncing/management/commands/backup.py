"""`manage.py backup`: save the whole house, and prove it by a restore; exit 1 when one of the two failed."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncing import french
from syncing.backups.faults import BackupError
from syncing.backups.making import make
from syncing.backups.verifying import clean_up, verify


class Command(BaseCommand):
    help = "Sauvegarde la base et les dossiers en un fichier, le restaure à l’essai, puis retire les plus anciens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-verify", action="store_true", help="Sans le restaurer à l’essai, ni rien retirer.")

    def handle(self, *args: object, no_verify: bool, **options: object) -> None:
        try:
            row = make()
            self.stdout.write(
                f"{row.file} : {french.octets(row.size or 0)}, {french.counted(row.rows or 0, 'ligne', 'lignes')}, "
                f"{french.listed(row.places)}."
            )
            if no_verify:
                return
            done = verify(row)
            self.stdout.write(
                f"Restaurée à l’essai : {french.counted(done.rows, 'ligne', 'lignes')} dans "
                f"{french.counted(done.tables, 'table identique', 'tables identiques')}."
            )
            if gone := clean_up():
                self.stdout.write(
                    f"{french.counted(gone, 'ancienne sauvegarde retirée', 'anciennes sauvegardes retirées')}."
                )
        except BackupError as error:
            raise CommandError(f"{error} {error.action}") from None
