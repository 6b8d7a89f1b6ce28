"""`manage.py reindex`: write the index of the search by meaning again."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.semantic.documents import documents
from assistant.semantic.indexing import Done, keep_v4, rebuild
from assistant.vectors.embedding import Unavailable
from assistant.vectors.pickles import Refused, read_v4
from syncing.french import counted


class Command(BaseCommand):
    help = "Refait l’index de la recherche par le sens, d’après les notes, les événements et les commentaires."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--train", action="store_true", help="Réapprend d’abord le modèle, d’après ces textes.")
        parser.add_argument("--import-v4", type=Path, metavar="FICHIER", help="Garde aussi les vecteurs de V4.")
        parser.add_argument("--dry-run", action="store_true", help="Lit et compte, sans rien écrire.")

    def handle(self, *args: object, train: bool, import_v4: Path | None, dry_run: bool, **options: object) -> None:
        try:
            if import_v4 is not None:
                held = read_v4(import_v4)
                kept = len(held.texts) if dry_run else keep_v4(held)
                self.stdout.write(f"V4 : {counted(kept, 'vecteur', 'vecteurs')}.")
            self._tell(_count() if dry_run else rebuild(learn=train))
        except (Refused, Unavailable, OSError) as error:
            raise CommandError(str(error)) from None

    def _tell(self, done: Done) -> None:
        rows, texts = counted(done.rows, "ligne", "lignes"), counted(done.texts, "texte distinct", "textes distincts")
        self.stdout.write(f"{rows}, {texts}.")


def _count() -> Done:
    texts = [found.text for found in documents() if found.text]
    return Done(len(texts), len(set(texts)))
