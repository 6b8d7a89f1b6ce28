"""`manage.py alerts`: what is not confirmed, without sending anything; or have its alerts sent, here and now."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from appointments.alerts import composing
from appointments.alerts.ahead import DAYS_AHEAD, MAILED, long_booked
from appointments.alerts.asking import order_for
from appointments.alerts.checking import Check
from appointments.alerts.days import ONE, day_of, in_full, midnight
from appointments.alerts.selecting import HOUSE, unconfirmed
from appointments.alerts.sending import Order, due, page, visits_of
from appointments.alerts.working import BY_HAND, aside_in_words, request
from appointments.models import Appointment
from appointments.notices import UNCONFIRMED
from clients.selectors import mailbox, why_unreachable
from syncing import french
from syncing.scheduling.booking import ask
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from syncing.scheduling.running import attend
from syncing.vocabulary import SyncError

BAD = (RunOutcome.ERROR, RunOutcome.LOST)
SURE = Check(is_live=True)


class Command(BaseCommand):
    help = "Montre les rendez-vous que leur client n’a pas confirmés (check), ou écrit à leurs techniciens (send)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("check", "send"), metavar="check|send", help="Regarder, ou envoyer.")
        parser.add_argument("--date", default="", metavar="JOUR", help="AAAA-MM-JJ, aujourd’hui ou demain (défaut).")
        parser.add_argument(
            "--technician", action="append", default=[], metavar="NOM", help="Nom ou identifiant ; à répéter."
        )
        parser.add_argument("--every-type", action="store_true", help="Compte aussi les personnels et les mémos.")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--week", action="store_true", help="Les 7 jours à venir, comme le travail de 9 h.")
        which.add_argument("--long-booked", action="store_true", help="Les rendez-vous pris il y a longtemps.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Avec send : montre ce qui partirait, sans rien écrire."
        )

    def handle(self, *args: object, what: str, **options: object) -> None:
        try:
            self._do(what, options)
        except SyncError as error:
            raise CommandError(f"{error} {error.action}", returncode=2) from None

    def _do(self, what: str, options: dict[str, object]) -> None:
        technicians = [str(one) for one in options["technician"]]  # type: ignore[attr-defined]  # argparse gives a list
        if (options["week"] or options["long_booked"]) and (technicians or options["date"] or options["every_type"]):
            raise CommandError("--week et --long-booked vont seuls, sans --date ni --technician.", returncode=2)
        order = order_for(
            day=str(options["date"]),
            technicians=technicians,
            every_type=bool(options["every_type"]),
            now=timezone.now(),
        )
        is_shown = what == "check" or bool(options["dry_run"])
        if options["week"]:
            self._week() if is_shown else self._run("unconfirmed_week")
        elif options["long_booked"]:
            self._long_booked() if is_shown else self._run("long_booked")
        elif what == "check":
            self._check(order)
        elif is_shown:
            self._preview(order)
        else:
            self._follow(request(order, trigger=Trigger.MANUAL, user=None, now=timezone.now(), queue=False), BY_HAND)

    # -- looking -------------------------------------------------------------------------------------------------------

    def _check(self, order: Order) -> None:
        found = unconfirmed(viewer=HOUSE, first=order.day, technicians=order.technicians, but=order.but)
        self._list(found.due)
        count = french.counted(len(found.due), "rendez-vous non confirmé", "rendez-vous non confirmés")
        aside = f" ; laissés de côté : {aside_in_words(found.aside)}" if found.aside else ""
        self.stdout.write(f"{in_full(order.day)} : {count}{aside}.")

    def _week(self) -> None:
        first = day_of(timezone.now()) + ONE
        found = unconfirmed(viewer=HOUSE, first=first, last=first + timedelta(days=DAYS_AHEAD - 1))
        self._list(found.due, with_day=True)
        self.stdout.write(f"{french.counted(len(found.due), 'rendez-vous non confirmé', 'rendez-vous non confirmés')}.")

    def _long_booked(self) -> None:
        now = timezone.now()
        found = long_booked(viewer=HOUSE, today=midnight(day_of(now)), horizon=MAILED)
        for one in found:
            taken = french.counted(composing.age(one, now), "jour", "jours")
            self.stdout.write(f"{_when(one, with_day=True)}  {composing.client_name(one)}, pris il y a {taken}")
        self.stdout.write(f"{french.counted(len(found), 'rendez-vous à relancer', 'rendez-vous à relancer')}.")

    def _preview(self, order: Order) -> None:
        now = timezone.now()
        visits, _ = due(order, now=now)
        for visit in visits:
            technician = visit.appointment.technician
            box = mailbox(technician, UNCONFIRMED) if technician else None
            to = box.address if box else f"personne : {technician}, {why_unreachable(technician, UNCONFIRMED)}"  # type: ignore[arg-type]  # what is due has one
            mail = composing.tomorrow(visit, now=now, check=SURE, page=page())
            self.stdout.write(f"{to} : {mail.subject}")
        if not visits:
            self.stdout.write("Aucun avis ne partirait.")

    def _list(self, found: Iterable[Appointment], *, with_day: bool = False) -> None:
        for visit in visits_of(found, timezone.now()):
            one = visit.appointment
            told = (composing.client_name(one), composing.phone_of(visit.contacts), str(one.technician))
            self.stdout.write(f"{_when(one, with_day=with_day)}  {', '.join(filter(None, told))}")

    # -- sending -------------------------------------------------------------------------------------------------------

    def _run(self, name: str) -> None:
        self._follow(ask(jobs()[name], trigger=Trigger.MANUAL, user=None, now=timezone.now()), name)

    def _follow(self, run: JobRun, name: str) -> None:
        """Here, by the one entry point of jobs; a wait of a minute or the next try is left to `tick`."""
        while run.finished_at is None and run.not_before <= timezone.now():
            attend(jobs()[name])
            run.refresh_from_db()
            time.sleep(0 if run.owner == "" else 1)  # somebody else is at it
        self.stdout.write(f"{run.message} {run.action}".strip())
        if run.outcome in BAD or run.finished_at is None:
            sys.exit(1)


def _when(one: Appointment, *, with_day: bool) -> str:
    return f"{in_full(day_of(composing.started(one)))}, {composing.hour(one)}" if with_day else composing.hour(one)
