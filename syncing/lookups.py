"""One lookup of ours: `pk__among=ids`, a list of any length as a single parameter.

Django's `in` makes a parameter of every id: with hundreds of them, preparing the query costs more than running it, and
SQLite refuses more than it was built for.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, list[Any]]


@Field.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):
    """The column is one of these texts."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        return self._among(compiler, "IN (SELECT value FROM json_each(%s))")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        # An array, not a subquery: the planner goes through the index even before it has statistics.
        return self._among(compiler, "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))")

    def _among(self, compiler: SQLCompiler, condition: str) -> Sql:
        column, params = self.process_lhs(compiler, compiler.connection)
        return f"{column} {condition}", [*params, json.dumps(list(self.rhs))]
