"""What the mirror reads of instruments, and how the answer becomes columns."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft
from syncing.registry import Entity, Read
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
    # Oldest first: what is created while reading arrives at the end instead of shifting every page.
    reads={
        Mode.FULL: Read(arguments="sortBy: [CREATED_AT_ASC]"),
        Mode.RECENT: Read(arguments="filters: {createdGet: $since}, sortBy: [CREATED_AT_ASC]", reach=timedelta(days=1)),
    },
    parse=parse_piano,
    refers_to=("clients",),
    promise=timedelta(minutes=30),
    shared=frozenset({"location", "notes"}),
)

ENTITIES = (PIANOS,)
