"""Records that may be one: what a person says of two that both live in Gazelle."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import connection, pairing
from syncing.access import office_required
from syncing.kinship_pages import (
    Offer,
    chosen_table,
    compared_at,
    count_each,
    done,
    entity_or_404,
    links,
    links_to_tables,
    page_of,
    person,
    placeholder_url,
    show,
    with_query,
)
from syncing.models import Pairing
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import named_records
from syncing.registry import entities
from syncing.resembling import resemblances


@never_cache
@require_safe
@office_required
def duplicates_page(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one record, most likely first; or what was said of such pairs."""
    said = request.GET.get("etat") == "dites"
    every: dict[str, QuerySet[Any]] = {
        name: Pairing.objects.filter(entity=name, withdrawn_at=None) if said else kinship.duplicates(entities()[name])
        for name in resemblances()
    }
    counts = count_each(every)
    entity = chosen_table(request, counts)
    page = page_of(request, every[entity.name].order_by(*(("-at", "-pk") if said else ("-probability", "pk"))))
    names = named_records(entity, {pk for pair in page for pk in (pair.left_id, pair.right_id)})
    facts = kinship.facts_of(entity, names)
    context = {
        "entity": entity,
        "page": page,
        "pairs": [(pair, [(names[pk], facts.get(pk, ())) for pk in (pair.left_id, pair.right_id)]) for pair in page],
        "said": said,
        "states": links({"": "À regarder", "dites": "Déjà dites"}, "dites" if said else "", "etat", table=entity.name),
        "tables": links_to_tables(request, counts, entity, etat="dites" if said else ""),
        "compared": compared_at(entity),
        "gazelle": connection.origin(),
    }
    return show(request, "syncing/doublons.html", context)


@office_required
@require_POST
def judge_pair(request: HttpRequest, name: str, verdict: Literal["same", "different"]) -> HttpResponseBase:
    """Remember that two records are one, or never are."""
    entity, one, other = entity_or_404(name), request.POST.get("one", ""), request.POST.get("other", "")

    def judged() -> Offer:
        pair = pairing.judge(entity, one, other, verdict=verdict, by=person(request))
        same = "Même fiche : les deux se montrent ensemble. La fusion se fait dans Gazelle."
        return {
            "told": same if verdict == Pairing.SAME else "Ces deux-là ne seront plus proposées ensemble.",
            "url": reverse("pair-withdraw", args=[pair.pk]),
            "label": "Annuler",
            "fields": [],
        }

    done(request, judged)
    if request.POST.get("from") == "placeholder":
        return redirect(placeholder_url(entity, one))
    return redirect(with_query(reverse("duplicates"), table=entity.name))


@office_required
@require_POST
def withdraw_pair(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a verdict back."""
    pair = get_object_or_404(Pairing, pk=pk, entity__in=[entity.name for entity in entities()])
    done(request, lambda: pairing.withdraw(pair, by=person(request)), "Verdict repris.")
    return redirect(with_query(reverse("duplicates"), table=pair.entity))
