"""The root fields: which records each one lists or reads. A root field nobody names here is served from its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from graphql import GraphQLError, GraphQLField, get_named_type, get_nullable_type
from graphql.type import is_leaf_type, is_list_type

from gazelle_site.sandbox.filtering import FILTERS, keep
from gazelle_site.sandbox.schema import is_connection, node_type_name, write_instant
from gazelle_site.sandbox.sorting import DEFAULT_SORTS, arrange
from gazelle_site.sandbox.store import Record, Store
from gazelle_site.sandbox.switches import Switches

Args = Mapping[str, Any]
Find = Callable[[Args], Any]

WINDOW_ARGS = frozenset({"first", "after", "last", "before"})
TAG_LISTS = {
    "allClientTags": "PrivateClient",
    "allPianoTags": "PrivatePiano",
    "allInvoiceTags": "PrivateInvoice",
    "allEstimateTags": "PrivateEstimate",
}
MESSAGE_PREFIXES = ("CONTACT_EMAIL", "CONTACT_SMS", "SCHEDULED_MESSAGE")


class Roots:
    """Finds the records of each root field, remembering lists until the store changes."""

    def __init__(self, store: Store, switches: Switches, identity: str) -> None:
        self.store, self.switches, self.identity = store, switches, identity
        self.special: dict[str, Find] = {
            "allTimelineEntries": self._timeline,
            "allMessages": self._messages,
            "allEventsBatched": lambda args: self._events("allEventsBatched", args),
            "allEvents": lambda args: self._events("allEvents", args),
            "allUncompletedAppointments": self._uncompleted,
            "allPianos": self._pianos,
            "allTaxes": self._taxes,
            "allRecommendations": self._recommendations,
            "user": lambda _args: self._rows("PrivateUser").get(self.identity),
            "company": lambda _args: self.store.any_of("PrivateCompany"),
        }

    def finder(self, name: str, definition: GraphQLField) -> Find:
        """How to answer a root field: a list of records, one record or null, or a list of texts."""
        if name in TAG_LISTS:
            return lambda _args: self._tags(TAG_LISTS[name])
        if name in self.special:
            return self.special[name]
        if is_leaf_type(get_named_type(definition.type)):
            return lambda _args: []
        type_name = node_type_name(definition.type)
        if is_connection(get_named_type(definition.type).name) or is_list_type(get_nullable_type(definition.type)):
            if name in FILTERS:
                return lambda args: self._list(name, type_name, args)
            return lambda args: self._plain(type_name, args)
        return lambda args: self._single(name, type_name, args)

    def _rows(self, type_name: str) -> dict[str, Record]:
        return self.store.table(type_name).rows

    def _remember(self, name: str, args: Args, build: Callable[[], list[Record]]) -> list[Record]:
        asked = repr(sorted((key, value) for key, value in args.items() if key not in WINDOW_ARGS))
        return self.store.cached(("list", name, asked), self.store.version, build)

    def _list(
        self, name: str, type_name: str, args: Args, *, among: Callable[[], list[Record]] | None = None
    ) -> list[Record]:
        """Filtered, then sorted."""

        def build() -> list[Record]:
            records = among() if among else list(self._rows(type_name).values())
            records = keep(self.store, name, records, args.get("filters") or {})
            return arrange(self.store, type_name, records, args.get("sortBy") or [DEFAULT_SORTS[type_name]])

        return self._remember(name, args, build)

    def _plain(self, type_name: str, args: Args) -> list[Record]:
        """A list without filter input: an argument named after a field is compared with it, another is refused."""
        records = list(self._rows(type_name).values())
        for name, value in args.items():
            if name in WINDOW_ARGS or value is None:
                continue
            if records and name not in records[0]:
                raise GraphQLError(f"L’argument « {name} » n’est pas pris en charge par ce faux Gazelle")
            wanted = value if isinstance(value, list) else [value]
            records = [record for record in records if record.get(name) in wanted]
        return records

    def _single(self, name: str, type_name: str, args: Args) -> Record | None:
        """The record of that id under either argument name; null for an unknown or deleted one."""
        record_id = next((value for value in args.values() if value is not None), None)
        record = self._rows(type_name).get(str(record_id)) if record_id is not None else None
        if record is None and self.switches.not_found_errors:
            raise GraphQLError(f"{name} not found", extensions={"code": "NOT_FOUND"})
        return record

    def _tags(self, type_name: str) -> list[str]:
        return sorted({tag for record in self._rows(type_name).values() for tag in record["tags"]})

    def _pianos(self, args: Args) -> list[Record]:
        """The hidden `clientId` argument is the same as the filter."""
        among = None
        if args.get("clientId") is not None:

            def among() -> list[Record]:
                return list(self.store.children("PrivatePiano", "client").get(args["clientId"], ()))

        return self._list("allPianos", "PrivatePiano", args, among=among)

    def _events(self, name: str, args: Args) -> list[Record]:
        """Without a status filter a cancelled event is nowhere to be seen."""
        among = None
        if (args.get("filters") or {}).get("status") is None:

            def among() -> list[Record]:
                return [event for event in self._rows("PrivateEvent").values() if event["status"] != "CANCELED"]

        return self._list(name, "PrivateEvent", args, among=among)

    def _uncompleted(self, args: Args) -> list[Record]:
        now = write_instant(self.store.now)

        def among() -> list[Record]:
            return [
                event
                for event in self._rows("PrivateEvent").values()
                if event["type"] == "APPOINTMENT" and event["status"] == "ACTIVE" and event["start"] < now
            ]

        return self._list("allUncompletedAppointments", "PrivateEvent", args, among=among)

    def _taxes(self, _args: Args) -> list[Record]:
        return [tax for tax in self._rows("PrivateTax").values() if tax["activeOrHistorical"] == "ACTIVE"]

    def _recommendations(self, args: Args) -> list[Record]:
        rows = list(self._rows("PrivateRecommendation").values())
        return rows if args.get("includeArchived") else [row for row in rows if not row["isArchived"]]

    def _timeline(self, args: Args) -> list[Record]:
        """Newest first, future rows included; only a lower bound; `pianoId` has no effect unless switched on."""
        table = self.store.table("PrivateTimelineEntry")
        everything = self.store.cached(
            ("timeline",),
            table.version,
            lambda: sorted(table.rows.values(), key=itemgetter("occurredAt"), reverse=True),
        )
        since = args.get("occurredAtGet")
        recent = everything[: _reaches(everything, since)] if since is not None else everything
        links = {"clientId": "client", "invoiceId": "invoice", "estimateId": "estimate"}
        if self.switches.timeline_piano_filter:
            links["pianoId"] = "piano"
        wanted = {field: args[name] for name, field in links.items() if args.get(name) is not None}
        types, search = args.get("types"), args.get("search")
        if not wanted and types is None and not search:
            return recent

        def build() -> list[Record]:
            rows = recent
            for field, value in wanted.items():
                rows = [row for row in rows if row[field] == value]
            if types is not None:
                rows = [row for row in rows if row["type"] in types]
            if search:
                rows = [row for row in rows if _mentions(row, search.casefold())]
            return rows

        return self._remember(f"allTimelineEntries:{self.switches.timeline_piano_filter}", args, build)

    def _messages(self, args: Args) -> list[Record]:
        rows = self._timeline({name: args[name] for name in ("types", "search") if args.get(name) is not None})
        return [row for row in rows if row["type"].startswith(MESSAGE_PREFIXES)]


def _mentions(row: Record, needle: str) -> bool:
    return any(needle in (row[name] or "").casefold() for name in ("summary", "comment", "id"))


def _reaches(rows: list[Record], since: datetime) -> int:
    """How many of the rows, newest first, are at or after the bound."""
    bound, low, high = write_instant(since), 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle]["occurredAt"] >= bound:
            low = middle + 1
        else:
            high = middle
    return low
