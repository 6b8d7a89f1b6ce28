"""Appointments, from what Gazelle answers to columns and to the rows they own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appointments.models import Appointment
from syncing.drafts import Draft
from syncing.french import dollars
from syncing.registry import entities
from syncing.vocabulary import Mode, Node

PIANO, ITEM = "appointments.AppointmentPiano", "appointments.AppointmentItem"
EVENT: Node = {
    "id": "evt_1",
    "title": "Famille Lebœuf",
    "start": "2026-03-24T13:00:00Z",
    "duration": 120,
    "status": "ACTIVE",
    "type": "APPOINTMENT",
    "location": None,
    "user": {"id": "usr_1"},
    "createdBy": {"id": "usr_2"},
    "client": {"id": "cli_1"},
    "allEventPianos": {
        "pageInfo": {"hasNextPage": False},
        "nodes": [{"isTuning": True, "piano": {"id": "ins_1"}}, {"isTuning": False, "piano": {"id": "ins_2"}}],
    },
    "allServiceItems": {
        "pageInfo": {"hasNextPage": False},
        "nodes": [
            {
                "id": "esi_1",
                "name": "Accord",
                "amount": 300,
                "quantity": 150,
                "isTuning": True,
                "piano": {"id": "ins_1"},
                "masterServiceItem": {"id": "mit_1"},
            }
        ],
    },
}


def parsed(**changes: object) -> Draft:
    return entities()["appointments"].parse({**EVENT, **changes})


def test_an_event_keeps_its_instant_its_technician_and_its_author() -> None:
    draft = parsed()
    assert draft.columns["start"] == datetime(2026, 3, 24, 13, tzinfo=UTC)
    assert draft.columns["street1"] == ""
    assert draft.columns["search_key"] == "famille leboeuf"
    ids = {name: reference and reference.id for name, reference in draft.references.items()}
    assert ids == {"client": "cli_1", "technician": "usr_1", "created_by": "usr_2"}


def test_an_event_without_a_start_is_kept_and_named() -> None:
    draft = parsed(start=None)
    assert draft.columns["start"] is None
    assert draft.faults == []
    assert str(Appointment(id="evt_1", title="Famille Lebœuf")) == "Famille Lebœuf"
    assert str(Appointment(id="evt_1")) == "Sans titre (evt_1)"
    assert str(Appointment(id="evt_1", is_placeholder=True)) == "Inconnu (evt_1)"


def test_an_event_is_named_by_its_title_and_its_local_day() -> None:
    late = datetime(2021, 3, 24, 1, 30, tzinfo=UTC)  # still the 23rd in Montréal
    assert str(Appointment(id="evt_1", title="UQAM", start=late)) == "UQAM, 23\u00a0mars\u00a02021, 21\u00a0h\u00a030"
    assert str(Appointment(id="evt_1", start=late, is_all_day=True)) == "23\u00a0mars\u00a02021"


def test_a_status_nobody_has_met_is_kept_as_received() -> None:
    assert parsed(status="POSTPONED").columns["status"] == "POSTPONED"


def test_its_pianos_are_known_by_the_event_and_the_piano() -> None:
    first, second = parsed().owned[PIANO]
    assert (first.id, first.columns["is_tuning"]) == ("evt_1:ins_1", True)
    assert (second.id, second.columns["is_tuning"]) == ("evt_1:ins_2", False)
    assert second.references["piano"] is not None


def test_its_services_keep_cents_and_hundredths() -> None:
    (item,) = parsed().owned[ITEM]
    assert (item.id, item.columns["amount"], item.columns["quantity"]) == ("esi_1", 300, 150)
    assert item.references["service_item"] is not None
    assert item.references["service_item"].id == "mit_1"


def test_a_piano_without_an_id_is_told_and_costs_only_itself() -> None:
    draft = parsed(allEventPianos={"nodes": [{"isTuning": True, "piano": {"id": 7}}, {"piano": {"id": "ins_2"}}]})
    assert [row.id for row in draft.owned[PIANO]] == ["evt_1:ins_2"]
    assert [fault.path for fault in draft.faults] == ["allEventPianos.piano"]


@pytest.mark.parametrize("held", [None, 3, [], {}, {"nodes": None}, {"nodes": [], "pageInfo": {"hasNextPage": True}}])
def test_a_list_that_did_not_come_whole_leaves_the_rows_alone(held: object) -> None:
    draft = parsed(allEventPianos=held, allServiceItems=held)
    assert draft.owned == {}


def test_an_absent_list_leaves_the_rows_alone_and_an_empty_one_says_there_are_none() -> None:
    assert entities()["appointments"].parse({"id": "evt_1", "title": "UQAM"}).owned == {}
    assert parsed(allEventPianos={"nodes": []}).owned[PIANO] == []


def test_every_window_proves_who_left_it_by_the_start() -> None:
    reads = entities()["appointments"].reads
    assert {reads[mode].within for mode in (Mode.INCREMENTAL, Mode.RECENT)} == {"start"}


@pytest.mark.parametrize(
    ("cents", "shown"),
    [(None, ""), (0, "0,00\u00a0$"), (5, "0,05\u00a0$"), (123456, "1\u202f234,56\u00a0$"), (-1500, "-15,00\u00a0$")],
)
def test_money_is_written_as_people_read_it(cents: int | None, shown: str) -> None:
    assert dollars(cents) == shown
