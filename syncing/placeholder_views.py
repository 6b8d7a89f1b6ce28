"""Placeholders and merges: why a record is known by its id alone, who it is, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import french, joining, pairing, provisional
from syncing.access import office_required
from syncing.kinship_pages import (
    Offer,
    choice,
    chosen_table,
    compared_at,
    count_each,
    done,
    entity_or_404,
    found_by,
    home_of,
    links,
    links_to_tables,
    page_of,
    person,
    placeholder_url,
    record_or_404,
    show,
    with_query,
)
from syncing.models import Acceptance, Likeness, Redirect, StagedRecord
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import named_records, record_url
from syncing.reconciling.tables import table
from syncing.registry import Entity, entities
from syncing.vocabulary import SyncError

NAMED = 20
"""Records that cite one, named on its page; the others are counted."""
STATES = {"": "À traiter", "acceptees": "Acceptées telles quelles", "fusionnees": "Fusionnées"}
AGES = {"": "Tout âge", "semaine": "Depuis 7 jours", "mois": "De 7 à 30 jours", "avant": "Plus de 30 jours"}
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@never_cache
@require_safe
@office_required
def placeholders_page(request: HttpRequest) -> HttpResponse:
    """The placeholders of one table, oldest first, each with what cites it and who it may be."""
    state, age = choice(request, "etat", STATES), choice(request, "age", AGES)
    every = {entity.name: _of_age(_in_state(entity, state), age) for entity in entities()}
    counts = count_each(every)
    entity = chosen_table(request, counts)
    page = page_of(request, every[entity.name].order_by("created_at", "pk").defer("raw_data"))
    ids = [record.pk for record in page]
    cited, best = kinship.cited_by(entity, ids), _best(entity, ids)
    merged = (
        Redirect.objects.filter(entity=entity.name, old_id__in=ids, undone_at=None) if state == "fusionnees" else ()
    )
    redirects = {one.old_id: one for one in merged}
    context = {
        "entity": entity,
        "page": page,
        "rows": [
            {
                "record": record,
                "url": placeholder_url(entity, record.pk),
                "cited": kinship.told(cited.get(record.pk, ())),
                "best": best.get(record.pk),
                "redirect": redirects.get(record.pk),
            }
            for record in page
        ],
        "tables": links_to_tables(request, counts, entity, etat=state, age=age),
        "states": links(STATES, state, "etat", table=entity.name, age=age),
        "ages": links(AGES, age, "age", table=entity.name, etat=state),
        "state": state,
    }
    return show(request, "syncing/provisoires.html", context)


@never_cache
@require_safe
@office_required
def placeholder_page(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Why it exists, who it may be, and, once somebody is chosen, what merging them would do."""
    entity = entity_or_404(name)
    record = record_or_404(entity, gazelle_id)
    merged = Redirect.objects.filter(entity=name, old_id=gazelle_id, undone_at=None).first()
    if merged is not None:
        return redirect("merge", merged.pk)
    if not record.is_placeholder:
        messages.success(request, f"{record} n’est plus provisoire : Gazelle l’a donnée.")
        return redirect(record_url(entity, gazelle_id) or "placeholders")
    citing = kinship.cited_by(entity, [gazelle_id]).get(gazelle_id, [])
    likely = list(kinship.suggestions(entity, [gazelle_id])[:5])
    words, chosen = request.GET.get("q", "").strip(), request.GET.get("avec", "")
    kept = table(entity).model.objects.present().filter(pk=chosen).first() if chosen else None
    named = named_records(entity, [one.right_id for one in likely])
    context = {
        "entity": entity,
        "record": record,
        "count": sum(one.count for one in citing),
        "cited": kinship.told(citing),
        "citing": _citing_records(entity, gazelle_id),
        "suggestions": [(one, named[one.right_id]) for one in likely],
        "acceptance": Acceptance.objects.filter(entity=name, gazelle_id=gazelle_id, withdrawn_at=None).first(),
        "staged": StagedRecord.objects.filter(entity=name, gazelle_id=gazelle_id, reconciled_at=None).first(),
        "words": words,
        "found": found_by(entity, words),
        "kept": kept,
        "kept_url": record_url(entity, kept.pk) if kept else "",
        "kept_count": sum(one.count for one in kinship.cited_by(entity, [kept.pk]).get(kept.pk, [])) if kept else 0,
        "facts": kinship.facts(kept) if kept else (),
        "compared": compared_at(entity),
    }
    return show(request, "syncing/provisoire.html", context)


