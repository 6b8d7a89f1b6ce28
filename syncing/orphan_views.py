"""Orphans: records that Gazelle gives to nobody, given to somebody here, one by one or several at once."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import assigning, french
from syncing.access import office_required
from syncing.adopting import adoptions
from syncing.assigning import Gift
from syncing.kinship_pages import (
    Offer,
    chosen_table,
    count_each,
    done,
    entity_or_404,
    found_by,
    links_to_tables,
    page_of,
    person,
    record_or_404,
    show,
    with_query,
)
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import field_name, named_records, record_url
from syncing.reconciling.tables import table
from syncing.registry import Entity, entities


@never_cache
@require_safe
@office_required
def orphans_page(request: HttpRequest) -> HttpResponse:
    """The orphans of one table, each with whom it may belong to."""
    every = {
        entity.name: kinship.unsettled(lost, entity)
        for entity in entities()
        if (lost := kinship.orphans(entity)) is not None
    }
    counts = count_each(every)
    entity = chosen_table(request, counts)
    page = page_of(request, every[entity.name].defer("raw_data"))
    found = adoptions(entity, [record.pk for record in page], entities())
    rows = [
        {
            "record": record,
            "url": record_url(entity, record.pk),
            "adoptions": [(one, _packed(one.gift), _owner_url(entity, one.gift)) for one in found.get(record.pk, ())],
        }
        for record in page
    ]
    clear = sum(1 for found_for in found.values() if found_for[0].is_alone)
    context = {
        "entity": entity,
        "page": page,
        "rows": rows,
        "clear": clear,
        "tables": links_to_tables(request, counts, entity),
    }
    return show(request, "syncing/orphelins.html", context)


@never_cache
@require_safe
@office_required
def orphan_page(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponse:
    """One orphan, and a search for its owner."""
    entity = entity_or_404(name)
    record, words = record_or_404(entity, gazelle_id), request.GET.get("q", "").strip()
    references = [
        {
            "label": field_name(entity, reference),
            "found": [
                (named, _packed(Gift(gazelle_id, reference, pk))) for pk, named in found_by(owner, words).items()
            ],
        }
        for reference, owner in _owners(entity).items()
    ]
    context = {
        "entity": entity,
        "record": record,
        "url": record_url(entity, gazelle_id),
        "words": words,
        "references": references,
        "facts": kinship.facts(record),
    }
    return show(request, "syncing/orphelin.html", context)


@never_cache
@office_required
@require_POST
def assignment_preview(request: HttpRequest, name: str) -> HttpResponseBase:
    """What giving all these orphans at once would do; a page of them would be too long an address."""
    entity, gifts = entity_or_404(name), _gifts(request.POST.getlist("gift"))
    if not gifts:
        messages.warning(request, "Choisissez au moins une fiche.")
        return redirect(with_query(reverse("orphans"), table=entity.name))
    names = named_records(entity, {gift.gazelle_id for gift in gifts})
    owners = {
        reference: named_records(owner, {gift.owner_id for gift in gifts if gift.reference == reference})
        for reference, owner in _owners(entity).items()
    }
    rows = [
        (names[gift.gazelle_id], owners[gift.reference][gift.owner_id], _packed(gift))
        for gift in gifts
        if gift.reference in owners
    ]
    return show(request, "syncing/orphelins_apercu.html", {"entity": entity, "rows": rows})


@office_required
@require_POST
def assign_orphans(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give orphans to their owners."""
    entity, gifts = entity_or_404(name), _gifts(request.POST.getlist("gift"))

    def assigned() -> Offer:
        given = assigning.assign(entity, gifts, by=person(request))
        left = len(gifts) - len(given)
        told = french.counted(len(given), "fiche rattachée", "fiches rattachées")
        spared = f" {french.counted(left, 'autre a', 'autres ont')} trouvé à qui entre-temps." if left else ""
        return {
            "told": f"{told}.{spared}",
            "url": reverse("orphans-take-back", args=[entity.name]),
            "label": "Annuler",
            "fields": [("gift", _packed(gift)) for gift in given],
        }

    done(request, assigned)
    return redirect(with_query(reverse("orphans"), table=entity.name))


@office_required
@require_POST
def take_back_orphans(request: HttpRequest, name: str) -> HttpResponseBase:
    """Undo an assignment."""
    entity, gifts = entity_or_404(name), _gifts(request.POST.getlist("gift"))

    def taken() -> str:
        back = assigning.take_back(entity, gifts, by=person(request))
        return f"{french.counted(len(back), 'fiche détachée', 'fiches détachées')}."

    done(request, taken)
    return redirect(with_query(reverse("orphans"), table=entity.name))


def _owners(entity: Entity) -> dict[str, Entity]:
    """The entities of those that an orphan may be given to, by reference."""
    by_model = {table(other).model: other for other in entities()}
    model = table(entity).model
    return {name: by_model[model._meta.get_field(name).related_model] for name in entity.belongs_to}  # type: ignore[index]  # foreign keys by declaration


def _owner_url(entity: Entity, gift: Gift) -> str:
    return record_url(_owners(entity)[gift.reference], gift.owner_id)


def _packed(gift: Gift) -> str:
    return json.dumps([gift.gazelle_id, gift.reference, gift.owner_id])


def _gifts(packed: Iterable[str]) -> list[Gift]:
    """What a form carried back; what cannot be read was not ours."""
    gifts = []
    for text in packed:
        try:
            gazelle_id, reference, owner_id = json.loads(text)
        except (ValueError, TypeError):
            raise Http404 from None
        gifts.append(Gift(str(gazelle_id), str(reference), str(owner_id)))
    return gifts
