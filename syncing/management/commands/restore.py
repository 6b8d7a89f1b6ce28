"""`manage.py restore FILE`: put a backup back, on an empty machine or in place of what is there."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncing import french
from syncing.backups.faults import BackupError, NotEmpty, told
from syncing.backups.restoring import Restore, Restored, prepared

SCHEMES = ("postgres", "postgresql", "sqlite")


class Command(BaseCommand):
    help = "Remet en place la base et les dossiers d’une sauvegarde ; ne remplace rien sans qu’on l’ait dit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="Le chemin de la sauvegarde.")
        parser.add_argument(
            "--into", metavar="URL", default="", help="Une autre base, sans les dossiers : une répétition."
        )
        parser.add_argument("--yes", action="store_true", help="Remplace ce qui est là sans le demander.")
        parser.add_argument("--dry-run", action="store_true", help="Lit le fichier et dit ce qui serait remplacé.")

    def handle(self, *args: object, file: str, into: str, **options: Any) -> None:
        began, config = time.monotonic(), _config(into) if into else None
        parent = Path(settings.BACKUP_DIR)
        try:
            with told(parent):
                parent.mkdir(parents=True, exist_ok=True)
                folder = tempfile.TemporaryDirectory(prefix=".restauration-", dir=parent)
            with folder as unpacked, prepared(Path(file), Path(unpacked), config) as ready:
                done = self._restore(ready, **options)
        except BackupError as error:
            raise CommandError(f"{error} {error.action}", returncode=2 if isinstance(error, NotEmpty) else 1) from None
        if done is not None:
            self._tell(done, time.monotonic() - began)

    def _restore(self, ready: Restore, *, yes: bool, dry_run: bool, **options: Any) -> Restored | None:
        losses = ready.losses()
        made_at = french.day(ready.made_at, ready.made_at)
        self.stdout.write(f"Sauvegarde du {made_at}, {french.clock(ready.made_at)}, entière.")
        for loss in losses:
            self.stdout.write(f"Sera remplacé : {loss}.")
        if dry_run:
            return None
        return ready.put_back(overwrite=not losses or yes or self._agrees(ready))

    def _agrees(self, ready: Restore) -> bool:
        """Typed by a person at a terminal, word for word."""
        if not sys.stdin.isatty():
            return False
        self.stdout.write("Pour le remplacer, écrivez « remplacer » : ", ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip().lower() == "remplacer"

    def _tell(self, done: Restored, spent: float) -> None:
        self.stdout.write(
            f"Restauré dans {done.where} en {french.seconds(spent)} : {french.counted(done.rows, 'ligne', 'lignes')}, "
            f"{french.counted(done.tables, 'table identique', 'tables identiques')} à la sauvegarde, "
            f"{french.counted(done.files, 'fichier', 'fichiers')}."
        )
        if done.must_migrate:
            self.stdout.write("Elle est d’une version plus ancienne : lancez « python manage.py migrate ».")


def _config(url: str) -> Mapping[str, Any]:
    try:
        if urlsplit(url).scheme not in SCHEMES:
            raise ValueError
        config: dict[str, Any] = environ.Env.db_url_config(url)
        if not config["NAME"]:
            raise ValueError
    except ValueError:
        raise CommandError(
            "--into demande une adresse comme postgres://utilisateur@serveur/base ou sqlite:////chemin/fichier.",
            returncode=2,
        ) from None
    return config