@office_required
@require_POST
def ask_again(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Ask Gazelle for this record now."""
    entity = entity_or_404(name)
    record = record_or_404(entity, gazelle_id)
    told = provisional.ask_again(entity.name, record.pk, by=person(request))
    (messages.success if told.outcome == "healed" else messages.warning)(request, told.sentence)
    return redirect(placeholder_url(entity, gazelle_id))


@office_required
@require_POST
def merge_placeholder(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Let a placeholder become the record that was compared with it."""
    entity, kept_id = entity_or_404(name), request.POST.get("avec", "")

    def merged() -> Offer:
        done = joining.merge(entity, gazelle_id, kept_id, by=person(request), why=request.POST.get("why", ""))
        names = named_records(entity, [gazelle_id, kept_id])
        moved = french.counted(done.count, "élément rattaché", "éléments rattachés")
        return {
            "told": f"{names[gazelle_id].text} fusionnée avec {names[kept_id].text}. {moved.capitalize()}.",
            "url": reverse("merge-undo", args=[done.redirect.pk]),
            "label": "Annuler cette fusion",
            "fields": [],
        }

    if done(request, merged):
        return redirect(with_query(reverse("placeholders"), table=entity.name))
    return redirect(placeholder_url(entity, gazelle_id))


@office_required
@require_POST
def accept_as_is(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Let an incomplete record be."""
    entity = entity_or_404(name)

    def accepted() -> Offer:
        pairing.accept_as_is(entity, gazelle_id, by=person(request), why=request.POST.get("why", "").strip())
        return {
            "told": f"{named_records(entity, [gazelle_id])[gazelle_id].text} est acceptée telle quelle.",
            "url": reverse("reconsider", args=[entity.name, gazelle_id]),
            "label": "Annuler",
            "fields": [],
        }

    done(request, accepted)
    return redirect(home_of(entity, gazelle_id))


@office_required
@require_POST
def reconsider(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Count it again among what waits."""
    entity = entity_or_404(name)
    done(request, lambda: pairing.reconsider(entity, gazelle_id, by=person(request)), "La fiche attend de nouveau.")
    return redirect(home_of(entity, gazelle_id))


# -- merges --


@never_cache
@require_safe
@office_required
def merge_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One merge: who, when, why, what followed it, and the way back."""
    merged = get_object_or_404(Redirect.objects.select_related("by"), pk=pk, entity__in=[e.name for e in entities()])
    entity = entities()[merged.entity]
    old = table(entity).model._base_manager.filter(pk=merged.old_id).defer("raw_data").first()
    names = named_records(entity, [merged.old_id, merged.kept_id])
    context = {
        "merge": merged,
        "entity": entity,
        "old": names[merged.old_id],
        "kept": names[merged.kept_id],
        "count": sum(map(len, merged.moved.values())),
        "can_undo": merged.undone_at is None and old is not None and old.is_placeholder,
    }
    return show(request, "syncing/fusion.html", context)


@office_required
@require_POST
def undo_merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Bring the placeholder back, and say what could not follow."""
    merged = get_object_or_404(Redirect, pk=pk, entity__in=[e.name for e in entities()])
    try:
        returned = joining.undo(merged, by=person(request))
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
        return redirect("merge", pk)
    told = french.counted(returned.count, "élément est revenu", "éléments sont revenus")
    messages.success(request, f"Fusion défaite : {told} à la fiche provisoire.")
    for staying in returned.staying[:NAMED]:
        row = staying.model._base_manager.filter(pk=staying.pk).first()
        messages.warning(request, f"« {row} » reste où il est : {staying.because}.")
    if len(returned.staying) > NAMED:
        messages.warning(request, f"{french.counted(len(returned.staying) - NAMED, 'autre', 'autres')} aussi.")
    return redirect(placeholder_url(entities()[merged.entity], merged.old_id))


def _in_state(entity: Entity, state: str) -> QuerySet[Any]:
    match state:
        case "acceptees":
            return kinship.accepted(kinship.placeholders(entity), entity)
        case "fusionnees":
            return kinship.merged(entity)
    return kinship.unsettled(kinship.placeholders(entity), entity)


def _of_age(rows: QuerySet[Any], age: str) -> QuerySet[Any]:
    now = timezone.now()
    match age:
        case "semaine":
            return rows.filter(created_at__gte=now - WEEK)
        case "mois":
            return rows.filter(created_at__lt=now - WEEK, created_at__gte=now - MONTH)
        case "avant":
            return rows.filter(created_at__lt=now - MONTH)
    return rows


def _best(entity: Entity, ids: Sequence[str]) -> dict[str, tuple[Likeness, str]]:
    """The likeliest suggestion for each of these placeholders, with its name."""
    first: dict[str, Likeness] = {}
    for one in kinship.suggestions(entity, ids):
        first.setdefault(one.left_id, one)
    names = named_records(entity, [one.right_id for one in first.values()]) if first else {}
    return {pk: (one, names[one.right_id].text) for pk, one in first.items()}


def _citing_records(entity: Entity, gazelle_id: str) -> list[Any]:
    wanted: dict[str, list[str]] = {}
    for other, pk in kinship.citing_records(entity, gazelle_id, entities(), NAMED):
        wanted.setdefault(other.name, []).append(pk)
    return [
        (entities()[name], list(named_records(entities()[name], dict.fromkeys(ids[:NAMED])).values()))
        for name, ids in wanted.items()
    ]
