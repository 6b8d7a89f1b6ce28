"""`manage.py job`: what runs by itself, and how to run one of them now, hold it back, or let it go again."""

from __future__ import annotations

import sys
from datetime import datetime

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from syncing import french
from syncing.monitoring.timetable import ending, statuses
from syncing.scheduling.booking import ask, poke
from syncing.scheduling.declaring import Job, jobs
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from syncing.scheduling.pausing import pause, resume
from syncing.scheduling.running import carry_out
from syncing.vocabulary import SyncError

BAD = (RunOutcome.ERROR, RunOutcome.LOST)


class Command(BaseCommand):
    help = "Montre les travaux, ou en lance un maintenant, le met en pause, le reprend."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", metavar="TRAVAIL", help="Le travail à lancer ; sans lui, la liste.")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--queue", action="store_true", help="Le confie à un travailleur au lieu de le faire ici.")
        which.add_argument("--pause", metavar="RAISON", help="Le met en pause, avec --until et --by.")
        which.add_argument("--resume", action="store_true", help="Met fin à sa pause, avec --by.")
        parser.add_argument("--until", metavar="DATE", help="Fin de la pause : AAAA-MM-JJTHH:MM, heure de Montréal.")
        parser.add_argument("--by", metavar="COMPTE", help="Au nom de qui.")

    def handle(self, *args: object, name: str | None, **options: object) -> None:
        try:
            if name is None:
                self._list()
            else:
                self._act(jobs()[name], options)
        except SyncError as error:
            raise CommandError(f"{error} {error.action}", returncode=2) from None

    def _list(self) -> None:
        for state in statuses(timezone.now()):
            next_at = f", prochain {french.clock(state.next_at)}" if state.next_at else ""
            self.stdout.write(f"{state.job.name:<20} {state.word:<12} {state.job.label}{next_at}")

    def _act(self, job: Job, options: dict[str, object]) -> None:
        now = timezone.now()
        if options["pause"] is not None:
            pause(job, reason=str(options["pause"]), until=_instant(options["until"]), by=_person(options), now=now)
            self.stdout.write(f"« {job.label} » est en pause.")
        elif options["resume"]:
            resume(job, by=_person(options), now=now)
            self.stdout.write(f"« {job.label} » reprend à sa prochaine heure.")
        else:
            run = ask(job, trigger=Trigger.MANUAL, user=_person(options) if options["by"] else None, now=now)
            if options["queue"]:
                poke(job, now)
                self.stdout.write(f"« {job.label} » est confié à la grappe « {job.cluster} ».")
            else:
                self._follow(job, run)

    def _follow(self, job: Job, run: JobRun) -> None:
        carry_out(job, run)
        self.stdout.write(
            f"{job.label} : {ending(run, timezone.now())[1].lower()}. {run.message} {run.action}".rstrip()
        )
        if run.outcome in BAD or run.finished_at is None:
            sys.exit(1)


def _instant(written: object) -> datetime:
    try:
        at = parse_datetime(str(written or ""))
    except ValueError:
        at = None
    if at is None:
        raise CommandError("--until demande la fin de la pause, comme 2026-11-23T08:00.", returncode=2)
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _person(options: dict[str, object]) -> User:
    person = User.objects.filter(username=str(options["by"] or "")).first()
    if person is None:
        raise CommandError(f"--by demande un compte qui existe, pas « {options['by'] or ''} ».", returncode=2)
    return person
