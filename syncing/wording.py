"""The seam of the search by words: a column `words`, folded, and the full text search of either database.

PostgreSQL keeps its vector by itself, stored and indexed in a column Django does not know: made anew for each row it
looks at, it would cost more than all the rest. SQLite keeps none: its full text table `<table>_words` is written
here, with the rows, in their transaction. No trigger: the schema editor drops them whenever it rebuilds a table there.
A row of that table is found by a number made of its id: implicit row numbers change when the file is compacted.
The migration that adds the column creates what each database needs, under that name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from django.db import connection, transaction
from django.db.models import Model

COLUMN = "words"
BATCH = 2000


def is_worded(model: type[Model]) -> bool:
    return any(field.name == COLUMN for field in model._meta.concrete_fields)


def keep(model: type[Model], rows: Iterable[Mapping[str, object]]) -> None:
    """Follow rows that were just written, inside the caller's transaction."""
    if connection.vendor == "sqlite" and is_worded(model):
        told = [(number_of(str(row["id"])), row["id"], row[COLUMN]) for row in rows if COLUMN in row]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {_index(model._meta.db_table)} (rowid, id, words) VALUES (%s, %s, %s)",  # noqa: S608  # a name of ours
                told,  # type: ignore[arg-type]  # texts and a number
            )


def hits(model: type[Model], asked: str, limit: int) -> int:
    """How many rows of SQLite's index answer this question, up to a limit; the rows themselves are not read."""
    index = _index(model._meta.db_table)
    with connection.cursor() as cursor:
        matched = f"SELECT 1 FROM {index} WHERE {index} MATCH %s LIMIT %s"  # noqa: S608  # a name of ours
        cursor.execute(f"SELECT count(*) FROM ({matched})", [asked, limit])  # noqa: S608  # as above
        count: int = cursor.fetchone()[0]
    return count


def expected(model: type[Model], asked: str) -> int:
    """How many rows PostgreSQL's planner expects of this question; nothing is read."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        matched = f"SELECT 1 FROM {table} WHERE {COLUMN}_vector @@ to_tsquery('simple', %s)"  # noqa: S608  # names of ours
        cursor.execute(f"EXPLAIN (FORMAT JSON) {matched}", [asked])
        told = cursor.fetchone()[0]
    plan = json.loads(told) if isinstance(told, str) else told
    rows: int = plan[0]["Plan"]["Plan Rows"]
    return rows


def rebuild(model: type[Model]) -> int:
    """Write the whole index again, after rows were written by another way; how many rows it holds."""
    rows = model._base_manager.order_by("pk").values("id", COLUMN)
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {_index(model._meta.db_table)}")  # noqa: S608  # a name of ours
            keep(model, rows.iterator(BATCH))
        return rows.count()


def number_of(gazelle_id: str) -> int:
    """63 bits of a digest: among a million ids, two meet once in ten million installations."""
    return int.from_bytes(blake2b(gazelle_id.encode(), digest_size=8).digest()) >> 1


def _index(table: str) -> str:
    return f'"{table}_words"'
