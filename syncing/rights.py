"""Who may see what of a table: declared once by its model, applied by one method, `visible_to`.

Rows are narrowed in the query. A column that is not for this viewer is left out of it, and never fetched afterwards:
reading it raises `Closed`, which a template shows as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model, covariant=True)


class Audience(StrEnum):
    """For whom a page, a table or a column is."""

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
    columns: Mapping[str, Audience] = field(default_factory=dict)
    """The columns that are for fewer people than the rows."""

    def rows_for(self, viewer: Viewer) -> Q | None:
        """The condition on rows; None when there is no row to be seen."""
        if not viewer.is_among(self.rows):
            return None
        return Q() if self.narrowed is None or viewer.is_among(Audience.OFFICE) else self.narrowed(viewer)


class GuardedQuerySet(models.QuerySet[Row]):
    """Reads of a table that declares its rights."""

    _closed: frozenset[str] = frozenset()

    def visible_to(self, viewer: Viewer) -> Self:
        """The rows this viewer may see, without the columns he may not. Records reached through a foreign key are
        other rows: ask for them with their own `visible_to`."""
        model: type[GuardedModel] = self.model  # type: ignore[assignment]  # only those have this queryset
        rows = model.rights.rows_for(viewer)
        if rows is None:
            return self.none()
        closed = frozenset(name for name, audience in model.column_rights().items() if not viewer.is_among(audience))
        seen = self.filter(rows).defer(*closed) if closed else self.filter(rows)
        seen._closed = closed
        return seen

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # Django's own hook, absent from the stubs
        clone._closed = self._closed
        return clone

    def _values(self, *fields: Any, **expressions: Any) -> Any:
        """What `values` and `values_list` are made of: they would select a column that was deferred."""
        asked = self._closed & set(fields) if fields or expressions else self._closed
        if asked:
            raise Closed(asked)
        return super()._values(*fields, **expressions)  # type: ignore[misc]  # absent from the stubs


class GuardedModel(models.Model):
    """A table that says who may see it."""

    rights = Rights()
    machinery: ClassVar[Mapping[str, Audience]] = {}

    class Meta:
        abstract = True

    @classmethod
    def column_rights(cls) -> Mapping[str, Audience]:
        return {**cls.machinery, **cls.rights.columns}

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: models.QuerySet[Self] | None = None
    ) -> None:
        """Django comes here for a column that was left out of the query: one that may be closed stays out."""
        asked = frozenset(fields or ()) & self.get_deferred_fields() & self.column_rights().keys()
        if asked:
            raise Closed(frozenset(asked))
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
