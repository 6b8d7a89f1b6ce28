"""Home and error pages: what belongs to the site and to no app."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.selectors import Visit, agenda
from assistant.answering.contract import Item
from assistant.answering.visits import visit_item
from gazelle_site.contention import busy_page
from gazelle_site.outage import DOWN, outage, unreachable_page
from syncing import french
from syncing.access import member_required, viewer_of
from syncing.locks import is_contended
from syncing.monitoring.freshness import data_age, glance
from syncing.rights import Audience


@never_cache
@require_safe
@member_required
def home(request: HttpRequest) -> HttpResponse:
    """My visits today and tomorrow; those of everybody for the office."""
    now, viewer = timezone.now(), viewer_of(request.user)
    states = glance(now)
    request.data_age = data_age(states, now)  # type: ignore[attr-defined]  # spares the page's bar a second reading
    today, tomorrow, end = (midnight(now, ahead) for ahead in range(3))
    everybody = viewer.is_among(Audience.OFFICE)
    visits = agenda(viewer=viewer, now=now, start=today, end=end, own=not everybody)
    told = [(visit, visit_item(visit, office=everybody, whose=everybody)) for visit in visits]
    days = [
        Day(today, "aujourd’hui", [one for one in told if _begins_before(one[0], tomorrow)]),
        Day(tomorrow, "demain", [one for one in told if not _begins_before(one[0], tomorrow)]),
    ]
    is_read = any(state.last_sync for state in states if state.model == Appointment._meta.label)
    context = {"days": days, "everybody": everybody, "is_read": is_read}
    return render(request, "gazelle_site/home.html", context)


class Day(NamedTuple):
    """A day of the page: its midnight, how it is called from here, what it holds."""

    start: datetime
    called: str
    visits: list[tuple[Visit, Item]]

    @property
    def work(self) -> int:
        """Visits to clients; what is personal is not work."""
        return sum(card.kind == "visit" for _, card in self.visits)


def midnight(now: datetime, ahead: int) -> datetime:
    """The company's midnight that begins the day, so many days from now."""
    day = now.astimezone(french.COMPANY_ZONE).date() + timedelta(days=ahead)
    return datetime.combine(day, time(), french.COMPANY_ZONE)


def _begins_before(visit: Visit, when: datetime) -> bool:
    return visit.appointment.start is not None and visit.appointment.start < when


def server_error(request: HttpRequest) -> HttpResponse:
    """Every uncaught error ends here, also one raised outside a view: an outage is told as an outage."""
    error = sys.exception()
    if isinstance(error, DOWN) and not outage.reachable():
        return unreachable_page(request)
    if error is not None and is_contended(error):
        return busy_page(request)
    return HttpResponse(render_to_string("500.html"), status=500)
