"""`manage.py prune`: archive the raw texts that the tables hold too, and forget old journals."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from syncing.pruning import prune


class Command(BaseCommand):
    help = "Archive les textes bruts que les tables ont aussi, et oublie les vieux journaux."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Compte, sans rien écrire dans la base.")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        with transaction.atomic():
            for what, count in prune(spool=not dry_run).items():
                self.stdout.write(f"{what} : {count}")
            transaction.set_rollback(dry_run)
