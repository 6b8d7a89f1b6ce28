"""The records, one table per GraphQL type. A record is a plain dict keyed by SDL field names; a reference is an id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from gazelle_site.sandbox.schema import default_for, object_type

Record = dict[str, Any]
Children = dict[str, list[Record]]
T = TypeVar("T")

CACHE_LIMIT = 400
"""Filtered lists and indexes kept; a walk re-reads one list, so more would only hold memory."""


@cache
def template(type_name: str) -> Record:
    """Every field of a type at its default, so that compiled queries may read any field without looking first."""
    fields = object_type(type_name).fields
    return {name: default_for(field.type) for name, field in fields.items()}


def complete(type_name: str, values: Record) -> Record:
    """A whole record from the generated values."""
    return {**template(type_name), **values}


class Table:
    """Rows by id, in the default order of the API.

    `ghosts` keeps what was deleted but is still referred to: old events of a deleted client go on showing it,
    while no list and no single read does.
    """

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name
        self.rows: dict[str, Record] = {}
        self.ghosts: dict[str, Record] = {}
        self.gone: set[str] = set()
        self.version = 0

    def find(self, record_id: str) -> Record | None:
        """The record behind a reference, deleted or not."""
        return self.rows.get(record_id) or self.ghosts.get(record_id)


class Store:
    """All tables, one lock, and indexes that are rebuilt when their table changes.

    A write replaces the record by a new dict and never touches the old one.
    """

    def __init__(self, fill: Callable[[Store, str], Iterable[Record]], now: datetime) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self._tables: dict[str, Table] = {}
        self.now = now
        self._fill = fill
        self._cache: dict[tuple[Any, ...], tuple[int, Any]] = {}

    def table(self, type_name: str) -> Table:
        """The table of a type; one that the generator does not know is filled from its sample or its SDL type."""
        table = self._tables.get(type_name)
        if table is None:
            table = self._tables[type_name] = Table(type_name)
            for record in self._fill(self, type_name):
                table.rows[str(record["id"])] = record
        return table

    def loaded(self) -> list[str]:
        """The types that have a table by now."""
        return list(self._tables)

    def load(self, type_name: str, records: Iterable[Record], *, ghosts: Iterable[Record] = ()) -> None:
        """First filling of a table by the generator."""
        table = self._tables[type_name] = Table(type_name)
        table.rows = {record["id"]: record for record in records}
        table.ghosts = {record["id"]: record for record in ghosts}

    def knower(self, type_name: str) -> Callable[[str], bool]:
        """Whether an id exists or has existed: what tells a stale cursor from an invented one."""
        table = self.table(type_name)
        return lambda record_id: record_id in table.rows or record_id in table.ghosts or record_id in table.gone

    def any_of(self, type_name: str) -> Record | None:
        """The first record of a type: what a reference that the schema wants non-null shows by default."""
        return next(iter(self.table(type_name).rows.values()), None)

    def put(self, type_name: str, record: Record) -> None:
        """Insert or replace one record."""
        with self.lock:
            table = self.table(type_name)
            table.rows[record["id"]] = record
            self._touch(table)

    def remove(self, type_name: str, record_id: str, *, haunting: bool = True) -> Record:
        """Take a record out of the lists; `haunting` keeps it readable through references."""
        with self.lock:
            table = self.table(type_name)
            record = table.rows.pop(record_id)
            if haunting:
                table.ghosts[record_id] = record
            table.gone.add(record_id)
            self._touch(table)
            return record

    def children(self, type_name: str, field: str) -> Children:
        """Rows of a table grouped by the parent id they hold in `field`."""
        table = self.table(type_name)
        return self.cached(("children", type_name, field), table.version, lambda: _group(table, field))

    def cached(self, key: tuple[Any, ...], version: int, build: Callable[[], T]) -> T:
        """A derived value, rebuilt when the version it was made from has passed."""
        held = self._cache.get(key)
        if held is None or held[0] != version:
            if len(self._cache) > CACHE_LIMIT:
                self._cache.clear()
            held = self._cache[key] = (version, build())
        value: T = held[1]
        return value

    def _touch(self, table: Table) -> None:
        table.version += 1
        self.version += 1


def _group(table: Table, field: str) -> Children:
    groups: Children = {}
    for record in table.rows.values():
        parent = record[field]
        if parent is not None:
            groups.setdefault(parent, []).append(record)
    return groups
