"""Telephones, e-mails, addresses, numbers and words, each read as people write it."""

from __future__ import annotations

import pytest

from syncing.matching.model import Census
from syncing.matching.names import company, people
from syncing.matching.places import LEVELS, agreement, place
from syncing.matching.reaching import Emails, Phones, email, phone
from syncing.matching.serials import serial, serials_agree
from syncing.matching.spelling import slip, sound, words


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("(450) 555-0101", "450 555-0101"),
        ("514.555.0102", "514 555-0102"),
        ("+1 514 555 0102 poste 3", "514 555-0102, poste\u00a03"),
        ("1-514-555-0102 x12", "514 555-0102, poste\u00a012"),
        ("555-0102", "555-0102"),
    ],
)
def test_a_telephone_is_read_and_shown_one_way(text: str, read: str) -> None:
    assert str(phone(text)) == read


@pytest.mark.parametrize("text", ["", "000-0000", "999 999-9999", "12345", "à venir", "555 0102 et 555 0103"])
def test_what_is_no_telephone_is_none(text: str) -> None:
    assert phone(text) is None


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("514 555-0102", "555-0102", "equal"),
        ("514 555-0102", "514 555-0102 poste 3", "line"),
        ("514 555-0102 poste 4", "514 555-0102 poste 3", "desk"),
        ("514 555-0102", "514 555-0120", "close"),
        ("514 555-0102", "438 555-9999", "different"),
    ],
)
def test_two_telephones_agree_by_degrees(one: str, other: str, level: str) -> None:
    mine, theirs = phone(one), phone(other)
    assert mine
    assert theirs
    assert [found.level for found in Phones().compare((mine,), (theirs,), Census())] == [level]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Marie.Roy@poste.example ", "marie.roy@poste.example", "equal"),
        ("marie.roy@poste.example", "marie.royy@poste.example", "close"),
        ("marie.roy@poste.example", "marie.roy@potse.example", "close"),
        ("marie.roy@poste.example", "marieroy@poste.example", "different"),
        ("marie1@poste.example", "marie2@poste.example", "different"),
        ("nroy@poste.example", "jroy@poste.example", "different"),
    ],
)
def test_two_addresses_agree_by_degrees(one: str, other: str, level: str) -> None:
    mine, theirs = email(one), email(other)
    assert mine
    assert theirs
    assert [found.level for found in Emails().compare((mine,), (theirs,), Census())] == [level]


def test_what_is_no_address_is_none() -> None:
    assert [email(text) for text in ("", "marie", "marie@", "aucun courriel", "a b@c.d")] == [None] * 5


MIRAGE = ("22 ch. du Mirage", "App. 4", "Montréal", "h0h0h1")


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (("22, chemin du Mirage", "#4", "MONTREAL", "H0H 0H1"), "equal"),
        (("4-22 du Mirage", "", "Montréal", ""), "equal"),
        (("22 chemin Mirage app. 4", "", "", "H0H"), "equal"),
        (("22 chemin du Mirrage", "4", "Montréal", "H0H 9Z9"), "equal"),
        (("22 chemin du Mirage", "", "Montréal", "H0H 0H1"), "building"),
        (("22 chemin du Mirage", "app. 5", "Montréal", "H0H 0H1"), "unit"),
        (("24 chemin du Mirage", "", "Montréal", "H0H 0H1"), "street"),
        (("22 chemin du Mirage", "app. 4", "Laval", "H7N 1A1"), "different"),
        (("22 rue des Érables", "app. 4", "Montréal", "H0H 0H1"), "different"),
        (("", "", "Montréal", "H0H 0H1"), "postal"),
        (("", "", "Montréal", ""), "town"),
        (("", "", "Laval", ""), "elsewhere"),
    ],
)
def test_two_places_agree_by_degrees(other: tuple[str, str, str, str], level: str) -> None:
    mine, theirs = place(*MIRAGE), place(*other)
    assert mine
    assert theirs
    assert LEVELS[agreement(mine, theirs)] == level
    assert LEVELS[agreement(theirs, mine)] == level


def test_east_is_not_west() -> None:
    east, west = place("1200 rue Sherbrooke E.", "", "Montréal"), place("1200, Sherbrooke Ouest", "", "Montréal")
    assert east
    assert west
    assert LEVELS[agreement(east, west)] == "different"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("123 Main St E", "123 Main Street East"),
        ("123 St. Catherine Street W", "123 rue Sainte-Catherine Ouest"),
        ("100 l'Église", "100, rue de l'Église"),
        ("100 A rue Principale", "100A Principale"),
        ("12 8e Avenue", "12, 8e av."),
    ],
)
def test_one_street_is_written_many_ways(one: str, other: str) -> None:
    mine, theirs = place(one, "", "Montréal"), place(other, "", "Montreal")
    assert mine
    assert theirs
    assert (mine.door, mine.side) == (theirs.door, theirs.side)


def test_an_address_without_anything_is_none() -> None:
    assert place("", "", "", "") is None
    assert place("  ", "app. 4", "", "pas de code") is None


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("J200112", " j 200 112", "equal"),
        ("20913", "20913", "few"),
        ("J2OO112", "200I12", "alike"),
        ("0041250", "41250", "alike"),
        ("A200112", "B200112", "close"),
        ("300759", "300760", "twin"),
        ("300759", "300771", "batch"),
        ("5000001", "500001", "zeros"),
        ("302759", "320759", "swapped"),
        ("302759", "302359", "close"),
        ("302759", "90364", "different"),
        ("12", "12", "short"),
    ],
)
def test_two_numbers_agree_by_degrees(one: str, other: str, level: str) -> None:
    mine, theirs = serial(one), serial(other)
    assert mine
    assert theirs
    assert serials_agree(mine, theirs) == level
    assert serials_agree(theirs, mine) == level


@pytest.mark.parametrize("text", ["", "?", "Parloir", "inconnu", "000"])
def test_what_has_no_digit_is_no_number(text: str) -> None:
    assert serial(text) is None


def test_words_are_folded_and_saints_written_one_way() -> None:
    assert words("Ste-Thérèse d’Amours") == ("saint", "therese", "damours")
    assert words("ST. LAURENT") == words("Saint-Laurent")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gauthier", "gautier"),
        ("lefebvre", "lefevre"),
        ("thibault", "thibeau"),
        ("quesnel", "kesnel"),
        ("hebert", "ebert"),
    ],
)
def test_names_said_alike_share_a_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("roy", "ray"), ("tremblay", "bremblay"), ("gagne", "gagnon")])
def test_another_name_is_no_slip(one: str, other: str) -> None:
    assert not slip(one, other)


def test_people_of_one_record_are_told_apart() -> None:
    couple = people("Marie et Marc", "D’Amours", "")
    assert [(one.given, one.family) for one in couple] == [(("marie",), ("damours",)), (("marc",), ("damours",))]
    assert people("", "", "") == ()
    (father,) = people("Jean P.", "Roy", "Sr.")
    assert (father.given, father.generation) == (("jean",), "senior")


def test_small_words_make_no_house() -> None:
    one, other = company("Coopérative de l’Érable inc."), company("cooperative Erable")
    assert one
    assert other
    assert one.key == other.key
    assert company("de la") is None
