"""The list of a big table: counted no further than people read, and read no wider than its rows show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Count, JSONField, Model, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.functional import cached_property

from syncing.models import MirroredModel

Choices: TypeAlias = list[tuple[str, str]]
COUNTED_UP_TO = 10_000
FAR = 1_000
"""Rows before a page from which they are passed over by their keys alone, without the records they cite."""
FEW = 500
"""Records merged here, of one table, that are taken off a count one by one."""
SEARCHED = {"search_key", "words"}
"""Columns that are looked into, and never shown."""
SHOWN_AS_STATE = {"id", "is_placeholder", "deleted_at"}
MERGED = Q(is_placeholder=True, deleted_at__isnull=False)
"""Another record speaks for it. Told so, and not by `exclude`, SQLite knows the partial indexes."""


@dataclass(frozen=True)
class Counting:
    """What a list knows of its rows beyond their query."""

    with_merged: QuerySet[Any]
    """The same rows before those merged here were left out: counted in an index, where leaving out reads the table."""
    is_search: bool
    at_least: int
    """How many there are at least, known without counting."""


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Never counts further than people read: an exact count of a big table costs more than its page."""

    @cached_property
    def capped(self) -> bool:
        return self._found > COUNTED_UP_TO

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED_UP_TO)

    @cached_property
    def keys(self) -> list[Any] | None:
        """Those that a search found, in their order: what was hard to find is not looked for again for the page."""
        counting: Counting | None = getattr(self.object_list, "counting", None)
        if counting is None or not counting.is_search or counting.at_least > COUNTED_UP_TO:
            return None
        rows: Any = self.object_list
        return list(rows.values_list("pk", flat=True)[: COUNTED_UP_TO + 1])

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]  # as above
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        rows: Any = self.object_list
        if self.keys is not None:
            return Page(rows.filter(pk__among=self.keys[first:last]), number, self)
        if isinstance(rows, QuerySet) and first >= FAR:
            return Page(rows.filter(pk__in=rows.values("pk")[first:last]), number, self)
        return Page(rows[first:last], number, self)

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        counting: Counting | None = getattr(rows, "counting", None)
        if counting is None:
            return _up_to(rows, COUNTED_UP_TO + 1)
        if counting.at_least > COUNTED_UP_TO:
            return counting.at_least
        if self.keys is not None:
            return len(self.keys)
        whole, keys = counting.with_merged, _merged(rows.model)
        if len(keys) > FEW:
            return _up_to(rows, COUNTED_UP_TO + 1)
        merged = whole.filter(pk__among=keys).count() if keys else 0
        return _up_to(whole, COUNTED_UP_TO + 1 + merged) - merged


def _up_to(rows: QuerySet[Any], limit: int) -> int:
    """Counted without reading anything of them: an index that holds their condition is enough."""
    counted: int = rows.order_by().values(one=Value(1))[:limit].aggregate(count=Count("one"))["count"]
    return counted


def _merged(model: type[Model]) -> list[Any]:
    return list(model._base_manager.filter(MERGED).order_by().values_list("pk", flat=True)[: FEW + 1])


class RecordFilter(admin.SimpleListFilter):
    """Present, provisional, gone from Gazelle, or merged here; without a choice, `LightList` leaves the last out."""

    title = "fiche"
    parameter_name = "fiche"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [
            *(("presente", "Dans Gazelle"), ("provisoire", "Provisoire"), ("retiree", "Retirée de Gazelle")),
            ("fusionnee", "Fusionnée ici"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "presente":
                return queryset.filter(is_placeholder=False, deleted_at=None)
            case "provisoire":
                return queryset.filter(is_placeholder=True, deleted_at=None)
            case "retiree":
                # Not `exclude`: SQLite knows the partial indexes by these very words.
                return queryset.filter(is_placeholder=False, deleted_at__isnull=False)
            case "fusionnee":
                return queryset.filter(MERGED)
        return queryset

    @property
    def is_chosen(self) -> bool:
        return self.value() in ("presente", "provisoire", "retiree", "fusionnee")


class LightList(ChangeList):
    """Leaves in the database what its rows do not show: reading it took longer than drawing them."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        if any(isinstance(spec, RecordFilter) and spec.is_chosen for spec in self.filter_specs):
            return rows
        shown = rows.exclude(is_placeholder=True, deleted_at__isnull=False)
        # With nothing else to narrow it, what the words alone find is what there is.
        alone = bool(self.query) and not self.get_filters_params()
        at_least = self.model_admin.found_at_least(self.query, COUNTED_UP_TO + 1) if alone else 0  # type: ignore[attr-defined]  # every mirrored admin
        shown.counting = Counting(rows, bool(self.query), at_least)  # type: ignore[attr-defined]  # for its paginator
        return shown

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = getattr(self.paginator, "keys", None)
        if keys is not None and not self.multi_page:
            self.result_list = self.queryset.filter(pk__among=keys)

    def apply_select_related(self, qs: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().apply_select_related(qs)
        unread = [name for name in _unread(self.model) if name not in self.list_display]
        for path in self.list_select_related or ():  # type: ignore[union-attr]  # names, or False
            related: Any = self.model._meta.get_field(path).related_model
            if issubclass(related, MirroredModel):
                unread += [f"{path}__{name}" for name in _unread(related)]
        return rows.defer(*unread)


def _unread(model: type[Model]) -> list[str]:
    """The columns that no list shows unless it names them: the engine's, those of lists, those of words to search."""
    engine = {field.name for field in MirroredModel._meta.fields} - SHOWN_AS_STATE
    hidden = engine | SEARCHED
    return [field.name for field in model._meta.fields if field.name in hidden or isinstance(field, JSONField)]
