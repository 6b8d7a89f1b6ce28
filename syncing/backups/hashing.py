"""What is in a table, as a count and a digest that depend neither on the order of its rows nor on the database.

The digest of a table is the sum of those of its rows. A row is written as JSON whose values are made alike: SQLite
gives an instant as text and PostgreSQL as an instant, `jsonb` moves keys about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

CHUNK = 2000
SIZE = 32
WRAP = (1 << (8 * SIZE)) - 1
PLAIN = "plain"


@dataclass(frozen=True)
class Measured:
    """A table as it was: its columns with the kind of their values, how many rows, and their digest."""

    columns: Mapping[str, str]
    rows: int
    digest: str


def _instant(value: object) -> object:
    """As SQLite keeps it: UTC, without a zone, microseconds only when there are some."""
    return str(value.astimezone(UTC).replace(tzinfo=None)) if isinstance(value, datetime) else str(value)


def _document(value: object) -> object:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _octets(value: object) -> object:
    return bytes(value).hex()  # type: ignore[call-overload]  # bytes or memoryview: the column holds nothing else


def _length(value: object) -> object:
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def _truth(value: object) -> object:
    return int(bool(value))


def _identifier(value: object) -> object:
    return value.hex if isinstance(value, UUID) else str(value).replace("-", "")


def _decimal(value: object) -> object:
    return format(Decimal(str(value)).normalize(), "f")


KINDS: Mapping[str, Callable[[object], object]] = {
    "DateTimeField": _instant, "DateField": str, "TimeField": str, "DurationField": _length, "JSONField": _document,
    "BinaryField": _octets, "BooleanField": _truth, "UUIDField": _identifier, "DecimalField": _decimal,
}  # fmt: skip
"""How the values of a kind of column are made alike; those of any other are alike already."""


def known_tables() -> dict[str, dict[str, str]]:
    """Every table of this version, with the kind of each column."""
    models: list[type[Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    return {
        model._meta.db_table: {str(field.column): _kind(field) for field in model._meta.concrete_fields}
        for model in models
        if model._meta.managed and not model._meta.proxy
    }


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    kind = field.get_internal_type()
    return kind if kind in KINDS else PLAIN


def measure_all(connection: BaseDatabaseWrapper) -> dict[str, Measured]:
    """Every table of this version that is in this database, by name."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return {
        name: measure(connection, name, columns) for name, columns in sorted(known_tables().items()) if name in there
    }


def measure(connection: BaseDatabaseWrapper, table: str, columns: Mapping[str, str]) -> Measured:
    """Read a table whole, a chunk at a time. PostgreSQL wants to be in a transaction for that."""
    rows = total = 0
    for line in _lines(connection, table, columns):
        rows += 1
        total += int.from_bytes(hashlib.blake2b(line, digest_size=SIZE).digest())
    return Measured(dict(columns), rows, f"{total & WRAP:0{2 * SIZE}x}")


def _lines(connection: BaseDatabaseWrapper, table: str, columns: Mapping[str, str]) -> Iterator[bytes]:
    quoted = connection.ops.quote_name
    alike = [(place, KINDS[kind]) for place, kind in enumerate(columns.values()) if kind in KINDS]
    encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)}")  # noqa: S608  # quoted names
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                values = list(row)
                for place, made_alike in alike:
                    if values[place] is not None:
                        values[place] = made_alike(values[place])
                yield encode(values).encode()


def differences(saved: Mapping[str, Measured], connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of this database that are not as they were saved, each in a few French words."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    found = []
    for name, before in saved.items():
        if name not in there:
            found.append(f"{name} n’y est pas")
            continue
        now = measure(connection, name, before.columns)
        if now.rows != before.rows:
            found.append(f"{name} a {now.rows} lignes au lieu de {before.rows}")
        elif now.digest != before.digest:
            found.append(f"{name} a le même nombre de lignes, mais pas les mêmes")
    return found
