"""Two morning lists: the week ahead, for technicians who asked for it; what was booked long ago, for the office."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from appointments.alerts import composing
from appointments.alerts.checking import NeverRead
from appointments.alerts.days import ONE, day_of, midnight
from appointments.alerts.selecting import ACTIVE, HOUSE, NOT_VISITS, unconfirmed
from appointments.alerts.sending import page, visits_of
from appointments.alerts.working import checked
from appointments.models import Appointment
from appointments.notices import LONG_BOOKED, WEEK
from appointments.selectors import Visit
from clients.models import Technician
from clients.selectors import mailbox
from syncing import french
from syncing.folding import fold
from syncing.notifying.queueing import NoRecipient, notify
from syncing.rights import Viewer
from syncing.scheduling.declaring import Done
from syncing.scheduling.running import at_hand

DAYS_AHEAD = 7


class Horizon(NamedTuple):
    """How many days ahead an appointment is, and how many days ago it was taken at least."""

    ahead: int
    booked: int


MAILED = Horizon(7, 90)
CARD = Horizon(14, 120)
"""On the page, a week before the mail."""
NOT_A_CLIENT_S = re.compile(r"\b(admin|memo|personal|personnel|mise a jour)\b")
"""Words of a title by which the office marks what is its own, though it wrote a client on it."""


def week_ahead() -> Done:
    """One mail to each technician who wants it and has something in it."""
    work = at_hand()
    first = day_of(work.run.slot) + ONE
    try:
        known = checked(first, first + timedelta(days=DAYS_AHEAD - 1), work)
    except NeverRead as nothing:
        return Done(f"{nothing} {nothing.action}", warning=True)
    now, written = timezone.now(), 0
    by_technician: dict[Technician, list[Visit]] = defaultdict(list)
    found = unconfirmed(viewer=HOUSE, first=first, last=first + timedelta(days=DAYS_AHEAD - 1))
    for visit in visits_of(found.due, now):
        if visit.appointment.technician is not None:
            by_technician[visit.appointment.technician].append(visit)
    for technician, visits in by_technician.items():
        # Without an account nobody ever said that they want it.
        if technician.login_id is None or (box := mailbox(technician, WEEK)) is None:
            continue
        mail = composing.week(visits, technician=technician, now=now, check=known, page=page())
        cause = f"week:{first - ONE}:{technician.pk}"
        written += len(notify(WEEK, cause, subject=mail.subject, body=mail.body, facts=(cause,), to=(box,)))
    due = french.counted(len(found.due), "rendez-vous non confirmé", "rendez-vous non confirmés")
    told = f"{due} d’ici 7 jours, {french.counted(written, 'courriel', 'courriels')} en partance."
    if not known.is_live:
        told += f" Non vérifié dans Gazelle{french.NBSP}: {known.why}"
    return Done(told, warning=not known.is_live)


def long_booked_list() -> Done:
    """One mail to the office; none when there is nothing to call about."""
    today = day_of(at_hand().run.slot)
    now = timezone.now()
    visits = visits_of(long_booked(viewer=HOUSE, today=midnight(today), horizon=MAILED), now)
    if not visits:
        return Done("Aucun rendez-vous à relancer : aucun courriel.")
    day, cause = today + timedelta(days=MAILED.ahead), f"long_booked:{today}"
    mail = composing.long_booked(visits, day=day, now=now, page=page())
    try:
        queued = notify(LONG_BOOKED, cause, subject=mail.subject, body=mail.body, facts=(cause,))
    except NoRecipient as error:
        return Done(f"{error} {error.action}", warning=True)
    listed = french.counted(len(visits), "rendez-vous à relancer", "rendez-vous à relancer")
    return Done(f"{listed}, {french.counted(len(queued), 'courriel', 'courriels')} en partance.")


def long_booked(*, viewer: Viewer, today: datetime, horizon: Horizon) -> list[Appointment]:
    """What is exactly that many days ahead and was taken at least that long ago, by Gazelle's own date, by hour."""
    day = day_of(today) + timedelta(days=horizon.ahead)
    taken_before = midnight(day_of(today) - timedelta(days=horizon.booked) + ONE)
    rows = Appointment.objects.visible_to(viewer).present().filter(status=ACTIVE).exclude(client=None)
    rows = rows.filter(start__gte=midnight(day), start__lt=midnight(day + ONE), gazelle_created_at__lt=taken_before)
    rows = rows.exclude(type__in=NOT_VISITS).lightly("client", "technician").order_by("start", "id")
    return [one for one in rows if not NOT_A_CLIENT_S.search(fold(one.title))]
