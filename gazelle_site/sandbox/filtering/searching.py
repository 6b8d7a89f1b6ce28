"""`search`: a substring of the names, the numbers AND the ids, so that short words bring strangers along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gazelle_site.sandbox.filtering.criteria import MakeTest, Test, client_of
from gazelle_site.sandbox.resolving import contacts_of
from gazelle_site.sandbox.store import Record, Store

Words = Callable[[Store, Record], list[Any]]


def search_in(type_name: str, words: Words) -> MakeTest:
    """The filter over a text made of the record's words, put together once per state of the store."""

    def texts(store: Store) -> dict[str, str]:
        def build() -> dict[str, str]:
            rows = store.table(type_name).rows.values()
            return {row["id"]: " ".join(str(word) for word in words(store, row) if word).casefold() for row in rows}

        return store.cached(("search", type_name), store.version, build)

    def make(store: Store, wanted: str) -> Test:
        known, needle = texts(store), wanted.strip().casefold()
        return lambda record: needle in known.get(record["id"], "")

    return make


def client_words(store: Store, record: Record) -> list[Any]:
    """Company, people, phones, e-mails, streets, ids."""
    words = [record["companyName"], record["id"], record["referenceId"]]
    for contact in contacts_of(store, record, {"includeArchived": True}):
        words += [contact["firstName"], contact["lastName"], contact["id"]]
        words += [phone["phoneNumber"] for phone in contact["allPhones"]]
        words += [email["email"] for email in contact["allEmails"]]
        for place in contact["allLocations"]:
            words += [place["street1"], place["municipality"], place["postalCode"]]
    return words


def owner_words(store: Store, record: Record) -> list[Any]:
    """Names of the client behind a record."""
    client = client_of(store, record)
    return client_words(store, client)[:8] if client else []
