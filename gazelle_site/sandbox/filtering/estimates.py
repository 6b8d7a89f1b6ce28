"""Filters of allEstimates."""

from __future__ import annotations

from collections.abc import Callable

from gazelle_site.sandbox.clock import local_day
from gazelle_site.sandbox.filtering.criteria import (
    Filters,
    Test,
    bounds,
    client_place,
    days,
    equals,
    field,
    one_of,
    tags,
    truthy,
)
from gazelle_site.sandbox.filtering.searching import owner_words, search_in
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, Store


def _tiers(store: Store, estimate: Record) -> list[Record]:
    return store.children("PrivateEstimateTier", "estimate").get(estimate["id"], [])


def primary_total(store: Store, estimate: Record) -> int | None:
    """Total of the tier marked primary."""
    return next((tier["total"] for tier in _tiers(store, estimate) if tier["isPrimary"]), None)


def _any_total(pick: Callable[[list[int]], int]) -> Callable[[Store, Record], int | None]:
    def read(store: Store, estimate: Record) -> int | None:
        totals = [tier["total"] for tier in _tiers(store, estimate)]
        return pick(totals) if totals else None

    return read


def _expired(store: Store, wanted: bool) -> Test:
    today = local_day(write_instant(store.now)).isoformat()
    return lambda estimate: bool(estimate["expiresOn"] < today) is wanted


def _piano_type(store: Store, estimate: Record) -> str | None:
    piano = store.table("PrivatePiano").find(estimate["piano"])
    return piano["type"] if piano else None


ESTIMATE_FILTERS: Filters = {
    "clientId": equals(field("client")),
    "pianoId": equals(field("piano")),
    "search": search_in(
        "PrivateEstimate", lambda store, each: [each["id"], each["number"], each["notes"], *owner_words(store, each)]
    ),
    **days("created", field("createdAt")),
    **bounds("expires", field("expiresOn")),
    "archived": truthy(field("isArchived")),
    "expired": _expired,
    **bounds("primaryTierTotal", primary_total),
    "anyTierTotalGet": bounds("any", _any_total(max))["anyGet"],
    "anyTierTotalLet": bounds("any", _any_total(min))["anyLet"],
    **bounds("recommendedTierTotal", field("recommendedTierTotal")),
    "createdById": one_of(field("createdBy")),
    "assignedToId": one_of(field("assignedTo")),
    "pianoType": one_of(_piano_type),
    **tags(),
    "region": one_of(client_place("region")),
    "municipality": one_of(client_place("municipality")),
    "postCode": one_of(client_place("postalCode")),
}
