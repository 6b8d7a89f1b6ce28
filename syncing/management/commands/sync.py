"""`manage.py sync`: read Gazelle in the foreground, with an interruption that loses nothing."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime, time, timedelta
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.dateparse import parse_date

from syncing.alerting import announce
from syncing.engine import sync, sync_one
from syncing.progress import LineReporter, reporter
from syncing.registry import Entity
from syncing.results import Result
from syncing.vocabulary import Mode, SyncError

INTERRUPTED = 130  # the status a shell gives to Ctrl-C


class Command(BaseCommand):
    help = "Lit Gazelle et met à jour les tables d’ici ; une lecture interrompue reprend où elle en était."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITÉ", help="Tables à lire ; toutes si rien n’est dit.")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--full", action="store_true", help="Tout, retraits et vérification compris.")
        which.add_argument("--recent", action="store_true", help="Ce qui vient d’arriver : quelques pages.")
        which.add_argument("--from", dest="start", metavar="DATE", help="Relit une période, à partir de ce jour.")
        which.add_argument("--id", dest="gazelle_id", metavar="ID", help="Redemande une seule fiche.")
        parser.add_argument("--to", dest="end", metavar="DATE", help="Dernier jour de la période (aujourd’hui).")

    def handle(self, *args: object, entities: list[str], **options: object) -> None:
        signal.signal(signal.SIGTERM, _interrupt)  # a supervisor's stop is as clean as Ctrl-C
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # `demo` keeps Ctrl-C for itself
            signal.signal(signal.SIGINT, _interrupt)
        try:
            results = self._read(entities, options)
        except LookupError as error:  # an unknown entity, or one without a single read
            raise CommandError(str(error.args[0]), returncode=2) from None
        except SyncError as error:
            announce()
            raise CommandError(f"{error}\n{error.action}") from None
        except (OperationalError, InterfaceError):
            announce()
            raise
        except KeyboardInterrupt:
            self.stderr.write("Interrompu. Rien n’est perdu : la même commande reprend à la page suivante.")
            sys.exit(INTERRUPTED)
        announce()  # whoever must know of a failure knows it before the command ends
        if any(result.error is not None and not result.skipped for result in results):
            sys.exit(1)

    def _read(self, names: list[str], options: dict[str, object]) -> list[Result]:
        shown = Announcing(reporter(Output(self.stdout)))
        if options["gazelle_id"]:
            if len(names) != 1:
                raise CommandError("--id va avec une seule table, par exemple : sync TABLE --id ID", returncode=2)
            return [sync_one(names[0], str(options["gazelle_id"]), reporter=shown)]
        if options["end"] and not options["start"]:
            raise CommandError("--to va avec --from.", returncode=2)
        if options["start"]:
            period = _day(options["start"]), _day(options["end"] or str(timezone.localdate())) + timedelta(days=1)
            return sync(names, mode=Mode.REPAIR, period=period, reporter=shown)
        mode = Mode.FULL if options["full"] else Mode.RECENT if options["recent"] else Mode.INCREMENTAL
        return sync(names, mode=mode, reporter=shown)


class Announcing:
    """Shows what another reporter shows; the first failure is announced as it happens, before the tables that follow.

    The others wait for the end of the command: they are most often the same cause.
    """

    def __init__(self, shown: LineReporter) -> None:
        self.shown, self.announced = shown, False
        self.started, self.page, self.reconciled = shown.started, shown.page, shown.reconciled

    def finished(self, root: Entity, result: Result) -> None:
        self.shown.finished(root, result)
        if result.error is not None and not result.skipped and not self.announced:
            self.announced = True
            announce()


class Output:
    """Lines for whoever reads them, at once; a reader who leaves, as `head` does, does not stop the reading."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out

    def isatty(self) -> bool:
        return self.out.isatty()

    def write(self, text: str, /) -> None:
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            # What was not taken stays in Python's buffer: give it, and all that follows, somewhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())


def _day(value: object) -> datetime:
    """The first instant of a day of the company."""
    try:
        day = parse_date(str(value))
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"« {value} » n’est pas une date AAAA-MM-JJ.", returncode=2)
    return timezone.make_aware(datetime.combine(day, time()))


def _interrupt(number: int, frame: FrameType | None) -> None:
    # The second one ends the process at once and in silence: it costs no more than the page in flight.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise KeyboardInterrupt
