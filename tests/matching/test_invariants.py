"""What holds whatever people write: tried on random records made of real dirt."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.likeness import MODEL as PEOPLE
from clients.likeness import Card as Client
from clients.likeness import Someone
from clients.likeness import card as client_card
from pianos.likeness import MODEL as INSTRUMENTS
from pianos.likeness import Card as Piano
from pianos.likeness import card as piano_card
from syncing.matching.index import Index
from syncing.matching.model import Decision
from tests.matching.generating import TUNING
from tests.matching.worlds import park, town


def some(*texts: str) -> st.SearchStrategy[str]:
    """Real writings mostly, anything at all sometimes."""
    return st.one_of(st.sampled_from(("", *texts)), st.text(max_size=12))


PERSONS = st.builds(
    Someone,
    first_name=some("Marie", "Marie-Ève", "M.", "Marc", "Marie et Marc", "Tremblay", "Jean Jr"),
    last_name=some("Tremblay", "Tremblay-Roy", "Trembley", "St-Onge", "Ste-Onge", "Marie", "D’Amours"),
    suffix=some("Jr", "père"),
    phones=st.tuples(some("514 555-0123", "(514) 555-0123 poste 2", "555-0132", "000-0000")),
    emails=st.tuples(some("marie@poste.example", "marei@poste.example", "info@chœur.example")),
    addresses=st.tuples(
        st.tuples(
            some("22 ch. du Mirage", "4-22, Mirage", "22 rue Sherbrooke E", "24 ch. du Mirage"),
            some("app. 4", "#5"),
            some("Montréal", "Laval"),
            some("H2X 1A1", "h2x1a1", "H2X"),
        )
    ),
)
CLIENTS = st.builds(
    lambda company, persons: client_card("left", company, persons),
    some("École du Ruisseau", "Ecole du ruisseau, salle B", "Marie Tremblay", "Chœur 2"),
    st.lists(PERSONS, max_size=2),
)
PIANOS = st.builds(
    lambda make, model, serial, year, kind, owner, room: piano_card(
        "left", make=make, model=model, serial_number=serial, year=year, kind=kind, owner=owner, room=room
    ),
    some("Yamaha", "YAMAHA", "Yamah", "Yamaha U1 540712", "Steinway & Sons"),
    some("U1", "u-1", "U3"),
    some("540712", "54O712", "540713", "540721", "12", "Salon"),
    st.sampled_from((None, 0, 1985, 1986)),
    st.sampled_from(("", "UNKNOWN", "UPRIGHT", "GRAND")),
    st.sampled_from(("", "cli_A", "cli_B")),
    some("Salon", "Local 204", "204 ", "?"),
)


@cache
def townspeople() -> Index[Client]:
    return town(TUNING[0], 400)[1]


@cache
def instruments() -> Index[Piano]:
    return park("tuned", 5, 400)[1]


def moved(one: Client, pk: str) -> Client:
    return Client(pk, one.names, one.phones, one.emails, one.places)


def renamed(one: Piano, pk: str) -> Piano:
    return Piano(pk, one.make, one.model, one.serial, one.year, one.kind, one.owner, one.room)


@settings(max_examples=300, deadline=None)
@given(one=CLIENTS, other=CLIENTS)
def test_clients_are_compared_the_same_from_both_sides(one: Client, other: Client) -> None:
    index, theirs = townspeople(), moved(other, "right")
    here, there = index.compare(one, theirs), index.compare(theirs, one)
    assert (here is None) == (there is None)
    if here and there:
        assert here.decision == there.decision
        assert abs(here.probability - there.probability) < 1e-9


@settings(max_examples=300, deadline=None)
@given(one=PIANOS, other=PIANOS)
def test_pianos_are_compared_the_same_from_both_sides(one: Piano, other: Piano) -> None:
    index, theirs = instruments(), renamed(other, "right")
    here, there = index.compare(one, theirs), index.compare(theirs, one)
    assert (here is None) == (there is None)
    if here and there:
        assert here.decision == there.decision
        assert abs(here.probability - there.probability) < 1e-9


@settings(max_examples=200, deadline=None)
@given(one=CLIENTS, other=CLIENTS)
def test_a_pair_found_from_one_side_is_found_from_the_other(one: Client, other: Client) -> None:
    theirs = moved(other, "right")
    assert ("right" in Index(PEOPLE, [theirs]).candidates(one)) == ("left" in Index(PEOPLE, [one]).candidates(theirs))


@settings(max_examples=200, deadline=None)
@given(one=CLIENTS)
def test_nothing_speaks_against_a_client_met_again(one: Client) -> None:
    """A record and its exact copy differ in nothing; empty ones are not compared at all."""
    found = townspeople().compare(one, moved(one, "right"))
    for each in found.evidence if found else ():
        assert each.level not in ("different", "elsewhere", "unit", "neighbour")


@settings(max_examples=200, deadline=None)
@given(one=PIANOS)
def test_nothing_speaks_against_a_piano_met_again(one: Piano) -> None:
    found = instruments().compare(one, renamed(one, "right"))
    for each in found.evidence if found else ():
        assert each.level not in ("different", "twin", "batch")


@settings(max_examples=200, deadline=None)
@given(one=CLIENTS)
def test_a_client_without_anything_is_nobody(one: Client) -> None:
    empty = Client("right")
    assert townspeople().compare(one, empty) is None
    assert Index(PEOPLE, [one]).matches(empty) == []


@settings(max_examples=200, deadline=None)
@given(one=PIANOS)
def test_a_piano_without_anything_is_none(one: Piano) -> None:
    empty = Piano("right")
    assert instruments().compare(one, empty) is None
    assert Index(INSTRUMENTS, [one]).matches(empty) == []


@settings(max_examples=300, deadline=None)
@given(one=CLIENTS, other=CLIENTS)
def test_what_is_decided_shares_a_telephone_a_mail_or_a_door(one: Client, other: Client) -> None:
    found = townspeople().compare(one, moved(other, "right"))
    if found and found.decision is Decision.SAME:
        agreed = {each.aspect for each in found.evidence if each.level == "equal"}
        assert agreed & {"phone", "email", "address"}


@settings(max_examples=300, deadline=None)
@given(one=PIANOS, other=PIANOS)
def test_what_is_decided_shares_a_number(one: Piano, other: Piano) -> None:
    found = instruments().compare(one, renamed(other, "right"))
    if found and found.decision is Decision.SAME:
        assert one.serial
        assert other.serial
        assert one.make
        assert other.make


@settings(max_examples=200, deadline=None)
@given(one=CLIENTS, other=CLIENTS)
def test_a_sentence_is_a_sentence(one: Client, other: Client) -> None:
    found = townspeople().compare(one, moved(other, "right"))
    if found:
        assert found.sentence.endswith(".")
        assert found.sentence[0] == found.sentence[0].upper()
