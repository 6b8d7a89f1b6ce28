"""`manage.py duplicates`: compare the records that may be one, for the pages that show them."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from syncing import french
from syncing.likening import find_likenesses


class Command(BaseCommand):
    help = "Compare les fiches qui pourraient être la même, pour les pages qui les montrent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="Les tables à comparer ; toutes sans cela.")
        parser.add_argument("--dry-run", action="store_true", help="Compte, sans rien écrire dans la base.")

    def handle(self, *args: object, entities: list[str], dry_run: bool, **options: object) -> None:
        try:
            with transaction.atomic():
                for name, count in find_likenesses(entities):
                    pairs = french.counted(count, "paire à regarder", "paires à regarder")
                    self.stdout.write(f"{name} : {pairs}")
                transaction.set_rollback(dry_run)
        except LookupError as error:
            raise CommandError(str(error)) from None
