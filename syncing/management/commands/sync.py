from __future__ import annotations

import signal
import sys
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from syncing.engine import sync
from syncing.progress import reporter
from syncing.registry import UnknownEntity
from syncing.vocabulary import Mode, SyncError

INTERRUPTED = 130  # the status a shell gives to Ctrl-C


class Command(BaseCommand):
    help = "Lit Gazelle et met à jour les tables d’ici ; une lecture interrompue reprend où elle en était."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITÉ", help="Tables à lire ; toutes si rien n’est dit.")
        parser.add_argument("--full", action="store_true", help="Lecture complète, fiches inactives comprises.")

    def handle(self, *args: object, **options: object) -> None:
        signal.signal(signal.SIGTERM, _interrupt)  # a supervisor's stop is as clean as Ctrl-C
        mode = Mode.FULL if options["full"] else Mode.INCREMENTAL
        try:
            results = sync(_names(options["entities"]), mode=mode, reporter=reporter(self.stdout))
        except UnknownEntity as error:
            raise CommandError(str(error.args[0]), returncode=2) from None
        except SyncError as error:
            raise CommandError(f"{error}\n{error.action}") from None
        except DatabaseError as error:
            step = "Vérifiez DATABASE_URL ; sur une base neuve, lancez d’abord « python manage.py migrate »."
            raise CommandError(f"La base de données n’a pas répondu comme prévu : {error}\n{step}") from None
        except KeyboardInterrupt:
            self.stderr.write("Interrompu. Rien n’est perdu : la même commande reprend à la page suivante.")
            sys.exit(INTERRUPTED)
        if any(result.error is not None and not result.skipped for result in results):
            sys.exit(1)


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
