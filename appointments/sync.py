"""What the mirror reads of the agenda, and how the answer becomes columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from syncing.drafts import Draft, Fault, is_whole
from syncing.registry import Entity, Nested, Owned, Read
from syncing.vocabulary import Mode, Node

PIANO, ITEM = "appointments.AppointmentPiano", "appointments.AppointmentItem"
KINDS = frozenset({"APPOINTMENT", "PERSONAL", "MEMO", "SYNCED"})
PRECISIONS = frozenset(
    {"ROOFTOP", "RANGE_INTERPOLATED", "GEOMETRIC_CENTER", "APPROXIMATE", "ADDRESS_NOT_FOUND", "UNKNOWN"}
)


def parse_appointment(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("title", "status", "type", "notes", "timezone", "source", "travelMode", "recurrenceId")
    draft.instant("start")
    draft.instant("confirmedAt")
    draft.integer("duration", "buffer")
    draft.boolean("isAllDay", "confirmedByClient")
    draft.text_at("location", "street1", "street1")
    draft.text_at("location", "municipality", "municipality")
    draft.text_at("location", "postalCode", "postal_code")
    draft.reference("client", "clients")
    draft.reference("user", "users", "technician")
    draft.reference("createdBy", "users")
    draft.audit()
    draft.search_key("title", "municipality")
    if is_whole(node, "allEventPianos"):
        draft.own(PIANO, visited_pianos(draft))
    if is_whole(node, "allServiceItems"):
        draft.own(ITEM, [parse_item(item) for item in draft.nodes("allServiceItems")])
    return draft


def visited_pianos(draft: Draft) -> Iterator[Draft]:
    """Gazelle gives these links no id: the event and the piano make one."""
    for link in draft.nodes("allEventPianos"):
        piano = link.get("piano")
        piano_id = piano.get("id") if isinstance(piano, dict) else None
        if isinstance(piano_id, str) and piano_id:
            visited = Draft(link, key=f"{draft.id}:{piano_id}")
            visited.boolean("isTuning")
            visited.reference("piano", "pianos")
            yield visited
        else:
            draft.faults.append(Fault("allEventPianos.piano", "piano sans identifiant"))


def parse_item(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name", "type")
    draft.integer("amount", "quantity", "duration")
    draft.boolean("isTaxable", "isTuning")
    draft.reference("piano", "pianos")
    draft.reference("masterServiceItem", "service_items", "service_item")
    return draft


APPOINTMENTS = Entity(
    name="appointments",
    label="Rendez-vous",
    model="appointments.Appointment",
    type_name="PrivateEvent",
    root="allEventsBatched",
    single="event(eventId: $id)",
    selection="""
        id title start duration buffer isAllDay status type notes timezone source travelMode lifecycleState
        confirmedByClient confirmedAt confirmationWarning createdViaSchedulerVersion isTypeChangeable remoteType
        impactsSyncedEventAvailability addressLine geocodeType lat lng
        manualAddressLine manualGeocodeType manualLat manualLng
        recurrenceId recurrenceType recurrenceInterval recurrenceDates recurrenceWeekdays recurrenceWeeks
        recurrenceEndingType recurrenceEndingDate recurrenceEndingOccurrences
        location {
            id locationType street1 street2 municipality region postalCode countryCode singleLineAddress what3words
            latitude longitude geocodeType createdAt updatedAt
        }
        client { id } user { id } createdBy { id } createdAt updatedAt
    """,
    nested=(
        Nested(name="allEventPianos", selection="isTuning piano { id }"),
        Nested(
            name="allServiceItems",
            selection="""
                id name amount quantity duration type isTaxable isTuning piano { id } masterServiceItem { id }
            """,
        ),
    ),
    # Earliest first: most of what is booked while reading lies ahead and arrives at the end.
    reads={
        Mode.FULL: Read(arguments="sortBy: [START_ASC]"),
        Mode.INCREMENTAL: Read(
            arguments="filters: {dateGet: $since}, sortBy: [START_ASC]", reach=timedelta(days=30), within="start"
        ),
        Mode.RECENT: Read(
            arguments="filters: {dateGet: $since, dateLet: $until}, sortBy: [START_ASC]",
            reach=timedelta(days=1),
            ahead=timedelta(days=30),
            promise=timedelta(minutes=5),
            within="start",
        ),
        Mode.REPAIR: Read(arguments="filters: {dateGet: $since, dateLet: $until}, sortBy: [START_ASC]"),
    },
    owned=(Owned(model=PIANO, owner="appointment"), Owned(model=ITEM, owner="appointment")),
    known_values={
        "status": frozenset({"ACTIVE", "CANCELED", "NO_SHOW", "COMPLETE"}),
        "type": KINDS,
        "remoteType": KINDS,
        "travelMode": frozenset({"DRIVING", "WALKING", "BICYCLING", "TRANSIT"}),
        "confirmationWarning": frozenset({"NONE", "NOTICE", "CRITICAL"}),
        "geocodeType": PRECISIONS,
        "manualGeocodeType": PRECISIONS,
        "recurrenceType": frozenset({"WEEKLY", "MONTHLY"}),
        "recurrenceEndingType": frozenset({"OCCURRENCES", "DATE"}),
    },
    left_list={"status": frozenset({"CANCELED"})},
    parse=parse_appointment,
    refers_to=("users", "clients", "pianos"),
    promise=timedelta(hours=2),
    shared=frozenset({"notes"}),
)

ENTITIES = (APPOINTMENTS,)
