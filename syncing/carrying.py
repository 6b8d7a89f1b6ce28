"""Rows that hang on another row, carried in the very query that reads it: they cost no query of their own.

Only texts, numbers, yes or no: the databases write dates, and JSON within JSON, each in its own way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.db.models.sql.compiler import SQLCompiler

from syncing.rights import Closed, GuardedModel, Viewer, shown_to

Carried = TypeVar("Carried", bound=GuardedModel)
RANK = "rank_"


class _Gathered(Func):
    """All the rows of a subquery in one value; not an aggregate of Django's, which would group them first."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **more)


def carried(rows: QuerySet[Any], columns: Collection[str], *, through: str = "", rank: str = "pk") -> Subquery:
    """These columns of the rows, or of what they lead to `through` a foreign key, ranked by a column of the rows.

    The caller has narrowed the rows to what its viewer may see. Raises Closed for a column that is for the office.
    """
    model = rows.model._meta.get_field(through).related_model if through else rows.model
    viewer = getattr(rows, "_viewer", None)
    if viewer is not None and (closed := model.office_only() & set(columns)):
        raise Closed(closed)
    path = f"{through}__" if through else ""
    told = JSONObject(**{name: F(f"{path}{name}") for name in columns}, **{RANK: F(rank)})
    return Subquery(rows.order_by().values(told=_Gathered(told)), output_field=JSONField())


def records(model: type[Carried], told: Iterable[Mapping[str, Any]] | None, *, viewer: Viewer) -> list[Carried]:
    """What `carried` brought, as records in their rank; a column that was not carried is read when it is asked for."""
    ranked = sorted(told or (), key=lambda one: str(one[RANK]))
    return [shown_to(_record(model, one), viewer) for one in ranked]


def _record(model: type[Carried], told: Mapping[str, Any]) -> Carried:
    fields = [field for field in model._meta.concrete_fields if field.attname in told]
    values = [field.to_python(told[field.attname]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)
