"""`manage.py watch`: the outside watch, for a cron that is not the schedule's; exit 1 when somebody must look."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from syncing.monitoring.watch import Check, checks
from syncing.pinging import ping


class Command(BaseCommand):
    help = "Dit si l’horaire, les travailleurs et les données vont bien, à WATCH_PING_URL aussi ; sort avec 1 sinon."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Regarde, sans prévenir personne.")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        try:
            found = checks(timezone.now())
        except (DatabaseError, InterfaceError):
            found = [Check("database", well=False, told="La base de données ne répond pas.")]
        for one in found:
            self.stdout.write(f"{one.name:<12} {'bien' if one.well else one.told}")
        well = all(one.well for one in found)
        if settings.WATCH_PING_URL and not dry_run and (refused := ping(settings.WATCH_PING_URL, well=well)):
            self.stderr.write(refused)
            well = False
        if not well:
            sys.exit(1)
