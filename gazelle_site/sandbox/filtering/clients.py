"""Filters of allClients."""

from __future__ import annotations

from gazelle_site.sandbox.filtering.criteria import (
    Filters,
    Read,
    Test,
    activity,
    bounds,
    days,
    field,
    instants_by,
    nullable_choice,
    one_of,
    place_of,
    tags,
    truthy,
)
from gazelle_site.sandbox.filtering.searching import client_words, search_in
from gazelle_site.sandbox.resolving import (
    contacts_of,
    default_billing_contact,
    default_contact,
    next_service,
    pianos_of,
)
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, Store

TIMELINE = instants_by("PrivateTimelineEntry", "client", "occurredAt")
APPOINTMENTS = instants_by("PrivateEvent", "client", "start")


def _active_pianos(store: Store, record: Record) -> int:
    return len(pianos_of(store, record, {"status": ["ACTIVE"]}))


def _wants(name: str) -> Read:
    return lambda store, record: (default_contact(store, record, {}) or {}).get(name)


def _next_due(store: Store, record: Record) -> str | None:
    dues = [next_service(store, piano, {}) for piano in pianos_of(store, record, {})]
    return min(filter(None, dues), default=None)


def _any_piano(store: Store, wanted: list[str]) -> Test:
    return lambda record: any(piano["status"] in wanted for piano in pianos_of(store, record, {}))


def _all_pianos(store: Store, wanted: list[str]) -> Test:
    return lambda record: all(piano["status"] in wanted for piano in pianos_of(store, record, {}))


def _past(store: Store, record: Record) -> bool:
    return any(start < write_instant(store.now) for start in APPOINTMENTS(store).get(record["id"], ()))


def _future(store: Store, record: Record) -> bool:
    return any(start >= write_instant(store.now) for start in APPOINTMENTS(store).get(record["id"], ()))


def _bad_address(store: Store, record: Record) -> bool:
    return any(place["isBadAddress"] for each in contacts_of(store, record, {}) for place in each["allLocations"])


def _quiet(name: str) -> Filters:
    """No activity at all in the window."""
    busy = activity("busy", TIMELINE)

    def since(store: Store, day: object) -> Test:
        test = busy["busyGet"](store, day)
        return lambda record: not test(record)

    def until(store: Store, day: object) -> Test:
        test = busy["busyLet"](store, day)
        return lambda record: not test(record)

    return {f"{name}Get": since, f"{name}Let": until}


def _reachable(collection: str, word: str) -> Filters:
    """« PRIMARY_CONTACT_HAS_EMAIL » and its five sisters."""

    def has(contact: Record | None) -> bool:
        return bool(contact and contact[collection])

    def make(store: Store, wanted: str) -> Test:
        def test(record: Record) -> bool:
            if wanted.startswith("PRIMARY"):
                return has(default_contact(store, record, {})) is ("HAS_NO" not in wanted)
            if wanted.startswith("BILLING"):
                return has(default_billing_contact(store, record, {})) is ("HAS_NO" not in wanted)
            answers = [has(contact) for contact in contacts_of(store, record, {})]
            return all(answers) if wanted.startswith("ALL") else not any(answers)

        return test

    return {f"contactsWith{word}": make}


CLIENT_FILTERS: Filters = {
    "search": search_in("PrivateClient", client_words),
    "status": one_of(field("status")),
    "clientType": one_of(field("clientType")),
    "preferredTechnicianId": one_of(field("preferredTechnicianId")),
    "preferredTechnicianIds": nullable_choice(field("preferredTechnicianId")),
    "isPaused": truthy(field("noContactUntil")),
    "hasBadAddress": truthy(_bad_address),
    **days("created", field("createdAt")),
    **activity("hasTimelineActivity", TIMELINE),
    **_quiet("hasNoTimelineActivity"),
    **activity("hasAppointment", APPOINTMENTS),
    "hasPastAppointmentScheduled": truthy(_past),
    "hasFutureAppointmentScheduled": truthy(_future),
    "postCode": one_of(place_of("postalCode")),
    "municipality": one_of(place_of("municipality")),
    "region": one_of(place_of("region")),
    **_reachable("allEmails", "Email"),
    **_reachable("allPhones", "Phone"),
    **bounds("nextTuningDue", _next_due),
    "anyPianoStatus": _any_piano,
    "allPianoStatus": _all_pianos,
    **bounds("activePianoCount", _active_pianos),
    **tags(),
    "referredBy": one_of(field("referredBy")),
    "primaryContactWantsEmail": truthy(_wants("wantsEmail")),
    "primaryContactWantsText": truthy(_wants("wantsText")),
    "primaryContactWantsPhone": truthy(_wants("wantsPhone")),
}
