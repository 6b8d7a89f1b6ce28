"""From a node to typed columns: a value that cannot be read is told, and costs nothing but itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from syncing.drafts import Draft, Reference
from syncing.vocabulary import Node, Rejected

DAMAGED = ["a\x00", "\ud800", "a\nb", "\t", "\x7f", "\x85", "\ufffd", "cli_\ufffd"]


def read(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name", "note")
    draft.integer("price")
    draft.day("bornOn")
    draft.instant("soldAt")
    draft.text_at("place", "street", "street")
    draft.reference("maker", "makers")
    draft.search_key("name", "note", "street")
    return draft


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z", "1799-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_an_instant_too_far_away_is_a_fault_of_that_value(text: str) -> None:
    draft = read({"id": "a", "soldAt": text, "name": "Bösendorfer"})

    assert draft.columns == {"name": "Bösendorfer"}
    (fault,) = draft.faults
    assert fault.path == "soldAt"
    assert fault.reason.startswith("année hors de 1800 à 2200 : ")


@pytest.mark.parametrize("text", ["0001-01-01", "1799-12-31", "2201-01-01", "9999-12-31"])
def test_a_day_too_far_away_is_a_fault_of_that_value(text: str) -> None:
    draft = read({"id": "a", "bornOn": text})
    assert (draft.columns, draft.faults[0].reason) == ({}, f"année hors de 1800 à 2200 : {text}")


def test_dates_within_reach_are_read() -> None:
    draft = read({"id": "a", "bornOn": "1800-01-01", "soldAt": "2200-12-31T23:59:59-05:00"})
    assert draft.faults == []
    assert draft.columns == {"born_on": date(1800, 1, 1), "sold_at": datetime(2201, 1, 1, 4, 59, 59, tzinfo=UTC)}


# -- ids ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record_id", DAMAGED)
def test_a_damaged_id_is_rejected(record_id: str) -> None:
    for draft in (Draft({"id": record_id}), Draft({}, key=record_id)):
        with pytest.raises(Rejected, match="id : identifiant abîmé") as caught:
            _ = draft.id
        assert not {"\x00", "\n", "\ud800"} & set(str(caught.value))


@pytest.mark.parametrize("record_id", ["cli_1", " a ", "é", "a/b?c"])
def test_an_id_is_opaque(record_id: str) -> None:
    assert Draft({"id": record_id}).id == record_id
    assert read({"id": "a", "maker": record_id}).references == {"maker": Reference("makers", record_id)}


@pytest.mark.parametrize("record_id", DAMAGED)
@pytest.mark.parametrize("nested", [True, False])
def test_a_damaged_reference_is_a_fault_of_that_value(record_id: str, nested: bool) -> None:
    draft = read({"id": "a", "maker": {"id": record_id} if nested else record_id})

    assert draft.references == {}
    assert [fault.path for fault in draft.faults] == ["maker"]
    assert (draft.unreadable, draft.faulted) == ({"maker"}, {"maker"})


# -- the search key ----------------------------------------------------------------------------------------------------


def test_a_column_that_cannot_be_read_does_not_hide_the_record() -> None:
    draft = read({"id": "a", "name": "Hélène", "note": 3, "place": {"street": "Rue Noël"}})
    assert draft.columns["search_key"] == "helene rue noel"


def test_an_object_that_cannot_be_read_does_not_hide_the_record() -> None:
    draft = read({"id": "a", "name": "Hélène", "note": "", "place": "Rue Noël"})
    assert draft.columns["search_key"] == "helene"


@pytest.mark.parametrize("node", [{"name": "a", "note": 3}, {"name": "a", "note": "b", "place": {}}, {"name": 3}])
def test_a_column_whose_field_is_absent_leaves_the_key_alone(node: dict[str, object]) -> None:
    assert "search_key" not in read({"id": "a", **node}).columns


def test_a_record_of_which_nothing_could_be_read_keeps_its_key() -> None:
    assert "search_key" not in read({"id": "a", "name": 1, "note": 2, "place": 3}).columns


# -- what could not be read, by name -----------------------------------------------------------------------------------


def test_the_fields_that_could_not_be_read_are_known_by_gazelle_s_names_and_by_ours() -> None:
    draft = read({"id": "a", "name": 1, "price": "x", "bornOn": "x", "soldAt": "x", "place": {"street": 1}, "maker": 1})

    assert draft.unreadable == {"name", "price", "bornOn", "soldAt", "place", "maker"}
    assert draft.faulted == {"name", "price", "born_on", "sold_at", "street", "maker"}
    assert draft.columns == {}


def test_what_was_read_or_is_absent_or_null_is_not_unreadable() -> None:
    draft = read({"id": "a", "name": None, "price": 3, "place": None})
    assert (draft.unreadable, draft.faulted, draft.faults) == (set(), set(), [])


def test_the_faults_of_owned_rows_are_told_by_their_owner_and_named_by_themselves() -> None:
    row, owner = read({"id": "r", "price": "x"}), read({"id": "a"})

    owner.own("x.Row", [row])

    assert [fault.path for fault in owner.faults] == ["x.Row r price"]
    assert (owner.unreadable, row.unreadable) == (set(), {"price"})
