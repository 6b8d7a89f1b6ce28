"""`manage.py verify_backup`: prove a backup again, by a restore beside the site's database; exit 1 when it is bad."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncing import french
from syncing.backups.faults import BackupError
from syncing.backups.models import Backup
from syncing.backups.verifying import Verified, last, verify, verify_file


class Command(BaseCommand):
    help = "Restaure une sauvegarde à l’essai et compare chaque table ; sort avec 1 quand elle ne vaut rien."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="last", metavar="FICHIER", help="Nom ou chemin ; sinon la dernière."
        )

    def handle(self, *args: object, file: str, **options: object) -> None:
        try:
            done = _prove(file)
        except BackupError as error:
            raise CommandError(f"{error} {error.action}") from None
        self.stdout.write(
            f"{done.file} est bonne : {french.counted(done.rows, 'ligne', 'lignes')} dans "
            f"{french.counted(done.tables, 'table', 'tables')}, comme au moment où elle a été faite."
        )


def _prove(file: str) -> Verified:
    """By its name, the result is in the journal; a file from elsewhere is only told about."""
    if file == "last":
        return verify(last())
    row = Backup.objects.filter(file=file).exclude(outcome="").first()
    return verify(row) if row is not None else verify_file(Path(file))
