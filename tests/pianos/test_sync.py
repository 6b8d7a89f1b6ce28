"""Measurements and the timeline, from what Gazelle answers to columns."""

from __future__ import annotations

from datetime import UTC, date, datetime

from graphql import GraphQLEnumType, build_schema

from pianos.admin import ENTRY_TYPES
from pianos.models import TimelineEntry
from syncing.registry import PROJECT, entities
from syncing.vocabulary import Mode, Node

ENTRY: Node = {
    "id": "tme_00ff00ff00ff00ff00ff",
    "type": "SERVICE_ENTRY_MANUAL",
    "occurredAt": "2026-03-24T01:30:00Z",
    "summary": "Accord",
    "comment": "Accord fait.\n22 °C, 43 %",
    "client": {"id": "cli_1"},
    "piano": {"id": "ins_1"},
    "user": {"id": "usr_1"},
    "appointment": {"id": "evt_1"},
    "invoicePayment": {"id": "pay_1"},
    "invoice": None,
    "estimate": None,
}


def test_an_entry_keeps_its_type_its_instant_and_its_references() -> None:
    draft = entities()["timeline"].parse(ENTRY)
    assert draft.columns["entry_type"] == "SERVICE_ENTRY_MANUAL"
    assert "type" not in draft.columns
    assert draft.columns["occurred_at"] == datetime(2026, 3, 24, 1, 30, tzinfo=UTC)
    ids = {name: reference and reference.id for name, reference in draft.references.items()}
    assert ids == {
        "client": "cli_1", "piano": "ins_1", "technician": "usr_1", "appointment": "evt_1", "invoice_payment": "pay_1",
        "invoice": None, "estimate": None,
    }  # fmt: skip


def test_an_entry_without_piano_nor_user_is_ordinary() -> None:
    draft = entities()["timeline"].parse({**ENTRY, "piano": None, "user": None})
    assert (draft.references["piano"], draft.references["technician"]) == (None, None)
    assert draft.faults == []


def test_the_28_types_of_the_contract_are_known_and_named_in_french() -> None:
    schema = build_schema((PROJECT / "gazelle_site" / "sandbox" / "schema.graphql").read_text("utf-8"))
    contract = schema.type_map["TimelineEntryType"]
    assert isinstance(contract, GraphQLEnumType)
    assert len(contract.values) == 28
    assert entities()["timeline"].known_values["type"] == contract.values.keys() == ENTRY_TYPES.keys()


def test_a_type_nobody_has_met_is_kept_as_received() -> None:
    draft = entities()["timeline"].parse({**ENTRY, "type": "HOLOGRAM"})
    assert draft.columns["entry_type"] == "HOLOGRAM"
    assert draft.faults == []


def test_the_timeline_is_bounded_below_only_whatever_the_window() -> None:
    reads = entities()["timeline"].reads
    assert reads[Mode.FULL].arguments == ""
    for mode in (Mode.INCREMENTAL, Mode.RECENT, Mode.REPAIR):
        assert (reads[mode].arguments, reads[mode].edge_type) == ("occurredAtGet: $since", "CoreDateTime")


def test_an_entry_is_named_by_the_beginning_of_its_text() -> None:
    assert str(TimelineEntry(id="tme_1", comment="Corde cassée,\n remplacée")) == "Corde cassée, remplacée"
    assert len(str(TimelineEntry(id="tme_1", summary="la " * 60))) <= 80
    assert str(TimelineEntry(id="tme_1")) == "Sans texte (tme_1)"
    assert str(TimelineEntry(id="tme_1", is_placeholder=True)) == "Inconnu (tme_1)"


def test_a_measurement_keeps_what_people_read_and_finds_its_piano() -> None:
    draft = entities()["measurements"].parse(
        {"id": "pms_1", "pianoId": "ins_1", "takenOn": "2026-03-24", "temperature": -2, "humidity": 43, "a4Pitch": 440}
    )
    assert draft.columns == {"taken_on": date(2026, 3, 24), "temperature": -2, "humidity": 43, "a4_pitch": 440}
    assert draft.references["piano"] is not None
    assert draft.references["piano"].id == "ins_1"


def test_measurements_arrive_with_the_pianos() -> None:
    carrier = entities().carrier("measurements")
    assert carrier is not None
    assert carrier.name == "pianos"
