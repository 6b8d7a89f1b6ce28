"""The one seam where many rows are written at once.

The ORM's own upsert everywhere; on PostgreSQL, COPY into a temporary table first, because escaping 500 JSON texts as
query parameters costs several times what the database needs to store them (figures in `docs/benchmarks.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection
from django.db.models import AutoField, JSONField, Model
from psycopg import sql

Row = TypeVar("Row", bound=Model)

WORTH_A_COPY = 20  # rows; below, creating the temporary table costs more than it saves


def upsert(rows: Sequence[Row], *, unique: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows, or update only the fields named in `update` where `unique` is already there.

    Runs inside the caller's transaction. Fields are model field names; a row given twice is a mistake of the caller.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor == "postgresql" and len(rows) >= WORTH_A_COPY:
        _upsert_by_copy(model, rows, unique, update)
    else:
        model._base_manager.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=update)


def _upsert_by_copy(model: type[Row], rows: Sequence[Row], unique: Sequence[str], update: Sequence[str]) -> None:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    # Only JSON needs Django's preparation; psycopg knows every other type we store.
    prepared = [(field.attname, field if isinstance(field, JSONField) else None) for field in fields]
    column = {field.name: sql.Identifier(str(field.column)) for field in fields}
    target, waiting = sql.Identifier(model._meta.db_table), sql.Identifier(f"waiting_{model._meta.db_table}")
    columns = sql.SQL(", ").join(list(column.values()))
    keys = sql.SQL(", ").join([column[name] for name in unique])
    changes = sql.SQL(", ").join([sql.SQL("{0} = EXCLUDED.{0}").format(column[name]) for name in update])
    # COPY speaks to psycopg directly: without this, a refused value would not be one of Django's database errors.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(waiting, columns, target)
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(waiting, columns)) as copy:
            for row in rows:
                copy.write_row(
                    [
                        json.get_db_prep_save(getattr(row, name), connection) if json else getattr(row, name)
                        for name, json in prepared
                    ]
                )
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
                target, columns, columns, waiting, keys, changes
            )
        )
        cursor.execute(sql.SQL("DROP TABLE {}").format(waiting))
