"""The one seam where many rows are written at once: an upsert of plain values, without an object per row.

PostgreSQL gets them by COPY into a temporary table, because escaping hundreds of JSON texts as query parameters costs
several times what the database needs to store them; SQLite by one prepared statement (figures in `docs/benchmarks.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.db import connection
from django.db.models import AutoField, DateField, Field, JSONField, Model
from psycopg import sql

Row = Mapping[str, object]
"""Values by the names the model stores them under (`client_id`, not `client`); every column but an automatic key."""


def upsert(model: type[Model], rows: Sequence[Row], *, unique: Sequence[str], update: Iterable[str]) -> None:
    """Insert rows, or change only the columns of `update` where `unique` is already there.

    Runs inside the caller's transaction. A row given twice is a mistake of the caller.
    """
    if not rows:
        return
    fields = stored_fields(model)
    # psycopg knows every type we store but JSON; SQLite wants dates and instants as Django writes them.
    prepared = JSONField if connection.vendor == "postgresql" else (JSONField, DateField)
    recipe = [(field.attname, field if isinstance(field, prepared) else None) for field in fields]
    values = (
        [field.get_db_prep_save(row[name], connection) if field else row[name] for name, field in recipe]
        for row in rows
    )
    if connection.vendor == "postgresql":
        _by_copy(model, values, unique, sorted(update))
    else:
        _by_statement(model, values, unique, sorted(update))


@cache
def stored_fields(model: type[Model]) -> tuple[Field[object, object], ...]:
    """The columns a row must give."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, AutoField))


def as_row(record: Model) -> dict[str, object]:
    """The values of an object, as a row."""
    return {field.attname: getattr(record, field.attname) for field in stored_fields(type(record))}


def blank(model: type[Model]) -> dict[str, object]:
    """The values of a row that says nothing yet: every column's default."""
    return {field.attname: field.get_default() for field in stored_fields(model)}


def _by_copy(
    model: type[Model], values: Iterable[Sequence[object]], unique: Sequence[str], update: Sequence[str]
) -> None:
    target, waiting = sql.Identifier(model._meta.db_table), sql.Identifier(f"waiting_{model._meta.db_table}")
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in stored_fields(model)])
    keys = sql.SQL(", ").join([sql.Identifier(name) for name in unique])
    changes = sql.SQL(", ").join([sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in update])
    # COPY speaks to psycopg directly: without this, a refused value would not be one of Django's database errors.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(waiting, columns, target)
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(waiting, columns)) as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
                target, columns, columns, waiting, keys, changes
            )
        )
        cursor.execute(sql.SQL("DROP TABLE {}").format(waiting))


def _by_statement(
    model: type[Model], values: Iterable[Sequence[object]], unique: Sequence[str], update: Sequence[str]
) -> None:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in stored_fields(model)]
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) "  # noqa: S608  # names of our own models
        f"VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({', '.join(map(quote, unique))}) DO UPDATE SET "
        + ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(values))  # type: ignore[arg-type]  # what get_db_prep_save gives is storable
