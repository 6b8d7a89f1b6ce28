"""`manage.py duplicates`: compare the records that may be one, for the pages that show them."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncing import french
from syncing.likening import find_likenesses


class Command(BaseCommand):
    help = "Compare les fiches qui pourraient être la même, pour les pages qui les montrent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="Les tables à comparer ; toutes sans cela.")
        parser.add_argument("--dry-run", action="store_true", help="Compte, sans rien écrire dans la base.")

    def handle(self, *args: object, entities: list[str], dry_run: bool, **options: object) -> None:
        try:
            for name, count in find_likenesses(entities, dry_run=dry_run):
                pairs = french.counted(count, "paire à regarder", "paires à regarder")
                self.stdout.write(f"{name} : {pairs}")
        except LookupError as error:
            raise CommandError(str(error)) from None
