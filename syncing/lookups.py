"""Two lookups of ours.

`pk__among=ids` is a list of any length as a single parameter: Django's `in` makes a parameter of every id; with
hundreds of them preparing the query costs more than running it, and SQLite refuses more than it was built for.

`words__worded="humidité bas*"` finds the rows that hold each of these words, by its beginning when a star ends it,
through the full text search of the database; see `syncing.wording`. Whole words are the rule because the planner knows
how frequent they are: of a beginning it knows nothing, and walks the whole table for a rare one.
SQLite's planner knows of neither: there we ask the index how many rows it would give, which takes milliseconds, and let
a few rows out of very many be found by walking the table in the order that is asked.
"""

from __future__ import annotations

import json
from math import isqrt
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup, Model, TextField
from django.db.models.sql.compiler import SQLCompiler

from syncing import wording
from syncing.folding import words

Sql = tuple[str, list[Any]]
WALKED = 125_000
"""Half the rows of the largest table. To find `wanted` of its `hits` rows, walking looks at wanted × rows / hits of
them, the index at hits, twice as dearly; a table of another size only moves, by milliseconds, where one gives way."""


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


@TextField.register_lookup
class Worded(Lookup):
    """The folded words of the column include these."""

    lookup_name = "worded"
    prepare_rhs = False

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        asked = _query(self._asked())
        column = f"{connection.ops.quote_name(self.lhs.alias)}.{self.lhs.target.column}_vector"
        return f"{column} @@ to_tsquery('simple', %s)", [asked]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        model, quote = self.lhs.target.model, connection.ops.quote_name
        asked, wanted = _matched(self._asked()), compiler.query.high_mark
        enough = isqrt((wanted or 0) * WALKED)
        if wanted is not None and wording.hits(model, asked, enough + 1) > enough:
            column, _ = self.process_lhs(compiler, connection)
            holds = f"instr(' ' || {column} || ' ', %s) > 0"
            pieces = [f" {word}" if begins else f" {word} " for word, begins in self._asked()]
            return f"({' AND '.join([holds] * len(pieces))})", pieces
        key, index = f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}", quote(f"{model._meta.db_table}_words")
        return f"{key} IN (SELECT id FROM {index} WHERE {index} MATCH %s)", [asked]  # noqa: S608  # names of ours

    def _asked(self) -> list[tuple[str, bool]]:
        if not (found := _words(str(self.rhs))):
            raise EmptyResultSet  # nothing is asked: nothing is found
        return found


def at_least(model: type[Model], typed: str, limit: int) -> int:
    """How many records hold these words, up to a limit, as known without finding them; 0 where that is not known.

    SQLite's index counts its own answers. PostgreSQL's planner, which keeps how frequent words are, is taken at its
    word when it expects twice as many.
    """
    if not (asked := _words(typed)):
        return 0
    if connection.vendor == "sqlite":
        return wording.hits(model, _matched(asked), limit)
    return limit if wording.expected(model, _query(asked)) >= 2 * limit else 0


def _words(typed: str) -> list[tuple[str, bool]]:
    """Each word, and whether it is only a beginning."""
    found: list[tuple[str, bool]] = []
    for piece in typed.split():
        *whole, last = words(piece).split() or [""]
        found += [(word, False) for word in whole]
        found += [(last, piece.endswith("*"))] if last else []
    return found


def _query(asked: list[tuple[str, bool]]) -> str:
    """As PostgreSQL is asked."""
    return " & ".join(f"{word}:*" if begins else word for word, begins in asked)


def _matched(asked: list[tuple[str, bool]]) -> str:
    """As SQLite's index is asked."""
    return " ".join(f'"{word}"*' if begins else f'"{word}"' for word, begins in asked)
