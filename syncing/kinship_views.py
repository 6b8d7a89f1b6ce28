"""Pages about who is who: placeholders, orphans, records that may be one. A consequence is said before its button."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal, TypedDict
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Page
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import assigning, connection, french, joining, pairing, provisional
from syncing.access import office_required
from syncing.adopting import adoptions
from syncing.assigning import Gift
from syncing.folding import fold
from syncing.mirrored_admin import CappedPaginator
from syncing.models import Acceptance, Likeness, MirroredModel, Pairing, Redirect, StagedRecord
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import field_name, named_records, record_url
from syncing.reconciling.tables import table
from syncing.registry import Entity, entities
from syncing.resembling import resemblances
from syncing.vocabulary import SyncError

PER_PAGE = 25
NAMED = 20
"""Records that cite one, named on its page; the others are counted."""
FOUND = 10
"""Records that a search for another one shows."""
SEVERAL = ("élément", "éléments")
STATES = {"": "À traiter", "acceptees": "Acceptées telles quelles", "fusionnees": "Fusionnées"}
AGES = {"": "Tout âge", "semaine": "Depuis 7 jours", "mois": "De 7 à 30 jours", "avant": "Plus de 30 jours"}
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


class Offer(TypedDict):
    """What was just done, and the form that undoes it: kept in the session until the next page shows it."""

    told: str
    url: str
    label: str
    fields: list[tuple[str, str]]


# -- placeholders ------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@office_required
def placeholders_page(request: HttpRequest) -> HttpResponse:
    """The placeholders of one table, oldest first, each with what cites it and who it may be."""
    state, age = _choice(request, "etat", STATES), _choice(request, "age", AGES)
    every = {entity.name: _of_age(_in_state(entity, state), age) for entity in entities()}
    counts = _counts(every)
    entity = _chosen_table(request, counts)
    page = _page(request, every[entity.name].order_by("created_at", "pk").defer("raw_data"))
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
                "url": _placeholder_url(entity, record.pk),
                "cited": kinship.told(cited.get(record.pk, ())),
                "best": best.get(record.pk),
                "redirect": redirects.get(record.pk),
            }
            for record in page
        ],
        "tables": _tables(request, counts, entity, etat=state, age=age),
        "states": _links(STATES, state, "etat", table=entity.name, age=age),
        "ages": _links(AGES, age, "age", table=entity.name, etat=state),
        "state": state,
    }
    return _show(request, "syncing/provisoires.html", context)


@never_cache
@require_safe
@office_required
def placeholder_page(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Why it exists, who it may be, and, once somebody is chosen, what merging them would do."""
    entity = _entity(name)
    record = _record(entity, gazelle_id)
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
        "found": _found(entity, words),
        "kept": kept,
        "kept_url": record_url(entity, kept.pk) if kept else "",
        "kept_count": sum(one.count for one in kinship.cited_by(entity, [kept.pk]).get(kept.pk, [])) if kept else 0,
        "facts": kinship.facts(kept) if kept else (),
        "compared": _compared_at(entity),
    }
    return _show(request, "syncing/provisoire.html", context)


