"""`manage.py reconcile`: settle the rows that were received, without asking Gazelle again."""

from __future__ import annotations

import sys
from contextlib import nullcontext

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from syncing.engine import settle
from syncing.progress import outcomes
from syncing.reconciling.tallying import Tally
from syncing.registry import UnknownEntity, entities


class Command(BaseCommand):
    help = "Rapproche les lignes reçues qui attendent, ou toutes avec --replay, sans redemander à Gazelle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITÉ", help="Tables à rapprocher ; toutes par défaut.")
        parser.add_argument("--replay", action="store_true", help="Toutes les lignes, après une correction du lecteur.")
        parser.add_argument("--dry-run", action="store_true", help="Montre ce qui changerait, sans rien écrire.")

    def handle(self, *args: object, entities: list[str], replay: bool, dry_run: bool, **options: object) -> None:
        try:
            failed = self._settle(entities, replay=replay, dry_run=dry_run)
        except UnknownEntity as error:
            raise CommandError(str(error.args[0]), returncode=2) from None
        if failed:
            sys.exit(1)

    def _settle(self, names: list[str], *, replay: bool, dry_run: bool) -> int:
        registry, failed = entities(), 0
        chosen = {registry[name].name for name in names}
        wanted = [entity for entity in registry if entity.name in chosen or not chosen]
        with transaction.atomic() if dry_run else nullcontext():
            for entity, told in settle(wanted, replay=replay):
                if isinstance(told, Tally):
                    failed += told.failed
                    self.stdout.write(f"{entity.label} : {outcomes(told)}")
                else:
                    self.stdout.write(f"{entity.label} : laissée de côté. {told}")
            if dry_run:
                transaction.set_rollback(True)
        return failed
