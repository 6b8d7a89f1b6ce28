"""Fields that are worked out rather than stored: children, defaults, service dates, formatted phone numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, Store

Args = Mapping[str, Any]
Resolver = Callable[[Store, Record, Args], Any]

COMPUTED: dict[tuple[str, str], Resolver] = {}
"""(type, field) → how to find its value. Anything not here is read from the record itself."""

CHILDREN: dict[tuple[str, str], tuple[str, str]] = {
    ("PrivatePiano", "allPianoMeasurements"): ("PrivatePianoMeasurement", "pianoId"),
    ("PrivatePiano", "allPianoPhotos"): ("PrivatePianoPhoto", "pianoId"),
    ("PrivateInvoice", "allInvoicePayments"): ("PrivateInvoicePayment", "invoice"),
    ("PrivateEstimate", "allEstimateTiers"): ("PrivateEstimateTier", "estimate"),
    ("PrivateEstimateTier", "allEstimateTierGroups"): ("PrivateEstimateTierGroup", "estimateTier"),
    ("PrivateEstimateTier", "allEstimateTierItems"): ("PrivateEstimateTierItem", "estimateTier"),
    ("PrivateEstimateTierGroup", "allEstimateTierItems"): ("PrivateEstimateTierItem", "estimateTierGroup"),
    ("PrivateMasterServiceGroup", "allMasterServiceItems"): ("PrivateMasterServiceItem", "masterServiceGroup"),
    ("PrivateClient", "allClientsReferred"): ("PrivateClient", "referralClient"),
    ("PrivateInvoice", "allClientLogs"): ("PrivateClientLog", "invoice"),
}
"""Collections found by the child's own reference to its parent."""


def computed(type_name: str, *fields: str) -> Callable[[Resolver], Resolver]:
    """Register a resolver for one or several fields of a type."""

    def register(resolver: Resolver) -> Resolver:
        for field in fields:
            COMPUTED[type_name, field] = resolver
        return resolver

    return register


def _child_resolver(child_type: str, back: str) -> Resolver:
    def resolve(store: Store, record: Record, args: Args) -> Any:
        return store.children(child_type, back).get(record["id"], [])

    return resolve


for _key, (_child, _back) in CHILDREN.items():
    COMPUTED[_key] = _child_resolver(_child, _back)


def _marked(records: list[Record], mark: str) -> Record | None:
    """The record carrying the default mark, else the first."""
    for record in records:
        if record[mark]:
            return record
    return records[0] if records else None


@computed("PrivateClient", "allContacts")
def contacts_of(store: Store, record: Record, args: Args) -> list[Record]:
    """Contacts of a client; archived ones only when asked for."""
    contacts = store.children("PrivateContact", "client").get(record["id"], [])
    return contacts if args.get("includeArchived") else [each for each in contacts if not each["archived"]]


@computed("PrivateClient", "defaultContact")
def default_contact(store: Store, record: Record, args: Args) -> Record | None:
    return _marked(contacts_of(store, record, {}), "isDefault")


@computed("PrivateClient", "defaultBillingContact")
def default_billing_contact(store: Store, record: Record, args: Args) -> Record | None:
    return _marked(contacts_of(store, record, {}), "isBillingDefault")


@computed("PrivateClient", "preferredTechnician")
def preferred_technician(store: Store, record: Record, args: Args) -> str | None:
    technician: str | None = record["preferredTechnicianId"]
    return technician


@computed("PrivateClient", "defaultClientLocalization")
def client_localization(store: Store, record: Record, args: Args) -> str:
    """Never null: the client's own, else the company's French."""
    return record["localization"] or next(iter(store.table("CoreLocalization").rows))


@computed("PrivateUser", "defaultClientLocalization", "defaultUserLocalization")
def user_localization(store: Store, record: Record, args: Args) -> str:
    return next(iter(store.table("CoreLocalization").rows))


@computed("PrivateClient", "allPianos")
def pianos_of(store: Store, record: Record, args: Args) -> list[Record]:
    """Pianos of a client, inactive ones included unless a status is asked for."""
    pianos = store.children("PrivatePiano", "client").get(record["id"], [])
    wanted = args.get("status")
    return pianos if wanted is None else [each for each in pianos if each["status"] in wanted]


@computed("PrivateClient", "lastInvoice")
def last_invoice(store: Store, record: Record, args: Args) -> Record | None:
    invoices = store.children("PrivateInvoice", "client").get(record["id"], [])
    return max(invoices, key=lambda invoice: str(invoice["createdAt"]), default=None)


