"""Two pianos met: numbers copied by hand, twins, rooms full of one make, a piano that changed hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pianos.likeness import MODEL, Card, card
from syncing.french import NBSP
from syncing.matching.index import Index
from syncing.matching.model import Decision
from syncing.matching.scoring import Suggestion
from tests.matching.instruments import Instrument
from tests.matching.worlds import park

U1 = Instrument(0, "Yamaha", "U1", "5407129", 1985, "UPRIGHT", "cli_A", "Salon")
SURE, PERHAPS = Decision.SAME, Decision.PERHAPS


@pytest.fixture(scope="module")
def others() -> list[Card]:
    made, _ = park("tuned", 5, 1_500)
    return [one.card(f"park_{one.who}") for one in made.base]


class Meeting:
    """`meeting(new, known)`: the suggestion the second record gets when the first is looked for, if any."""

    def __init__(self, others: list[Card]) -> None:
        self.others = others

    def __call__(self, new: Instrument, known: Instrument = U1, *more: Instrument) -> Suggestion | None:
        index = Index(MODEL, [*self.others, known.card("known"), *(m.card(f"more_{n}") for n, m in enumerate(more))])
        return next((one for one in index.matches(new.card("new")) if one.right_id == "known"), None)


@pytest.fixture
def meeting(others: list[Card]) -> Meeting:
    return Meeting(others)


def school(count: int = 121) -> list[Instrument]:
    """One make for all, each in a room of its own."""
    return [replace(U1, serial=f"{6_100_739 + 137 * n}", room=f"Local {n}", owner="cli_S") for n in range(count)]


@pytest.mark.parametrize(
    "serial",
    ["54O7129", "54071Z9".replace("Z", "2"), "5407l29", "54O7I29", "005407129", "No 5407129", "540 71 29", "J5407129"],
)
def test_a_number_is_recognised_however_it_was_copied(meeting: Meeting, serial: str) -> None:
    found = meeting(replace(U1, serial=serial))
    assert found is not None
    assert found.decision is SURE, found.sentence


@pytest.mark.parametrize("serial", ["547129", "5470129"], ids=["a zero lost", "two digits swapped"])
def test_a_damaged_number_is_recognised_at_the_same_owner(meeting: Meeting, serial: str) -> None:
    found = meeting(replace(U1, serial=serial))
    assert found is not None
    assert found.decision is SURE, found.sentence


def test_twin_uprights_are_two_pianos(meeting: Meeting) -> None:
    assert meeting(replace(U1, serial="5407130")) is None


def test_numbers_of_one_batch_are_left_to_people(meeting: Meeting) -> None:
    found = meeting(replace(U1, serial="5407192"))
    assert found is None or found.decision is PERHAPS


def test_a_twin_without_a_number_is_never_decided(meeting: Meeting) -> None:
    found = meeting(replace(U1, serial=""))
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence == (
        "Même marque (Yamaha), même modèle (U1), même année (1985), même client (cli_A) et même local (Salon) — "
        "sans numéro de série, rien ne les distingue d’un second piano pareil."
    )


def test_a_school_of_121_pianos_of_one_make_keeps_them_apart(meeting: Meeting) -> None:
    pianos = school()
    index = Index(MODEL, [*meeting.others, *(one.card(f"school_{n}") for n, one in enumerate(pianos))])
    sure = [one for one in index.pairs() if one.decision is SURE and "school_" in one.left_id + one.right_id]
    assert sure == []
    for n, one in enumerate(pianos):
        found = [s for s in index.matches(replace(one, serial=f"No {one.serial}").card("new")) if s.decision is SURE]
        assert [s.right_id for s in found] == [f"school_{n}"]


def test_a_number_copied_from_the_next_room_is_left_to_people(meeting: Meeting) -> None:
    known, *more = school()
    found = meeting(replace(known, room="Local 380"), known, *more)
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence.endswith("peut-être un piano déplacé, ou un numéro recopié.")


def test_a_piano_sold_to_another_client_is_recognised_and_said(meeting: Meeting) -> None:
    found = meeting(replace(U1, owner="cli_B", room="Bureau"))
    assert found is not None
    assert found.decision is SURE
    assert found.sentence.endswith(f"le client diffère{NBSP}: cli_B / cli_A — peut-être un piano vendu.")


@pytest.mark.parametrize("other", [{"make": "Kawai"}, {"model": "U3"}, {"kind": "GRAND"}])
def test_one_number_on_two_makes_models_or_kinds_is_left_to_people(meeting: Meeting, other: dict[str, str]) -> None:
    found = meeting(replace(U1, owner="cli_B", **other))  # type: ignore[arg-type]  # texts of Instrument
    assert found is None or found.decision is PERHAPS


@pytest.mark.parametrize("serial", ["12", "0012", "1111", "123456", "Salon", "?"])
def test_what_is_no_serial_number_decides_nothing(meeting: Meeting, serial: str) -> None:
    found = meeting(replace(U1, serial=serial), replace(U1, serial=serial))
    assert found is None or found.decision is PERHAPS


def test_the_room_in_the_box_of_the_number_is_not_a_number(meeting: Meeting) -> None:
    old = Instrument(0, "Mason & Risch", "", "319a", None, "UPRIGHT", "cli_S", "319a ")
    found = meeting(old, old)
    assert found is not None
    assert "numéro de série" not in found.sentence.split("—")[0]


def test_make_model_and_number_in_one_box_are_read(meeting: Meeting) -> None:
    listed = Instrument(0, "Yamaha C2 6100739 ", "", "", None, "UNKNOWN", "cli_S", "103")
    found = meeting(listed, Instrument(0, "Yamaha", "C2", "6100739", 1979, "GRAND", "cli_S", "Local 103"))
    assert found is not None
    assert found.decision is SURE


@pytest.mark.parametrize(
    ("text", "make", "model", "number", "year"),
    [
        ("Kawai KX-21 ", "kawai", "kx21", "", ""),
        ("Heintzman 150241", "heintzman", "", "150241", ""),
        ('Steinway  D 300759 "roues noires"', "steinway", "d", "300759", ""),
        ("Yamaha U1 (1978)", "yamaha", "u1", "", "1978"),
        ("Petrof 5", "petrof", "5", "", ""),
        ("Mason & Risch", "masonrisch", "", "", ""),
        ("Pearl River", "pearlriver", "", "", ""),
    ],
)
def test_the_lists_of_institutions_are_read(text: str, make: str, model: str, number: str, year: str) -> None:
    one = card("new", make=text)
    assert [held.value for held in one.make] == [make]
    assert [held.value for held in one.model] == [model] * bool(model)
    assert [held.looks for held in one.serial] == [number] * bool(number)
    assert [held.value for held in one.year] == [year] * bool(year)


def test_a_make_has_more_than_one_spelling(meeting: Meeting) -> None:
    steinway = Instrument(0, "Steinway & Sons", "D", "300759", 1941, "GRAND", "cli_S", "Local 212")
    for make in ("STEINWAY", "Steinway and sons", "Stenway & Sons"):
        found = meeting(replace(steinway, make=make), steinway)
        assert found is not None
        assert found.decision is SURE, found.sentence
