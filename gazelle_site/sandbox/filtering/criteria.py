"""The few shapes that nearly every filter has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from gazelle_site.sandbox.clock import day_begins, day_ends
from gazelle_site.sandbox.resolving import default_contact
from gazelle_site.sandbox.store import Record, Store

Test = Callable[[Record], bool]
MakeTest = Callable[[Store, Any], Test]
Filters = dict[str, MakeTest]
Read = Callable[[Store, Record], Any]


def field(name: str) -> Read:
    """Read a stored field."""
    return lambda _store, record: record.get(name)


def equals(read: Read) -> MakeTest:
    return lambda store, wanted: lambda record: bool(read(store, record) == wanted)


def truthy(read: Read) -> MakeTest:
    """Yes-or-no filters: null counts as no."""
    return lambda store, wanted: lambda record: bool(read(store, record)) is wanted


def one_of(read: Read) -> MakeTest:
    return lambda store, wanted: lambda record: read(store, record) in wanted


def excluded(read: Read) -> MakeTest:
    return lambda store, wanted: lambda record: read(store, record) not in wanted


def at_least(read: Read) -> MakeTest:
    """Numbers, and dates written YYYY-MM-DD; a null never passes a bound."""

    def make(store: Store, bound: Any) -> Test:
        limit = bound.isoformat() if isinstance(bound, date) else bound
        return lambda record: (value := read(store, record)) is not None and bool(value >= limit)

    return make


def at_most(read: Read) -> MakeTest:
    def make(store: Store, bound: Any) -> Test:
        limit = bound.isoformat() if isinstance(bound, date) else bound
        return lambda record: (value := read(store, record)) is not None and bool(value <= limit)

    return make


def from_day(read: Read) -> MakeTest:
    """An instant on that local day or later."""

    def make(store: Store, day: date) -> Test:
        edge = day_begins(day)
        return lambda record: (value := read(store, record)) is not None and bool(value >= edge)

    return make


def until_day(read: Read) -> MakeTest:
    """An instant on that local day or before: the day itself is included."""

    def make(store: Store, day: date) -> Test:
        edge = day_ends(day)
        return lambda record: (value := read(store, record)) is not None and bool(value < edge)

    return make


def days(name: str, read: Read) -> Filters:
    """The usual pair of bounds on an instant."""
    return {f"{name}Get": from_day(read), f"{name}Let": until_day(read)}


def bounds(name: str, read: Read) -> Filters:
    """The usual pair of bounds on a number or a date."""
    return {f"{name}Get": at_least(read), f"{name}Let": at_most(read)}


def tags() -> Filters:
    """Any of, all of, none of."""
    return {
        "anyTags": lambda store, wanted: lambda record: not set(wanted).isdisjoint(record["tags"]),
        "allTags": lambda store, wanted: lambda record: set(wanted) <= set(record["tags"]),
        "excludeTags": lambda store, wanted: lambda record: set(wanted).isdisjoint(record["tags"]),
    }


def nullable_choice(read: Read) -> MakeTest:
    """A list of { value } where a null value stands for « none »."""
    return lambda store, wanted: lambda record: read(store, record) in [each.get("value") for each in wanted]


def activity(name: str, linked: Callable[[Store], dict[str, list[str]]]) -> Filters:
    """At least one linked instant after the lower bound, at least one before the upper one; not always the same one."""

    def latest(store: Store, record: Record) -> str | None:
        return max(linked(store).get(record["id"], ()), default=None)

    def earliest(store: Store, record: Record) -> str | None:
        return min(linked(store).get(record["id"], ()), default=None)

    return {f"{name}Get": from_day(latest), f"{name}Let": until_day(earliest)}


def instants_by(type_name: str, parent: str, instant: str) -> Callable[[Store], dict[str, list[str]]]:
    """Instants of a child table by parent id."""

    def linked(store: Store) -> dict[str, list[str]]:
        def build() -> dict[str, list[str]]:
            groups: dict[str, list[str]] = {}
            for record in store.table(type_name).rows.values():
                if record[parent] is not None:
                    groups.setdefault(record[parent], []).append(record[instant])
            return groups

        return store.cached(("instants", type_name, parent, instant), store.table(type_name).version, build)

    return linked


def client_of(store: Store, record: Record) -> Record | None:
    """The client a record belongs to."""
    return store.table("PrivateClient").find(record["client"]) if record.get("client") else None


def place_of(name: str) -> Read:
    """Town, region or postal code of a client's default contact."""

    def read(store: Store, record: Record) -> str | None:
        contact = default_contact(store, record, {})
        place = contact["allLocations"][0] if contact and contact["allLocations"] else None
        return place[name] if place else None

    return read


def client_place(name: str) -> Read:
    """The same, for a record that belongs to a client."""
    read = place_of(name)
    return lambda store, record: read(store, owner) if (owner := client_of(store, record)) else None
