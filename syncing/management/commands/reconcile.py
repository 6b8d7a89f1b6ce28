from __future__ import annotations

import sys
from contextlib import nullcontext

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from syncing.progress import outcomes
from syncing.reconciling.reconciling import reconcile
from syncing.registry import UnknownEntity, entities


class Command(BaseCommand):
    help = "Rapproche les lignes reçues qui attendent, ou toutes avec --replay, sans redemander à Gazelle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "entities", nargs="*", metavar="ENTITÉ", help="Tables à rapprocher ; toutes si rien n’est dit."
        )
        parser.add_argument(
            "--replay",
            action="store_true",
            help="Reprend aussi ce qui est déjà rapproché, après une correction du lecteur.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Montre ce qui changerait, sans rien écrire.")

    def handle(self, *args: object, **options: object) -> None:
        registry, failed = entities(), 0
        names = options["entities"] if isinstance(options["entities"], list) else []
        try:
            wanted = [entity for entity in registry if entity in [registry[str(name)] for name in names] or not names]
        except UnknownEntity as error:
            raise CommandError(str(error.args[0]), returncode=2) from None
        try:
            with transaction.atomic() if options["dry_run"] else nullcontext():
                for entity in wanted:
                    tally = reconcile(entity, registry, replay=bool(options["replay"]))
                    failed += tally.failed
                    self.stdout.write(f"{entity.label} : {outcomes(tally)}")
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except DatabaseError as error:
            raise CommandError(f"La base de données ne répond plus : {error}") from None
        if failed:
            sys.exit(1)
