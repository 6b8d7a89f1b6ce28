"""What the office does in the CRM between two reads: edit, create, delete, cancel, merge."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from graphql import GraphQLObjectType, get_named_type
from graphql.type import is_leaf_type, is_non_null_type

from gazelle_site.sandbox.entities import new_id
from gazelle_site.sandbox.resolving import COMPUTED
from gazelle_site.sandbox.schema import node_type_name, object_type, read_instant, write_instant
from gazelle_site.sandbox.store import Record, Store, complete

NEW_RECORD: dict[str, Record] = {
    "PrivateClient": {"status": "ACTIVE", "lifecycleState": "no-lifecycle"},
    "PrivateContact": {"allPhones": [], "allEmails": [], "allLocations": [], "allAddresses": []},
    "PrivatePiano": {"status": "ACTIVE", "type": "UPRIGHT", "serviceIntervalMonths": 12},
    "PrivateEvent": {
        "status": "ACTIVE",
        "type": "APPOINTMENT",
        "timezone": "America/Toronto",
        "duration": 60,
        "isAllDay": False,
        "confirmedByClient": False,
        "allEventPianos": [],
        "allServiceItems": [],
    },
    "PrivateTimelineEntry": {"type": "USER_COMMENT"},
    "PrivateInvoice": {"status": "DRAFT", "allInvoiceItems": [], "archived": False},
}
"""What the CRM puts in a record created with nothing."""

NOW_FIELDS = ("createdAt", "updatedAt", "start", "occurredAt")


class Office:
    """Every change goes through here, under the store's lock, and bumps `updatedAt` where the type has one."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self._clock = store, clock
        self._dice = random.Random("office")

    def edit(self, type_name: str, record_id: str, changes: Record) -> None:
        """Change fields of a record that is in the lists."""
        with self.store.lock:
            record = self._present(type_name, record_id)
            self._write(type_name, record, self._read(type_name, record_id, changes))

    def create(self, type_name: str, values: Record) -> str:
        """Add a record; what is not given gets the CRM's default."""
        with self.store.lock:
            record_id = str(values.get("id") or new_id(type_name, self._dice))
            fields, now = object_type(type_name).fields, write_instant(self._clock())
            defaults = {name: now for name in NOW_FIELDS if name in fields}
            for name in ("client", "piano"):
                if name in fields and is_non_null_type(fields[name].type) and not values.get(name):
                    raise KeyError(f"{type_name} ne va pas sans « {name} »")
            given = self._read(type_name, record_id, {key: value for key, value in values.items() if key != "id"})
            record = {**NEW_RECORD.get(type_name, {}), **defaults, **given, "id": record_id}
            self.store.put(type_name, complete(type_name, record))
            return record_id

    def delete(self, type_name: str, record_id: str) -> None:
        """Remove a record. A client leaves its pianos without owner and takes its contacts along; what else refers to
        it still shows it."""
        with self.store.lock:
            self._present(type_name, record_id)
            if type_name == "PrivateClient":
                for contact in list(self.store.children("PrivateContact", "client").get(record_id, ())):
                    self.store.remove("PrivateContact", contact["id"])
                for piano in list(self.store.children("PrivatePiano", "client").get(record_id, ())):
                    self._write("PrivatePiano", piano, {"client": None})
            if type_name == "PrivatePiano":
                for each in list(self.store.children("PrivatePianoMeasurement", "pianoId").get(record_id, ())):
                    self.store.remove("PrivatePianoMeasurement", each["id"])
            self.store.remove(type_name, record_id)

    def merge_clients(self, source: str, target: str) -> None:
        """Everything of the source goes to the target; the source's id is gone."""
        with self.store.lock:
            self._check_merge("PrivateClient", source, target)
            moved = self._repoint(source, target, ("client",))
            for contact in list(self.store.children("PrivateContact", "client").get(target, ())):
                if contact["id"] in moved:
                    self._write("PrivateContact", contact, {"isDefault": False, "isBillingDefault": False})
            self._write("PrivateClient", self._present("PrivateClient", target), {})
            self.store.remove("PrivateClient", source, haunting=False)

    def merge_pianos(self, source: str, target: str) -> None:
        """The history of the source goes to the target; the source's id is gone."""
        with self.store.lock:
            self._check_merge("PrivatePiano", source, target)
            self._repoint(source, target, ("piano", "pianoId"))
            for event in list(self.store.table("PrivateEvent").rows.values()):
                if any(link["piano"] == source for link in event["allEventPianos"]):
                    links = [_moved(link, source, target) for link in event["allEventPianos"]]
                    self._write("PrivateEvent", event, {"allEventPianos": links})
            for invoice in list(self.store.table("PrivateInvoice").rows.values()):
                if any(item["piano"] == source for item in invoice["allInvoiceItems"]):
                    items = [_moved(item, source, target) for item in invoice["allInvoiceItems"]]
                    self._write("PrivateInvoice", invoice, {"allInvoiceItems": items})
            self._write("PrivatePiano", self._present("PrivatePiano", target), {})
            self.store.remove("PrivatePiano", source, haunting=False)

    def _check_merge(self, type_name: str, source: str, target: str) -> None:
        self._present(type_name, source)
        self._present(type_name, target)
        if source == target:
            raise ValueError("On ne fusionne pas une fiche avec elle-même")

    def _repoint(self, source: str, target: str, names: tuple[str, ...]) -> set[str]:
        """Turn every reference to the source, in every table; answers the ids of the records changed."""
        moved: set[str] = set()
        for type_name in self.store.loaded():
            fields = [name for name in names if name in object_type(type_name).fields]
            for record in list(self.store.table(type_name).rows.values()) if fields else ():
                changes = {name: target for name in fields if record[name] == source}
                if changes:
                    moved.add(record["id"])
                    self._write(type_name, record, changes)
        return moved

    def _present(self, type_name: str, record_id: str) -> Record:
        record = self.store.table(type_name).rows.get(record_id)
        if record is None:
            raise KeyError(f"{type_name} {record_id} n’existe pas, ou n’existe plus")
        return record

    def _write(self, type_name: str, record: Record, changes: Record) -> None:
        bumped = {"updatedAt": write_instant(self._clock())} if "updatedAt" in record else {}
        self.store.put(type_name, {**record, **bumped, **changes})

    def _read(self, type_name: str, record_id: str, values: Record) -> Record:
        """Values as they are stored: references as ids, instants in UTC with Z, embedded records whole."""
        fields, answer = object_type(type_name).fields, {}
        for name, value in values.items():
            if name not in fields:
                raise KeyError(f"{type_name} n’a pas de champ « {name} »")
            if (type_name, name) in COMPUTED and (type_name, name) not in STORED_THOUGH_COMPUTED:
                raise KeyError(f"« {name} » de {type_name} est calculé : changer les champs dont il dépend")
            answer[name] = self._stored(str(get_named_type(fields[name].type)), type_name, record_id, name, value)
        return answer

    def _stored(self, kind: str, type_name: str, record_id: str, name: str, value: Any) -> Any:
        if value is None:
            return None
        if kind == "CoreDateTime":
            return write_instant(value if isinstance(value, datetime) else read_instant(value))
        if kind == "CoreDate":
            return value.isoformat() if isinstance(value, date) else value
        field = object_type(type_name).fields[name]
        if isinstance(value, list):
            child = node_type_name(field.type)
            return [self._embedded(child, record_id, each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, dict) and not is_leaf_type(get_named_type(field.type)):
            return value["id"] if set(value) == {"id"} else self._embedded(node_type_name(field.type), record_id, value)
        return value

    def _embedded(self, type_name: str, parent_id: str, values: Record) -> Record:
        """A phone, an invoice item, a piano of an event…: an id of its own, and the way back to its parent."""
        fields = object_type(type_name).fields
        given = self._read(type_name, parent_id, {key: value for key, value in values.items() if key != "id"})
        record: Record = {"id": values.get("id") or new_id(type_name, self._dice)} if "id" in fields else {}
        if isinstance(get_named_type(fields["event"].type) if "event" in fields else None, GraphQLObjectType):
            record["event"] = parent_id
        return complete(type_name, {**record, **given})


STORED_THOUGH_COMPUTED = frozenset({("PrivateContactPhone", "phoneNumber"), ("PrivateCompany", "phoneNumber")})


def _moved(link: Record, source: str, target: str) -> Record:
    return {**link, "piano": target} if link["piano"] == source else link