@office_required
@require_POST
def ask_again(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Ask Gazelle for this record now."""
    entity, record = _entity(name), None
    record = _record(entity, gazelle_id)
    told = provisional.ask_again(entity.name, record.pk, by=_person(request))
    (messages.success if told.outcome == "healed" else messages.warning)(request, told.sentence)
    return redirect(_placeholder_url(entity, gazelle_id))


@office_required
@require_POST
def merge_placeholder(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Let a placeholder become the record that was compared with it."""
    entity, kept_id = _entity(name), request.POST.get("avec", "")

    def merged() -> Offer:
        done = joining.merge(entity, gazelle_id, kept_id, by=_person(request), why=request.POST.get("why", ""))
        names = named_records(entity, [gazelle_id, kept_id])
        moved = french.counted(done.count, "élément rattaché", "éléments rattachés")
        return {
            "told": f"{names[gazelle_id].text} fusionnée avec {names[kept_id].text}. {moved.capitalize()}.",
            "url": reverse("merge-undo", args=[done.redirect.pk]),
            "label": "Annuler cette fusion",
            "fields": [],
        }

    if _done(request, merged):
        return redirect(_with(reverse("placeholders"), table=entity.name))
    return redirect(_placeholder_url(entity, gazelle_id))


@office_required
@require_POST
def accept_as_is(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Let an incomplete record be."""
    entity = _entity(name)

    def accepted() -> Offer:
        pairing.accept_as_is(entity, gazelle_id, by=_person(request), why=request.POST.get("why", "").strip())
        return {
            "told": f"{named_records(entity, [gazelle_id])[gazelle_id].text} est acceptée telle quelle.",
            "url": reverse("reconsider", args=[entity.name, gazelle_id]),
            "label": "Annuler",
            "fields": [],
        }

    _done(request, accepted)
    return redirect(_home_of(entity, gazelle_id))


@office_required
@require_POST
def reconsider(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponseBase:
    """Count it again among what waits."""
    entity = _entity(name)
    _done(request, lambda: pairing.reconsider(entity, gazelle_id, by=_person(request)), "La fiche attend de nouveau.")
    return redirect(_home_of(entity, gazelle_id))


# -- merges ------------------------------------------------------------------------------------------------------------


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
    return _show(request, "syncing/fusion.html", context)


@office_required
@require_POST
def undo_merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Bring the placeholder back, and say what could not follow."""
    merged = get_object_or_404(Redirect, pk=pk, entity__in=[e.name for e in entities()])
    try:
        returned = joining.undo(merged, by=_person(request))
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
    return redirect(_placeholder_url(entities()[merged.entity], merged.old_id))


# -- orphans -----------------------------------------------------------------------------------------------------------


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
    counts = _counts(every)
    entity = _chosen_table(request, counts)
    page = _page(request, every[entity.name].defer("raw_data"))
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
        "tables": _tables(request, counts, entity),
    }
    return _show(request, "syncing/orphelins.html", context)


@never_cache
@require_safe
@office_required
def orphan_page(request: HttpRequest, name: str, gazelle_id: str) -> HttpResponse:
    """One orphan, and a search for its owner."""
    entity = _entity(name)
    record, words = _record(entity, gazelle_id), request.GET.get("q", "").strip()
    references = [
        {
            "label": field_name(entity, reference),
            "found": [(named, _packed(Gift(gazelle_id, reference, pk))) for pk, named in _found(owner, words).items()],
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
    return _show(request, "syncing/orphelin.html", context)


@never_cache
@require_safe
@office_required
def assignment_preview(request: HttpRequest, name: str) -> HttpResponseBase:
    """What giving all these orphans at once would do."""
    entity, gifts = _entity(name), _gifts(request.GET.getlist("gift"))
    if not gifts:
        messages.warning(request, "Choisissez au moins une fiche.")
        return redirect(_with(reverse("orphans"), table=entity.name))
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
    return _show(request, "syncing/orphelins_apercu.html", {"entity": entity, "rows": rows})


@office_required
@require_POST
def assign_orphans(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give orphans to their owners."""
    entity, gifts = _entity(name), _gifts(request.POST.getlist("gift"))

    def assigned() -> Offer:
        given = assigning.assign(entity, gifts, by=_person(request))
        left = len(gifts) - len(given)
        told = french.counted(len(given), "fiche rattachée", "fiches rattachées")
        spared = f" {french.counted(left, 'autre a', 'autres ont')} trouvé à qui entre-temps." if left else ""
        return {
            "told": f"{told}.{spared}",
            "url": reverse("orphans-take-back", args=[entity.name]),
            "label": "Annuler",
            "fields": [("gift", _packed(gift)) for gift in given],
        }

    _done(request, assigned)
    return redirect(_with(reverse("orphans"), table=entity.name))


@office_required
@require_POST
def take_back_orphans(request: HttpRequest, name: str) -> HttpResponseBase:
    """Undo an assignment."""
    entity, gifts = _entity(name), _gifts(request.POST.getlist("gift"))

    def taken() -> str:
        back = assigning.take_back(entity, gifts, by=_person(request))
        return f"{french.counted(len(back), 'fiche détachée', 'fiches détachées')}."

    _done(request, taken)
    return redirect(_with(reverse("orphans"), table=entity.name))


# -- records that may be one -------------------------------------------------------------------------------------------


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
    counts = _counts(every)
    entity = _chosen_table(request, counts)
    page = _page(request, every[entity.name].order_by(*(("-at", "-pk") if said else ("-probability", "pk"))))
    names = named_records(entity, {pk for pair in page for pk in (pair.left_id, pair.right_id)})
    facts = kinship.facts_of(entity, names)
    context = {
        "entity": entity,
        "page": page,
        "pairs": [(pair, [(names[pk], facts.get(pk, ())) for pk in (pair.left_id, pair.right_id)]) for pair in page],
        "said": said,
        "states": _links({"": "À regarder", "dites": "Déjà dites"}, "dites" if said else "", "etat", table=entity.name),
        "tables": _tables(request, counts, entity, etat="dites" if said else ""),
        "compared": _compared_at(entity),
        "gazelle": connection.origin(),
    }
    return _show(request, "syncing/doublons.html", context)


@office_required
@require_POST
def judge_pair(request: HttpRequest, name: str, verdict: Literal["same", "different"]) -> HttpResponseBase:
    """Remember that two records are one, or never are."""
    entity, one, other = _entity(name), request.POST.get("one", ""), request.POST.get("other", "")

    def judged() -> Offer:
        pair = pairing.judge(entity, one, other, verdict=verdict, by=_person(request))
        same = "Même fiche : les deux se montrent ensemble. La fusion se fait dans Gazelle."
        return {
            "told": same if verdict == Pairing.SAME else "Ces deux-là ne seront plus proposées ensemble.",
            "url": reverse("pair-withdraw", args=[pair.pk]),
            "label": "Annuler",
            "fields": [],
        }

    _done(request, judged)
    if request.POST.get("from") == "placeholder":
        return redirect(_placeholder_url(entity, one))
    return redirect(_with(reverse("duplicates"), table=entity.name))


@office_required
@require_POST
def withdraw_pair(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a verdict back."""
    pair = get_object_or_404(Pairing, pk=pk, entity__in=[entity.name for entity in entities()])
    _done(request, lambda: pairing.withdraw(pair, by=_person(request)), "Verdict repris.")
    return redirect(_with(reverse("duplicates"), table=pair.entity))


# -- what the pages share ----------------------------------------------------------------------------------------------


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, with the offer to undo what was just done."""
    return render(request, template, context | {"offer": request.session.pop("offer", None)})


def _done(request: HttpRequest, act: Callable[[], Offer | str | None], told: str = "") -> bool:
    """Act, and tell what was done, with the way back if there is one; or why nothing was."""
    try:
        outcome = act()
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
        return False
    if isinstance(outcome, dict):
        request.session["offer"] = outcome
    else:
        messages.success(request, outcome or told)
    return True


def _entity(name: str) -> Entity:
    if name not in entities():
        raise Http404
    return entities()[name]


def _record(entity: Entity, gazelle_id: str) -> MirroredModel:
    return get_object_or_404(table(entity).model._base_manager.defer("raw_data"), pk=gazelle_id)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user


def _placeholder_url(entity: Entity, gazelle_id: str) -> str:
    return reverse("placeholder", args=[entity.name, gazelle_id])


def _home_of(entity: Entity, gazelle_id: str) -> str:
    """The list where an incomplete record is found."""
    is_placeholder = table(entity).model._base_manager.filter(pk=gazelle_id, is_placeholder=True).exists()
    return _with(reverse("placeholders" if is_placeholder else "orphans"), table=entity.name)


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


def _counts(every: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each table has, in one query."""
    return dict.fromkeys(every, 0) | kinship.counted_by_table(every)


def _chosen_table(request: HttpRequest, counts: dict[str, int]) -> Entity:
    """The one asked for; else the first that has something to show."""
    name = request.GET.get("table", "")
    if name not in counts:
        name = next((name for name, count in counts.items() if count), next(iter(counts)))
    return entities()[name]


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _choice(request: HttpRequest, name: str, among: dict[str, str]) -> str:
    value = request.GET.get(name, "")
    return value if value in among else ""


def _tables(request: HttpRequest, counts: dict[str, int], chosen: Entity, **kept: str) -> list[dict[str, Any]]:
    """Links to the tables that have something, and to the one that is shown."""
    return [
        {
            "label": entities()[name].label,
            "count": count,
            "url": _with("", table=name, **kept),
            "current": name == chosen.name,
        }
        for name, count in counts.items()
        if count or name == chosen.name
    ]


def _links(choices: dict[str, str], chosen: str, name: str, **kept: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _with("", **kept, **{name: value}), "current": value == chosen}
        for value, label in choices.items()
    ]


def _with(path: str, **values: str) -> str:
    return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


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


def _found(entity: Entity, words: str) -> dict[str, Any]:
    """The records, in Gazelle today, that these words or this id find."""
    if not words:
        return {}
    rows: QuerySet[Any] = table(entity).model.objects.present()
    ids = list(rows.filter(pk=words).values_list("pk", flat=True))
    if any(field.name == "search_key" for field in rows.model._meta.concrete_fields):
        for word in fold(words).split():
            rows = rows.filter(search_key__contains=word)
        ids += rows.values_list("pk", flat=True)[:FOUND]
    return named_records(entity, dict.fromkeys(ids))


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


def _compared_at(entity: Entity) -> Any:
    """When the records of this table were last compared; None when they never were, or had nothing alike."""
    return Likeness.objects.filter(entity=entity.name).aggregate(at=Max("found_at"))["at"]
