"""Filters and sorts of the lists, one module per kind of record. A filter nobody wrote is refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from gazelle_site.sandbox.filtering.calendar import EVENT_FILTERS, UNCOMPLETED_FILTERS
from gazelle_site.sandbox.filtering.clients import CLIENT_FILTERS
from gazelle_site.sandbox.filtering.criteria import Filters, Test
from gazelle_site.sandbox.filtering.estimates import ESTIMATE_FILTERS
from gazelle_site.sandbox.filtering.invoices import INVOICE_FILTERS
from gazelle_site.sandbox.filtering.pianos import PIANO_FILTERS
from gazelle_site.sandbox.store import Record, Store

FILTERS: dict[str, Filters] = {
    "allClients": CLIENT_FILTERS,
    "allPianos": PIANO_FILTERS,
    "allEventsBatched": EVENT_FILTERS,
    "allEvents": EVENT_FILTERS,
    "allUncompletedAppointments": UNCOMPLETED_FILTERS,
    "allInvoices": INVOICE_FILTERS,
    "allEstimates": ESTIMATE_FILTERS,
}


def keep(store: Store, root: str, records: list[Record], wanted: Mapping[str, Any]) -> list[Record]:
    """The records that pass every criterion; one given as null does not count."""
    tests: list[Test] = []
    for name, value in wanted.items():
        if value is None:
            continue
        make = FILTERS.get(root, {}).get(name)
        if make is None:
            raise GraphQLError(f"Le filtre « {name} » de {root} n’est pas pris en charge par ce faux Gazelle")
        tests.append(make(store, value))
    for test in tests:
        records = [record for record in records if test(record)]
    return records
