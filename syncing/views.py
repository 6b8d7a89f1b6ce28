"""The system page, and the page of decisions: what the mirror knows, how old it is, what needs somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from syncing import decisions as deciding
from syncing import french
from syncing.access import administration_required, office_required
from syncing.models import Conflict, Drift, Suspension
from syncing.monitoring.awaiting import awaiting, fingerprint
from syncing.monitoring.exposition import exposition
from syncing.monitoring.gaps import questions
from syncing.monitoring.overview import overview
from syncing.registry import entities
from syncing.vocabulary import SyncError

Subject = TypeVar("Subject", bound=Model)
RECORDS = ("fiche", "fiches")


@never_cache
@require_safe
@office_required
def system_page(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the fragment inside it: the same template."""
    seen = overview()
    request.data_age = seen.data_age  # type: ignore[attr-defined]  # spares the page's bar a second reading
    template = "syncing/_etat.html" if request.headers.get("HX-Request") else "syncing/systeme.html"
    response = render(request, template, {"overview": seen})
    patch_vary_headers(response, ["HX-Request"])
    return response


@never_cache
@require_safe
@office_required
def decisions_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a yes or a no, each with its consequence before its button."""
    return render(request, "syncing/decisions.html", {"awaiting": awaiting(timezone.now())})


@administration_required
@require_POST
def decide_step(request: HttpRequest, pk: int, answer: Literal["accept", "refuse"]) -> HttpResponseBase:
    """Take or refuse a suspended step."""
    suspension, person = _subject(Suspension, pk), _person(request)
    if not _is_what_was_shown(request, suspension):
        return redirect("decisions")
    if answer == "refuse":
        return _decided(request, lambda: _kept(suspension, deciding.refuse(suspension, by=person)))
    return _decided(request, lambda: _taken(suspension, deciding.accept(suspension, by=person)))


@office_required
@require_POST
def decide_conflict(request: HttpRequest, pk: int, take: Literal["ours", "theirs"]) -> HttpResponseBase:
    """Keep our value, or take Gazelle's."""
    conflict, person = _subject(Conflict, pk), _person(request)
    if not _is_what_was_shown(request, conflict):
        return redirect("decisions")

    def settled() -> str:
        deciding.resolve_conflict(conflict, take=take, by=person)
        return "La valeur d’ici est gardée." if take == "ours" else "La valeur de Gazelle est écrite ici."

    return _decided(request, settled)


@office_required
@require_POST
def decide_drift(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A novelty was looked at."""
    drift, person = _subject(Drift, pk), _person(request)

    def settled() -> str:
        deciding.settle_drift(drift, by=person)
        return f"« {drift.path} » est classé."

    return _decided(request, settled)


@administration_required
@require_POST
def decide_gap(request: HttpRequest, name: str) -> HttpResponseBase:
    """Counts that differ are accepted as they are."""
    why, person = request.POST.get("reason", "").strip(), _person(request)
    question = next((one for one in questions(timezone.now()) if one.gap.name == name), None)
    if question is None or request.POST.get("seen") != question.gap.seen:
        messages.error(request, "Rien n’a été fait : cet écart n’est plus celui que vous avez lu.")
        return redirect("decisions")
    if not why:
        messages.error(request, "Rien n’a été fait : dites pourquoi l’écart est normal, en quelques mots.")
        return redirect("decisions")
    gap, label = question.gap, question.entity.label

    def settled() -> str:
        deciding.accept_gap(gap, why=why, by=person)
        return f"{label} : l’écart est accepté. Il ne sera redit que s’il change."

    return _decided(request, settled)


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """For Prometheus. Who may read it is said where it is mounted."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _subject(model: type[Subject], pk: int) -> Subject:
    """What is decided about, of an entity that is still declared."""
    return get_object_or_404(model, pk=pk, entity__in=[entity.name for entity in entities()])


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user


def _is_what_was_shown(request: HttpRequest, subject: Suspension | Conflict) -> bool:
    if request.POST.get("seen") == fingerprint(subject):
        return True
    messages.error(request, "Rien n’a été fait : ce qu’il y a à décider a changé depuis que vous l’avez lu.")
    return False


def _decided(request: HttpRequest, decide: Callable[[], str]) -> HttpResponseBase:
    """Tell what was done, or why nothing was; the page then shows what is left."""
    try:
        messages.success(request, decide())
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    return redirect("decisions")


def _taken(suspension: Suspension, count: int) -> str:
    if suspension.kind == Suspension.EMPTYING:
        return f"{french.counted(count, 'ligne rapprochée', 'lignes rapprochées')} telles que Gazelle les a données."
    spared = len(suspension.ids) - count
    told = f"{french.counted(count, 'fiche retirée', 'fiches retirées')} des listes."
    if not spared:
        return told
    one, several = "n’a pas été touchée, Gazelle la donne", "n’ont pas été touchées, Gazelle les donne"
    return f"{told} {french.counted(spared, f'fiche {one}', f'fiches {several}')} de nouveau ou c’était déjà fait."


def _kept(suspension: Suspension, count: int) -> str:
    if suspension.kind == Suspension.EMPTYING:
        return f"Rien n’a été vidé : {french.counted(count, 'ligne refusée', 'lignes refusées')}."
    return f"Rien n’a été retiré : {french.counted(count, *RECORDS)}, la question ne sera plus posée pour elles."
