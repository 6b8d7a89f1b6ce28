"""Filters of allPianos."""

from __future__ import annotations

from typing import Any

from gazelle_site.sandbox.filtering.criteria import (
    Filters,
    activity,
    bounds,
    days,
    equals,
    excluded,
    field,
    instants_by,
    one_of,
    tags,
    truthy,
)
from gazelle_site.sandbox.filtering.searching import owner_words, search_in
from gazelle_site.sandbox.resolving import events_by_piano, last_service, next_service, next_tuning
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, Store


def _last(store: Store, record: Record) -> Any:
    return last_service(store, record, {})


def _next(store: Store, record: Record) -> Any:
    return next_service(store, record, {})


def _next_scheduled(store: Store, record: Record) -> str | None:
    event = next_tuning(store, record, {})
    return event["start"] if event else None


def _visits(store: Store) -> dict[str, list[str]]:
    return {piano: [event["start"] for event, _ in links] for piano, links in events_by_piano(store).items()}


def _has_past(store: Store, record: Record) -> bool:
    now = write_instant(store.now)
    return any(event["start"] < now for event, _ in events_by_piano(store).get(record["id"], ()))


def _has_future(store: Store, record: Record) -> bool:
    now = write_instant(store.now)
    return any(event["start"] >= now for event, _ in events_by_piano(store).get(record["id"], ()))


PIANO_FILTERS: Filters = {
    "clientId": equals(field("client")),
    "excludePianoIds": excluded(field("id")),
    "search": search_in(
        "PrivatePiano",
        lambda store, piano: [
            *(piano[name] for name in ("id", "make", "model", "serialNumber", "location", "referenceId")),
            *owner_words(store, piano),
        ],
    ),
    "type": one_of(field("type")),
    "status": one_of(field("status")),
    "consignment": truthy(field("consignment")),
    "rental": truthy(field("rental")),
    **bounds("rentalContractEnds", field("rentalContractEndsOn")),
    **bounds("lastTuned", _last),
    **bounds("nextTuningDue", _next),
    **days("nextTuningScheduled", _next_scheduled),
    "hasFutureTuningScheduled": truthy(_next_scheduled),
    "hasPastAppointmentScheduled": truthy(_has_past),
    "hasFutureAppointmentScheduled": truthy(_has_future),
    "hasBeenTuned": truthy(_last),
    "hasServiceInterval": truthy(field("serviceIntervalMonths")),
    "hasManuallyEnteredServiceHistory": truthy(field("manualLastService")),
    "make": one_of(field("make")),
    "serialNumber": one_of(field("serialNumber")),
    **activity("hasTimelineActivity", instants_by("PrivateTimelineEntry", "piano", "occurredAt")),
    **activity("hasAppointment", _visits),
    **bounds("serviceIntervalMonths", field("serviceIntervalMonths")),
    **bounds("year", field("year")),
    "needsRepairOrRebuilding": truthy(field("needsRepairOrRebuilding")),
    "isTotalLoss": truthy(field("totalLoss")),
    "useType": equals(field("useType")),
    **days("created", field("createdAt")),
    "hasPlayerInstalled": truthy(field("playerInstalled")),
    "playerModel": one_of(field("playerModel")),
    "hasPianoLifeSaverInstalled": truthy(field("damppChaserInstalled")),
    "hasIvory": truthy(field("hasIvory")),
    "caseColor": equals(field("caseColor")),
    "caseFinish": equals(field("caseFinish")),
    "size": equals(field("size")),
    **tags(),
}
