"""Who may see what of a table: declared once by its model, applied by one method, `visible_to`.

Rows are narrowed in the query. A column that is for the office only is not there: reading it raises `Closed`, which a
template shows as nothing. Both hold for the records one reaches from there, through a foreign key or back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=models.Model, covariant=True)
Guarded = TypeVar("Guarded", bound="GuardedModel")


class Audience(StrEnum):
    """For whom a page or a table is."""

    ANYONE = "anyone"
    PROGRAMS = "programs"
    """Whoever holds a token with the right scope; never a person's session."""
    MEMBERS = "members"
    """Everybody who has a role."""
    OFFICE = "office"
    ADMINISTRATION = "administration"


@dataclass(frozen=True)
class Viewer:
    """Who is looking, as far as rights go."""

    user_id: int | None = None
    groups: frozenset[Audience] = frozenset({Audience.ANYONE})

    def is_among(self, audience: Audience) -> bool:
        return audience in self.groups


class Closed(PermissionDenied):
    """A column that this viewer may not read."""

    silent_variable_failure = True  # Django's templates show nothing instead of failing

    def __init__(self, columns: frozenset[str]) -> None:
        super().__init__("Ces renseignements ne font pas partie de votre accès.")
        self.columns = columns


@dataclass(frozen=True)
class Rights:
    """Of one model. The office sees everything; a table that declares nothing is for the office alone."""

    rows: Audience = Audience.OFFICE
    narrowed: Callable[[Viewer], Q] | None = None
    """Which of the rows somebody outside the office sees; all of them when there is none."""
    office_only: Collection[str] = ()
    """The columns that nobody else reads."""

    def rows_for(self, viewer: Viewer) -> Q | None:
        """The condition on rows; None when there is no row to be seen."""
        if not viewer.is_among(self.rows):
            return None
        return Q() if self.narrowed is None or viewer.is_among(Audience.OFFICE) else self.narrowed(viewer)


class GuardedRows(ModelIterable):  # type: ignore[type-arg]  # generic in the stubs only
    """The records of a query, without what its viewer may not read."""

    def __iter__(self) -> Iterator[Any]:
        queryset: Any = self.queryset  # a GuardedQuerySet: only those are read so
        rows = super().__iter__()
        if queryset._viewer is not None:
            return (_closed(row, queryset._viewer) for row in rows)
        # Reached from a record that somebody sees: Django hands that record over with the query.
        viewer = getattr(queryset._hints.get("instance"), "_viewer", None)
        return rows if viewer is None else self._seen_from(rows, viewer)

    def _seen_from(self, rows: Iterator[Any], viewer: Viewer) -> Iterator[Any]:
        model: Any = self.queryset.model
        found = list(rows)
        if model.rights.rows_for(viewer) != Q():
            keys = [row.pk for row in found]
            visible = set(model.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))
            found = [row for row in found if row.pk in visible]
        return (_closed(row, viewer) for row in found)


def _closed(row: Any, viewer: Viewer) -> Any:
    """The record with its closed columns taken away, and those of the records joined to it."""
    row._viewer = viewer
    for name in row.office_only():
        row.__dict__.pop(name, None)
    for joined in row._state.fields_cache.values():
        if isinstance(joined, GuardedModel) and joined._viewer is None:
            _closed(joined, viewer)
    return row


def shown_to(row: Guarded, viewer: Viewer) -> Guarded:
    """A record that was read by another way than a queryset of its viewer's, without what he may not read."""
    if not viewer.is_among(Audience.OFFICE):
        _closed(row, viewer)
    return row


class GuardedQuerySet(models.QuerySet[Row]):
    """Reads of a table that declares its rights."""

    _viewer: Viewer | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._iterable_class = GuardedRows

    def visible_to(self, viewer: Viewer) -> Self:
        """The rows this viewer may see, without the columns he may not read."""
        model: type[GuardedModel] = self.model  # type: ignore[assignment]  # only those have this queryset
        rows = model.rights.rows_for(viewer)
        if rows is None:
            return self.none()
        if viewer.is_among(Audience.OFFICE):
            return self.all()
        seen = self.filter(rows).defer(*model.office_only())
        seen._viewer = viewer
        return seen

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # Django's own hook, absent from the stubs
        clone._viewer = self._viewer
        return clone

    def _values(self, *fields: Any, **expressions: Any) -> Any:
        """What `values` and `values_list` are made of: they would select a column that was left out."""
        if self._viewer is not None:
            closed: frozenset[str] = self.model.office_only()  # type: ignore[attr-defined]  # as above
            asked = closed & set(fields) if fields or expressions else closed
            if asked:
                raise Closed(asked)
        return super()._values(*fields, **expressions)  # type: ignore[misc]  # absent from the stubs


class GuardedModel(models.Model):
    """A table that says who may see it."""

    rights: ClassVar[Rights] = Rights()
    machinery: ClassVar[Collection[str]] = ()
    _viewer: Viewer | None = None

    class Meta:
        abstract = True

    @classmethod
    def office_only(cls) -> frozenset[str]:
        """The columns that nobody outside the office reads."""
        return frozenset({*cls.machinery, *cls.rights.office_only})

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: models.QuerySet[Self] | None = None
    ) -> None:
        """Django comes here for a column that is not there: a closed one stays away."""
        if self._viewer is not None and (asked := frozenset(fields or ()) & self.office_only()):
            raise Closed(asked)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