@computed("PrivateContact", "defaultPhone")
def default_phone(store: Store, record: Record, args: Args) -> Record | None:
    return _marked(record["allPhones"], "isDefault")


@computed("PrivateContact", "defaultConfirmedMobilePhone")
def mobile_phone(store: Store, record: Record, args: Args) -> Record | None:
    return next((phone for phone in record["allPhones"] if phone["confirmedClass"] == "MOBILE"), None)


@computed("PrivateContact", "defaultEmail")
def default_email(store: Store, record: Record, args: Args) -> Record | None:
    return _marked(record["allEmails"], "isDefault")


def _by_usage(collection: str, mark: str, usage: str) -> Resolver:
    def resolve(store: Store, record: Record, args: Args) -> Record | None:
        return next((place for place in record[collection] if place[mark] == usage), None)

    return resolve


COMPUTED["PrivateContact", "defaultLocation"] = _by_usage("allLocations", "usageType", "STREET")
COMPUTED["PrivateContact", "defaultMailingLocation"] = _by_usage("allLocations", "usageType", "MAILING")
COMPUTED["PrivateContact", "defaultBillingLocation"] = _by_usage("allLocations", "usageType", "BILLING")
COMPUTED["PrivateContact", "defaultAddress"] = _by_usage("allAddresses", "type", "STREET")
COMPUTED["PrivateContact", "defaultBillingAddress"] = _by_usage("allAddresses", "type", "BILLING")


@computed("PrivateContactPhone", "phoneNumber")
def phone_number(store: Store, record: Record, args: Args) -> str | None:
    """Stored as « 514 555-0134 »; the other forms are made from its digits."""
    number: str | None = record["phoneNumber"]
    form = args.get("format")
    if not number or form in (None, "NATIONAL"):
        return number
    digits = "".join(character for character in number if character.isdigit())[-10:]
    return f"+1{digits}" if form == "E164" else f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}"


COMPUTED["PrivateCompany", "phoneNumber"] = phone_number


@computed("PrivatePiano", "primaryPianoPhoto")
def primary_photo(store: Store, record: Record, args: Args) -> Record | None:
    return next(iter(store.children("PrivatePianoPhoto", "pianoId").get(record["id"], [])), None)


@computed("PrivatePiano", "calculatedLastService")
def last_service(store: Store, record: Record, args: Args) -> str | None:
    """The later of the date typed by a person and the date of the last completed tuning."""
    return max(filter(None, (record["manualLastService"], record["eventLastService"])), default=None)


@computed("PrivatePiano", "calculatedNextService")
def next_service(store: Store, record: Record, args: Args) -> str | None:
    """The override when there is one, else last service plus the interval."""
    if record["nextServiceOverride"]:
        return str(record["nextServiceOverride"])
    last, months = last_service(store, record, args), record["serviceIntervalMonths"]
    if last is None or not months:
        return None
    day = date.fromisoformat(last)
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28)).isoformat()


def events_by_piano(store: Store) -> dict[str, list[tuple[Record, bool]]]:
    """Every event of a piano with its tuning mark, in the order of the calendar."""

    def build() -> dict[str, list[tuple[Record, bool]]]:
        groups: dict[str, list[tuple[Record, bool]]] = {}
        for event in store.table("PrivateEvent").rows.values():
            for link in event["allEventPianos"]:
                groups.setdefault(link["piano"], []).append((event, link["isTuning"]))
        return groups

    return store.cached(("events by piano",), store.table("PrivateEvent").version, build)


@computed("PrivatePiano", "nextTuningScheduled")
def next_tuning(store: Store, record: Record, args: Args) -> Record | None:
    """The first tuning still to come."""
    now = write_instant(store.now)
    coming = (
        event
        for event, is_tuning in events_by_piano(store).get(record["id"], ())
        if is_tuning and event["status"] == "ACTIVE" and event["start"] >= now
    )
    return min(coming, key=lambda event: str(event["start"]), default=None)


@computed("PrivateEstimateTier", "allUngroupedEstimateTierItems")
def ungrouped_items(store: Store, record: Record, args: Args) -> list[Record]:
    items = store.children("PrivateEstimateTierItem", "estimateTier").get(record["id"], [])
    return [item for item in items if item["estimateTierGroup"] is None]


@computed("PrivateCompany", "billablePianoCount")
def billable_pianos(store: Store, record: Record, args: Args) -> int:
    return sum(piano["status"] == "ACTIVE" for piano in store.table("PrivatePiano").rows.values())
