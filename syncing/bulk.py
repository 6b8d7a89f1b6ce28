"""The one seam where many rows are written at once: an upsert of plain values, without an object per row.

PostgreSQL gets them by COPY into a temporary table, because escaping hundreds of JSON texts as query parameters costs
several times what the database needs to store them; SQLite by one prepared statement (figures in `docs/benchmarks.md`).
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db import connection
from django.db.models import AutoField, DateField, DateTimeField, Field, JSONField, Model
from psycopg import sql

AnyField: TypeAlias = "Field[Any, Any]"
T = TypeVar("T")
CHUNK = 500  # ids in one query: well under what SQLite accepts, and few enough raw answers to hold in memory
Row = Mapping[str, object]
"""Values by the names the model stores them under (`client_id`, not `client`); every column but an automatic key."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Leave Python's cycle collector alone for the time of a batch.

    It wakes at every few hundred new objects, and a batch makes hundreds of thousands that need no collector to go: a
    third of the time of a first load was its.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def chunks(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """These ids, a query's worth at a time."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def count_afresh(models: Iterable[type[Model]]) -> None:
    """Tell PostgreSQL's planner how large these tables have become: its own visit may be an hour away.

    After a first load it would walk whole tables until then (a frequent word: 1.2 s instead of 0.05).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


class Json(str):
    """A text that is JSON already: what was received as text is not written out again."""

    __slots__ = ()


def upsert(model: type[Model], rows: Sequence[Row], *, unique: Sequence[str], update: Iterable[str]) -> None:
    """Insert rows, or change only the columns of `update` (if any) where `unique` is already there.

    Runs inside the caller's transaction. A row given twice is a mistake of the caller.
    """
    if rows:
        _write(model, rows, stored_fields(model), unique, sorted(update))


def append(model: type[Model], rows: Sequence[Row]) -> None:
    """Insert rows of a journal, whose key is automatic: nothing can be there already."""
    if not rows:
        return
    fields = stored_fields(model)
    recipe = [(field.attname, _preparation(field)) for field in fields]
    values = ([prepare(row[name]) if prepare else row[name] for name, prepare in recipe] for row in rows)
    columns = [str(field.column) for field in fields]
    if connection.vendor == "postgresql":
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in values:
                copy.write_row(row)
        return
    quote = connection.ops.quote_name
    names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608  # names of our own models
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(values))  # type: ignore[arg-type]  # what the preparation gives is storable


def change(model: type[Model], rows: Sequence[Row], columns: Iterable[str]) -> None:
    """Change these columns of rows that are there, found by their `id`; a row that is not there is left out."""
    if rows:
        wanted = {"id", *columns}
        given = [field for field in stored_fields(model) if field.attname in wanted]
        given.sort(key=lambda field: field.attname == "id")  # last, as the statement asks for it
        _write(model, rows, given, (), [field.attname for field in given[:-1]])


def _write(
    model: type[Model], rows: Sequence[Row], fields: Sequence[AnyField], unique: Sequence[str], update: Sequence[str]
) -> None:
    """Insert and update, or only update when `unique` is empty."""
    recipe = [(field.attname, _preparation(field)) for field in fields]
    values = ([prepare(row[name]) if prepare else row[name] for name, prepare in recipe] for row in rows)
    if connection.vendor == "postgresql":
        _by_copy(model, values, fields, unique, update)
    else:
        _by_statement(model, values, fields, unique, update)


def _preparation(field: AnyField) -> Callable[[object], object] | None:
    """What a value goes through: the drivers know every type we store but JSON, and SQLite's no date either."""
    if isinstance(field, JSONField):
        return _json_text
    if isinstance(field, DateField) and connection.vendor == "sqlite":
        return _sqlite_instant if isinstance(field, DateTimeField) else _sqlite_day
    return None


def _sqlite_instant(value: object) -> str | None:
    """As Django writes it there: UTC, without saying so."""
    return str(value.astimezone(UTC).replace(tzinfo=None)) if isinstance(value, datetime) else None


def _sqlite_day(value: object) -> str | None:
    return None if value is None else str(value)


def _json_text(value: object) -> str | None:
    return value if value is None or isinstance(value, Json) else json.dumps(value, ensure_ascii=False)


@cache
def stored_fields(model: type[Model]) -> tuple[AnyField, ...]:
    """The columns a row must give."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, AutoField))


def as_row(record: Model) -> dict[str, object]:
    """The values of an object, as a row."""
    return {field.attname: getattr(record, field.attname) for field in stored_fields(type(record))}


def blank(model: type[Model]) -> dict[str, object]:
    """The values of a row that says nothing yet: every column's default."""
    return {field.attname: field.get_default() for field in stored_fields(model)}


def _by_copy(
    model: type[Model],
    values: Iterable[Sequence[object]],
    fields: Sequence[AnyField],
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    target, waiting = sql.Identifier(model._meta.db_table), sql.Identifier(f"waiting_{model._meta.db_table}")
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    given = "excluded" if unique else "waiting"
    changes = sql.SQL(", ").join(
        [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier(given, name)) for name in update]
    )
    if unique:
        keys = sql.SQL(", ").join(map(sql.Identifier, unique))
        action = sql.SQL("UPDATE SET {}").format(changes) if update else sql.SQL("NOTHING")
        statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO {}").format(
            target, columns, columns, waiting, keys, action
        )
    else:
        statement = sql.SQL("UPDATE {0} SET {1} FROM {2} AS waiting WHERE {0}.id = waiting.id").format(
            target, changes, waiting
        )
    # COPY speaks to psycopg directly: without this, a refused value would not be one of Django's database errors.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(waiting, columns, target)
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(waiting, columns)) as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute(statement)
        cursor.execute(sql.SQL("DROP TABLE {}").format(waiting))


def _by_statement(
    model: type[Model],
    values: Iterable[Sequence[object]],
    fields: Sequence[AnyField],
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), [quote(str(field.column)) for field in fields]
    if unique:
        marks, keys = ", ".join(["%s"] * len(columns)), ", ".join(map(quote, unique))
        changes = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608  # names of our own models
            f"ON CONFLICT ({keys}) DO {f'UPDATE SET {changes}' if update else 'NOTHING'}"
        )
    else:
        changes = ", ".join(f"{quote(name)} = %s" for name in update)
        statement = f"UPDATE {table} SET {changes} WHERE id = %s"  # noqa: S608  # names of our own models
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(values))  # type: ignore[arg-type]  # what the preparation gives is storable
