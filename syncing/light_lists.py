"""The list of a big table: counted no further than people read, and read no wider than its rows show."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import JSONField, Model, QuerySet
from django.utils.functional import cached_property

from syncing.models import MirroredModel

COUNTED_UP_TO = 10_000
SEARCHED = {"search_key", "words"}
"""Columns that are looked into, and never shown."""
SHOWN_AS_STATE = {"id", "is_placeholder", "deleted_at"}


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Never counts further than people read: an exact count of a big table costs more than its page."""

    @cached_property
    def capped(self) -> bool:
        return self._found > COUNTED_UP_TO

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED_UP_TO)

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: COUNTED_UP_TO + 1].count() if isinstance(rows, QuerySet) else len(rows)


class LightList(ChangeList):
    """Leaves in the database what its rows do not show: reading it took longer than drawing them."""

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
