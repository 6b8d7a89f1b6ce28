"""« Rendez-vous non confirmés »: what a day holds, what was told of it, and what nobody has seen to yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from appointments.alerts.ahead import CARD, long_booked
from appointments.alerts.asking import Line, look, order_for
from appointments.alerts.composing import age
from appointments.alerts.days import ONE, day_of, in_full, midnight, named, of
from appointments.alerts.journal import LATEST, acknowledge, counts, latest, pending
from appointments.alerts.sending import Order
from appointments.alerts.working import aside_in_words
from appointments.alerts.working import request as ask_for
from clients.models import Technician
from syncing.access import member_required, office_required, viewer_of
from syncing.rights import Audience
from syncing.scheduling.models import Trigger
from syncing.vocabulary import SyncError

CARD_SHOWN = 50


@never_cache
@require_safe
@member_required
def alerts_page(request: HttpRequest) -> HttpResponse:
    """A day, checked without sending anything; under it the log. A technician sees his own, the office everybody's."""
    now, viewer, wrong = timezone.now(), viewer_of(request.user), ""
    every_type, is_office = bool(request.GET.get("tous")), viewer.is_among(Audience.OFFICE)
    try:
        order = order_for(day=request.GET.get("jour", ""), every_type=every_type, now=now)
    except SyncError as error:
        order, wrong = order_for(day="", every_type=every_type, now=now), f"{error} {error.action}"
    found, today = look(order, viewer=viewer, now=now), day_of(now)
    long_ago = long_booked(viewer=viewer, today=midnight(today), horizon=CARD) if is_office else []
    context = {
        "look": found,
        "wrong": wrong,
        "of_day": of(found.day, today),
        "aside": aside_in_words(found.aside),
        "every_type": every_type,
        "days": [(day, named(day, today), day == found.day) for day in (today, today + ONE)],
        "can_send": is_office and found.day >= today,
        "technicians": _named(found.lines),
        "pending": pending(viewer=viewer, now=now),
        "latest": latest(viewer=viewer),
        "most": LATEST,
        "counts": counts(viewer=viewer, now=now),
        "everybody": is_office,
        "long_ago": [(one, age(one, now)) for one in long_ago[:CARD_SHOWN]],
        "long_ago_total": len(long_ago),
        "horizon": CARD,
    }
    return render(request, "appointments/alertes.html", context)


@office_required
@require_POST
def send_alerts(request: HttpRequest) -> HttpResponse:
    """Written down here, checked in Gazelle and sent by a worker: a page never does it itself."""
    now, asked = timezone.now(), request.POST
    back = {"jour": asked.get("jour", "")} | ({"tous": "1"} if asked.get("tous") else {})
    try:
        order = order_for(day=back["jour"], technicians=asked.getlist("technicien"), every_type="tous" in back, now=now)
        ask_for(order, trigger=Trigger.MANUAL, user=_person(request), now=now)
        messages.success(request, _asked(order))
    except SyncError as error:
        messages.error(request, f"Rien n’a été fait : {error} {error.action}")
    return redirect(f"{reverse('alertes-rv')}?{urlencode(back)}")


@member_required
@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vu »: by the office, or by the technician whom it told."""
    row = acknowledge(pk, viewer=viewer_of(request.user), by=_person(request))
    if row is None:
        raise Http404
    messages.success(request, f"C’est noté : {row.client_name or 'ce rendez-vous'} est vu.")
    return redirect("alertes-rv")


def _asked(order: Order) -> str:
    whose = "à chaque technicien" if not order.technicians else "aux techniciens choisis"
    return f"C’est demandé : après une lecture de l’agenda, les avis du {in_full(order.day)} partent {whose}."


def _named(lines: Iterable[Line]) -> list[Technician]:
    """Whom the alerts of the day are for, each once."""
    return sorted({person for one in lines if (person := one.appointment.technician) is not None}, key=str)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
