"""Orders of the lists. A list of sorts is applied from the last to the first, so the first one decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from gazelle_site.sandbox.filtering.criteria import client_of, field, place_of
from gazelle_site.sandbox.filtering.estimates import primary_total
from gazelle_site.sandbox.resolving import default_contact, last_service, next_service, next_tuning
from gazelle_site.sandbox.store import Record, Store

Read = Callable[[Store, Record], Any]


def client_name(store: Store, client: Record | None) -> str:
    """The company, else the person."""
    if client is None:
        return ""
    contact = default_contact(store, client, {}) or {}
    return str(client["companyName"] or f"{contact.get('lastName')} {contact.get('firstName')}").casefold()


def _owner_name(store: Store, record: Record) -> str:
    return client_name(store, client_of(store, record))


def _away_from_now(instant: str | None, store: Store) -> float:
    return abs((datetime.fromisoformat(instant) - store.now).total_seconds()) if instant else float("inf")


def _due_near(store: Store, piano: Record) -> float:
    due = next_service(store, piano, {})
    return _away_from_now(f"{due}T12:00:00+00:00" if due else None, store)


def _user_name(store: Store, event: Record) -> str | None:
    user = store.table("PrivateUser").find(event["user"]) if event["user"] else None
    return user["lastName"] if user else None


def _scheduled(store: Store, piano: Record) -> str | None:
    event = next_tuning(store, piano, {})
    return event["start"] if event else None


SORTS: dict[str, dict[str, Read]] = {
    "PrivateClient": {
        "STATUS": field("status"),
        "CLIENT_NAME": client_name,
        "CREATED_AT": field("createdAt"),
        "POSTAL_CODE": place_of("postalCode"),
        "CITY": place_of("municipality"),
        "MUNICIPALITY": place_of("municipality"),
        "STATE": place_of("region"),
        "REGION": place_of("region"),
    },
    "PrivatePiano": {
        "STATUS": field("status"),
        "LAST_SERVICE": lambda store, piano: last_service(store, piano, {}),
        "NEXT_SERVICE": lambda store, piano: next_service(store, piano, {}),
        "NEXT_SCHEDULED_TUNING": _scheduled,
        "DUE_NEAR_TODAY": _due_near,
        "CREATED_AT": field("createdAt"),
        "MAKE": field("make"),
        "MODEL": field("model"),
    },
    "PrivateEvent": {
        "START": field("start"),
        "EVENT_NEAR_TODAY": lambda store, event: _away_from_now(event["start"], store),
        "USER_LAST_NAME": _user_name,
    },
    "PrivateInvoice": {
        "NUMBER": field("number"),
        "STATUS": field("status"),
        "CREATED_AT": field("createdAt"),
        "TOTAL": field("total"),
        "DUE_TOTAL": field("dueTotal"),
        "INVOICE_DATE": field("createdAt"),
        "DUE_DATE": field("dueOn"),
        "CLIENT_NAME": _owner_name,
    },
    "PrivateEstimate": {
        "NUMBER": field("number"),
        "CREATED_AT": field("createdAt"),
        "RECOMMENDED_TIER_TOTAL": field("recommendedTierTotal"),
        "PRIMARY_TIER_TOTAL": primary_total,
        "CLIENT_NAME": _owner_name,
        "EXPIRES_ON": field("expiresOn"),
        "ESTIMATED_ON": field("estimatedOn"),
    },
}

DEFAULT_SORTS: dict[str, str] = {
    "PrivateClient": "CREATED_AT_ASC",
    "PrivatePiano": "CREATED_AT_ASC",
    "PrivateEvent": "START_ASC",
    "PrivateInvoice": "CREATED_AT_DESC",
    "PrivateEstimate": "NUMBER_DESC",
}
"""Observed for invoices only; the others are unknown and a client must not lean on them."""


def arrange(store: Store, type_name: str, records: Iterable[Record], sorts: Iterable[str]) -> list[Record]:
    """A sorted copy; ids break the ties, nulls come last either way."""
    arranged = sorted(records, key=lambda record: str(record["id"]))
    for sort in reversed(list(sorts)):
        name, _, direction = sort.rpartition("_")
        read = SORTS.get(type_name, {}).get(name)
        if read is None:
            raise GraphQLError(f"Le tri « {sort} » n’est pas pris en charge par ce faux Gazelle")
        arranged = _by(store, arranged, read, descending=direction == "DESC")
    return arranged


def _by(store: Store, records: list[Record], read: Read, *, descending: bool) -> list[Record]:
    valued = [(read(store, record), record) for record in records]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [record for _, record in known] + [record for value, record in valued if value is None]
