"""What the pages about who is who share: lists by table, a search, and the way back from what was just done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Page
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from syncing.folding import fold
from syncing.light_lists import CappedPaginator
from syncing.models import Likeness, MirroredModel
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import named_records
from syncing.reconciling.tables import table
from syncing.registry import Entity, entities
from syncing.vocabulary import SyncError

PER_PAGE = 25
FOUND = 10
"""Records that a search for another one shows."""


class Offer(TypedDict):
    """What was just done, and the form that undoes it: kept in the session until the next page shows it."""

    told: str
    url: str
    label: str
    fields: list[tuple[str, str]]


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, with the offer to undo what was just done."""
    return render(request, template, context | {"offer": request.session.pop("offer", None)})


def done(request: HttpRequest, act: Callable[[], Offer | str | None], told: str = "") -> bool:
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


def entity_or_404(name: str) -> Entity:
    if name not in entities():
        raise Http404
    return entities()[name]


def record_or_404(entity: Entity, gazelle_id: str) -> MirroredModel:
    return get_object_or_404(table(entity).model._base_manager.defer("raw_data"), pk=gazelle_id)


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user


def count_each(every: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each table has, in one query."""
    return dict.fromkeys(every, 0) | kinship.counted_by_table(every)


def chosen_table(request: HttpRequest, counts: dict[str, int]) -> Entity:
    """The one asked for; else the first that has something to show."""
    name = request.GET.get("table", "")
    if name not in counts:
        name = next((name for name, count in counts.items() if count), next(iter(counts)))
    return entities()[name]


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def choice(request: HttpRequest, name: str, among: dict[str, str]) -> str:
    value = request.GET.get(name, "")
    return value if value in among else ""


def links_to_tables(request: HttpRequest, counts: dict[str, int], chosen: Entity, **kept: str) -> list[dict[str, Any]]:
    """Links to the tables that have something, and to the one that is shown."""
    return [
        {
            "label": entities()[name].label,
            "count": count,
            "url": with_query("", table=name, **kept),
            "current": name == chosen.name,
        }
        for name, count in counts.items()
        if count or name == chosen.name
    ]


def links(choices: dict[str, str], chosen: str, name: str, **kept: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": with_query("", **kept, **{name: value}), "current": value == chosen}
        for value, label in choices.items()
    ]


def with_query(path: str, **values: str) -> str:
    return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


def placeholder_url(entity: Entity, gazelle_id: str) -> str:
    return reverse("placeholder", args=[entity.name, gazelle_id])


def home_of(entity: Entity, gazelle_id: str) -> str:
    """The list where an incomplete record is found."""
    is_placeholder = table(entity).model._base_manager.filter(pk=gazelle_id, is_placeholder=True).exists()
    return with_query(reverse("placeholders" if is_placeholder else "orphans"), table=entity.name)


def found_by(entity: Entity, words: str) -> dict[str, Any]:
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


def compared_at(entity: Entity) -> Any:
    """When the records of this table were last compared; None when they never were, or had nothing alike."""
    return Likeness.objects.filter(entity=entity.name).aggregate(at=Max("found_at"))["at"]
