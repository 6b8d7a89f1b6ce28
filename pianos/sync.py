"""What the mirror reads of instruments and of their history, and how the answers become columns."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft
from syncing.registry import Entity, Nested, Read
from syncing.vocabulary import Mode, Node


def parse_piano(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("make", "model", "serialNumber", "type", "size", "location", "status", "useType", "notes")
    draft.text("caseColor", "caseFinish", "referenceId", "lifecycleState", "damppChaserHumidistatModel")
    draft.text("playerMake", "playerModel", "playerSerialNumber")
    draft.integer("year", "serviceIntervalMonths", "potentialPerformanceLevel")
    draft.boolean("hasIvory", "damppChaserInstalled", "playerInstalled", "consignment", "rental", "totalLoss")
    draft.boolean("needsRepairOrRebuilding")
    draft.day("manualLastService", "eventLastService", "calculatedLastService", "calculatedNextService")
    draft.day("nextServiceOverride", "damppChaserMfgDate", "rentalContractEndsOn")
    draft.texts("tags")
    draft.reference("client", "clients")
    draft.audit()
    draft.search_key("make", "model", "serial_number", "location", "reference_id")
    return draft


def parse_measurement(node: Node) -> Draft:
    draft = Draft(node)
    draft.day("takenOn")
    draft.integer("temperature", "humidity", "a4Pitch")
    draft.reference("pianoId", "pianos", "piano")
    draft.audit()
    return draft


def parse_entry(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("type", "summary", "comment", "relatedType", "relatedId", "alertType", "emailStatus", "smsStatus")
    draft.text("emailFailureReason", "emailRecipientName")
    if "type" in draft.columns:
        draft.columns["entry_type"] = draft.columns.pop("type")
    draft.words("summary", "comment")
    draft.instant("occurredAt")
    draft.integer("duration")
    draft.reference("client", "clients")
    draft.reference("piano", "pianos")
    draft.reference("user", "users", "technician")
    draft.reference("appointment", "appointments")
    draft.reference("invoice", "invoices")
    draft.reference("invoicePayment", "payments")
    draft.reference("estimate", "estimates")
    return draft


MESSAGE_STATES = frozenset(
    {
        *("ACCEPTED", "BOUNCED", "CLICKED", "COMPLAINED", "DELIVERED", "DROPPED", "FAILED", "OPENED", "PENDING"),
        *("UNSUBSCRIBED", "UNDELIVERED", "QUEUED", "SENT"),
    }
)
ENTRY_TYPES = frozenset(
    {
        *("CONTACT_EMAIL_AUTOMATED", "CONTACT_EMAIL_MANUAL", "CONTACT_SMS_AUTOMATED", "CONTACT_SMS_MANUAL"),
        *("CONTACT_PHONE_AUTOMATED", "CONTACT_PHONE_MANUAL_TALKED", "CONTACT_PHONE_MANUAL_MESSAGE"),
        *("CONTACT_POST_AUTOMATED", "CONTACT_POST_MANUAL", "CONTACT_OTHER_MANUAL"),
        *("ERROR_MESSAGE", "SYSTEM_MESSAGE", "SYSTEM_NOTIFICATION", "USER_COMMENT"),
        *("SERVICE_ENTRY_AUTOMATED", "SERVICE_ENTRY_MANUAL", "APPOINTMENT", "APPOINTMENT_LOG", "PIANO_MEASUREMENT"),
        *("INVOICE", "INVOICE_LOG", "INVOICE_PAYMENT", "INVOICE_SYNC", "ESTIMATE", "ESTIMATE_LOG"),
        *("SCHEDULED_MESSAGE_EMAIL", "SCHEDULED_MESSAGE_SMS", "SCHEDULED_MESSAGE_PHONE"),
    }
)

PIANOS = Entity(
    name="pianos",
    label="Pianos",
    model="pianos.Piano",
    type_name="PrivatePiano",
    root="allPianos",
    single="piano(id: $id)",
    selection="""
        id make model serialNumber type year size location status useType notes tags referenceId lifecycleState
        lifecycleContactPausedUntil caseColor caseFinish hasIvory potentialPerformanceLevel totalLoss
        serviceIntervalMonths manualLastService eventLastService calculatedLastService calculatedNextService
        nextServiceOverride nextTuningScheduled { id }
        damppChaserInstalled damppChaserHumidistatModel damppChaserMfgDate
        playerInstalled playerMake playerModel playerSerialNumber
        consignment rental rentalContractEndsOn needsRepairOrRebuilding primaryPianoPhoto { id }
        client { id } createdAt updatedAt
    """,
    omitted={"searchString": "computed by the server from fields already read; it would move without a change"},
    nested=(Nested(name="allPianoMeasurements", plain_list=True, carries="measurements"),),
    # Oldest first: what is created while reading arrives at the end instead of shifting every page.
    reads={
        Mode.FULL: Read(arguments="sortBy: [CREATED_AT_ASC]"),
        Mode.RECENT: Read(arguments="filters: {createdGet: $since}, sortBy: [CREATED_AT_ASC]", reach=timedelta(days=1)),
    },
    known_values={
        "status": frozenset({"ACTIVE", "INACTIVE", "TEMPORARY_STORAGE", "UNDER_RESTORATION"}),
        "type": frozenset(
            {
                *("UNKNOWN", "GRAND", "SQUARE_GRAND", "SPINET", "STUDIO", "UPRIGHT", "CONSOLE", "DIGITAL", "ORGAN"),
                *("HARPSICHORD", "FORTEPIANO", "CLAVICHORD", "AUTOHARP", "HYBRID"),
            }
        ),
    },
    parse=parse_piano,
    mergeable=True,
    refers_to=("clients",),
    promise=timedelta(minutes=30),
    shared=frozenset({"location", "notes"}),
    belongs_to=("client",),
)

MEASUREMENTS = Entity(
    name="measurements",
    label="Mesures",
    model="pianos.Measurement",
    type_name="PrivatePianoMeasurement",
    selection="""
        id pianoId takenOn temperature humidity
        a0Pitch a1Pitch a2Pitch a3Pitch a4Pitch a5Pitch a6Pitch a7Pitch
        a0Dip a1Dip a2Dip a3Dip a4Dip a5Dip a6Dip a7Dip
        d6SustainPlayed d6SustainPlucked g6SustainPlayed g6SustainPlucked c7SustainPlayed c7SustainPlucked
        createdAt updatedAt
    """,
    parse=parse_measurement,
    refers_to=("pianos",),
    promise=timedelta(minutes=30),
)

TIMELINE = Entity(
    name="timeline",
    label="Historique",
    model="pianos.TimelineEntry",
    type_name="PrivateTimelineEntry",
    root="allTimelineEntries",
    selection="""
        id type occurredAt summary comment duration relatedType relatedId
        alertType emailStatus smsStatus emailFailureReason emailRecipientName
        client { id } piano { id } user { id }
        appointment { id } invoice { id } invoicePayment { id } estimate { id }
    """,
    # Newest first whatever one asks, with a lower bound only; notes are still written weeks after the visit they are
    # dated of. No `within`: a dated read has been seen to miss an entry, so only whole walks tell who left.
    reads={
        Mode.FULL: Read(),
        Mode.INCREMENTAL: Read(arguments="occurredAtGet: $since", edge_type="CoreDateTime", reach=timedelta(days=30)),
        Mode.RECENT: Read(
            arguments="occurredAtGet: $since",
            edge_type="CoreDateTime",
            reach=timedelta(hours=48),
            promise=timedelta(minutes=5),
        ),
        Mode.REPAIR: Read(arguments="occurredAtGet: $since", edge_type="CoreDateTime"),
    },
    page_size=500,
    known_values={
        "type": ENTRY_TYPES,
        "alertType": frozenset({"ERROR", "WARNING", "INFO"}),
        "emailStatus": MESSAGE_STATES,
        "smsStatus": MESSAGE_STATES,
    },
    parse=parse_entry,
    refers_to=("users", "clients", "pianos"),
    belongs_to=("client", "piano"),
    promise=timedelta(hours=2),
)

ENTITIES = (PIANOS, MEASUREMENTS, TIMELINE)
