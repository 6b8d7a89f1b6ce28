"""Maintenance alerts: the list, one alert with its notes and what was done, and the words that raise them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clients.models import Institution, Technician
from pianos import services
from pianos.alert_forms import WordsForm
from pianos.maintenance.listing import STATES, alerts, counts, shown, with_notes
from pianos.maintenance.models import MaintenanceAlert, ProblemPhrase
from pianos.maintenance.trying import try_words
from syncing.access import is_office, member_required, office_required, viewer_of
from syncing.vocabulary import SyncError

PER_PAGE = 50


@never_cache
@member_required
@require_safe
def alerts_page(request: HttpRequest) -> HttpResponse:
    """The alerts of one state, as the address asks."""
    viewer, now = viewer_of(request.user), timezone.now()
    state = request.GET.get("etat", "ouvertes")
    state = state if state in STATES else "ouvertes"
    said, institution = request.GET.get("q", "").strip(), request.GET.get("institution", "")
    rows = alerts(viewer=viewer, state=state, said=said, institution=institution)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    totals = counts(viewer=viewer)
    context = {
        "state": state,
        "states": [(name, label, totals[name]) for name, (label, _) in STATES.items()],
        "said": said,
        "institution": institution,
        "institutions": Institution.objects.filter(is_watched=True),
        "page": page,
        "shown": [shown(one, now) for one in page],
        "totals": totals,
    }
    return render(request, "pianos/alertes.html", context)


@never_cache
@member_required
@require_safe
def alert_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: every note that tells of it, what people did, what can be done."""
    viewer = viewer_of(request.user)
    alert = _alert(request, pk)
    context = {
        "one": shown(alert, timezone.now()),
        "acts": alert.acts.select_related("by"),
        "technicians": Technician.objects.visible_to(viewer).present().filter(status="ACTIVE").lightly()
        if is_office(request.user)
        else (),
    }
    return render(request, "pianos/alerte.html", context)


@member_required
@require_POST
def resolve_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.resolve_alert, "Alerte résolue. « Rouvrir » la remet dans la liste.")


@office_required
@require_POST
def archive_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.archive_alert, "Alerte archivée. « Rouvrir » la remet dans la liste.")


@member_required
@require_POST
def reopen_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.reopen_alert, "Alerte rouverte.")


@member_required
@require_POST
def note_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.note_alert, "Note enregistrée.")


@office_required
@require_POST
def assign_view(request: HttpRequest, pk: int) -> HttpResponse:
    """To a technician of the list, or to nobody when none is chosen."""
    alert, chosen = _alert(request, pk), request.POST.get("technicien", "")
    to = Technician.objects.visible_to(viewer_of(request.user)).present().filter(pk=chosen).first() if chosen else None
    if chosen and to is None:
        messages.error(request, "Rien n’a été fait : ce technicien n’existe plus. Choisissez-en un autre.")
        return redirect("alerte-entretien", pk)
    try:
        alert, is_told = services.assign_alert(alert, by=_person(request), to=to)
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    else:
        told = " Un courriel lui est envoyé." if is_told else ""
        messages.success(request, f"Alerte confiée à {to}.{told}" if to else "Alerte confiée à personne.")
    return redirect("alerte-entretien", pk)


@never_cache
@office_required
@require_safe
def words_page(request: HttpRequest) -> HttpResponse:
    """The words of the office by type; words that are tried show what they would have caught."""
    is_tried = "phrase" in request.GET
    form = WordsForm(request.GET) if is_tried else WordsForm()
    trial = try_words(form.keyword(), now=timezone.now()) if is_tried and form.is_valid() else None
    phrases = ProblemPhrase.objects.select_related("type").order_by("type__rank", "type", "is_resolution", "phrase")
    return render(request, "pianos/mots.html", {"form": form, "trial": trial, "phrases": phrases})


@office_required
@require_POST
def add_words(request: HttpRequest) -> HttpResponse:
    """Keep the words; the notes of the year are read again by the next scan."""
    form = WordsForm(request.POST)
    if not form.is_valid():
        phrases = ProblemPhrase.objects.select_related("type")
        return render(request, "pianos/mots.html", {"form": form, "trial": None, "phrases": phrases}, status=400)
    form.save()
    messages.success(request, "Mots ajoutés. Les notes de la dernière année seront relues à la prochaine lecture.")
    return redirect("alertes-mots")


def _alert(request: HttpRequest, pk: int) -> MaintenanceAlert:
    viewer = viewer_of(request.user)
    return get_object_or_404(with_notes(MaintenanceAlert.objects.visible_to(viewer), viewer), pk=pk)


def _done(request: HttpRequest, pk: int, act: Callable[..., MaintenanceAlert], told: str) -> HttpResponse:
    alert = _alert(request, pk)
    try:
        act(alert, by=_person(request), words=request.POST.get("mots", ""))
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    else:
        messages.success(request, told)
    return redirect("alerte-entretien", pk)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
