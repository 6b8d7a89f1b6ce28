"""Instruments, their history, what was measured on them, and what their notes ask for."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.understanding.results import Outcome
from syncing.french import NBSP
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import at, client, entry, measure, piano, visit

pytestmark = pytest.mark.django_db


def test_a_piano_is_found_by_each_of_its_traits(ask: Ask) -> None:
    laval = client("1", "Anne Roy", town="Laval", code="H7N 1A1")
    home = client("2", "Luc Gagnon")
    piano("a", laval, "Yamaha", "C3", type="GRAND", year=1975, serial_number="H-12 345")
    piano("b", home, "Heintzman", "", serial_number="777", notes="Table fissurée", needs_repair_or_rebuilding=True)
    piano("c", home, "Yamaha", "U3", dampp_chaser_installed=True, serial_number="")

    def keys(**slots: object) -> list[str]:
        return [item.id[-1] for item in ask("simon", "piano_search", **slots).items]

    assert sorted(keys(piano_make="Yamaha")) == ["a", "c"]
    assert keys(piano_make="Yamaha", piano_model="C3") == ["a"]
    assert keys(piano_make="Yamaha", city="laval") == ["a"]
    assert keys(piano_type="grand") == ["a"]
    assert keys(piano_type="à queue") == ["a"]
    assert keys(year_lt=1980) == ["a"]
    assert keys(serial="h12345") == ["a"]
    assert keys(serial="12-345") == ["a"]
    assert keys(condition="à réparer") == ["b"]
    assert keys(condition="fissuré") == ["b"]
    assert keys(keyword="PLS") == ["c"]
    assert keys(missing=["serial"], piano_make="Yamaha") == ["c"]
    assert keys(piano_make="Yamaha", exclude={"city": "Laval"}) == ["c"]
    assert keys(client_name="gagnon", piano_make="Yamaha") == ["c"]
    assert keys(piano_make="Bösendorfer") == []


def test_a_make_is_not_found_in_a_room_or_a_serial_number(ask: Ask) -> None:
    piano("1", client("1", "Anne Roy"), "Kawai", location="salle Yamaha")
    assert ask("simon", "piano_search", piano_make="Yamaha").total == 0


def test_a_piano_search_without_a_filter_asks_what_is_looked_for(ask: Ask) -> None:
    piano("1", client("1", "Anne Roy"))
    assert ask("simon", "piano_search").outcome is Outcome.CLARIFY


def test_a_history_is_grouped_by_piano_with_day_and_technician(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    upright, grand = piano("up", home), piano("gr", home, "Steinway & Sons", "B")
    entry("1", home, upright, at(2, 9), "Accord 440 Hz.", who="maude")
    entry("2", home, grand, at(1, 9), "Harmonisation.")
    entry("3", None, upright, at(2, 9, month=2), "Pédale graissée.")
    entry("future", home, upright, at(25, 9), "Pas encore arrivé.")
    entry("mail", home, upright, at(3, 9), "Rappel envoyé", entry_type="CONTACT_EMAIL_MANUAL")
    found = ask("simon", "client_history", client_name="roy")
    assert [item.id for item in found.items] == ["tme_1", "tme_3", "tme_2"]
    assert found.total == 3
    assert "Par Maude Pilote" in lines(found)
    assert f"La dernière : lundi 2{NBSP}mars 2026, par Maude Pilote." in str(found.text)


def test_a_history_is_narrowed_by_year_word_and_technician(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    upright = piano("up", home)
    entry("1", home, upright, at(2, 9), "Accord 440 Hz.", who="maude")
    entry("2", home, upright, at(2, 9, year=2025), "Corde remplacée.")
    year = days("2025-01-01", "2025-12-31")
    assert [item.id for item in ask("simon", "client_history", client_name="roy", date_range=year).items] == ["tme_2"]
    assert [item.id for item in ask("simon", "client_history", client_name="roy", keyword="corde").items] == ["tme_2"]
    by_maude = ask("simon", "client_history", client_name="roy", technician="Maude Pilote")
    assert [item.id for item in by_maude.items] == ["tme_1"]


def test_the_whole_history_opens_mails_to_the_office_only(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    entry("mail", home, None, at(3, 9), "Rappel envoyé", entry_type="CONTACT_EMAIL_MANUAL")
    assert ask("odile", "client_history", client_name="roy", full=True).total == 1
    assert ask("simon", "client_history", client_name="roy", full=True).total == 0


def test_the_history_of_a_piano_needs_one_piano(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    upright = piano("up", home)
    piano("gr", home, "Steinway & Sons", "B")
    entry("1", home, upright, at(2, 9), "Accord.")
    assert ask("simon", "piano_history", serial="Sup").total == 1
    assert ask("simon", "piano_history", client_name="roy").outcome is Outcome.CLARIFY
    assert ask("simon", "piano_history", client_name="roy", piano_make="Yamaha").total == 1
    assert ask("simon", "piano_history", serial="999999").outcome is Outcome.NO_MATCH


def test_a_fault_recurs_when_it_was_written_on_two_days(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    upright = piano("up", home)
    entry("1", home, upright, at(2, 9), "Pédale qui grince.")
    entry("2", home, upright, at(2, 9, year=2025), "La pédale grince encore.")
    entry("3", home, upright, at(2, 9, year=2024), "Touche collée.")
    found = ask("simon", "recurring_issues", client_name="roy")
    assert [item.id for item in found.items] == ["tme_1", "tme_2"]


def test_measurements_are_judged_compared_and_averaged(ask: Ask) -> None:
    upright = piano("up", client("1", "Anne Roy"))
    for key, (day, humidity) in {
        "a": (date(2026, 3, 1), 30),
        "b": (date(2026, 2, 1), 41),
        "c": (date(2025, 7, 1), 60),
    }.items():
        measure(key, upright, day, humidity, a4_pitch=44150 if key == "a" else None)
    found = ask("simon", "measurements", client_name="roy")
    assert [item.id for item in found.items] == ["mea_a", "mea_b", "mea_c"]
    assert f"La plus récente : 30{NBSP}%, 21{NBSP}°C, 441,5{NBSP}Hz (sec), dimanche 1er{NBSP}mars 2026." in str(
        found.text
    )
    assert f"Moyenne des dernières : 43,7{NBSP}%." in str(found.text)
    dry = ask("simon", "measurements", measure="humidity", op="<", value=35)
    assert [item.id for item in dry.items] == ["mea_a"]
    pitch = ask("simon", "measurements", measure="pitch", op=">", value=441)
    assert [item.id for item in pitch.items] == ["mea_a"]
    mean = ask("simon", "measurements", client_name="roy", measure="humidity", aggregate="avg")
    assert f"Moyenne : 43,7{NBSP}%" in str(mean.text)
    year = ask("simon", "measurements", client_name="roy", date_range=days("2025-01-01", "2025-12-31"))
    assert [item.id for item in year.items] == ["mea_c"]


def test_a_piano_is_watched_by_its_last_measurement_only(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    for key, last in {"dry": 28, "humid": 61, "well": 42, "edge": 35}.items():
        upright = piano(key, home)
        measure(f"{key}1", upright, date(2026, 3, 1), last)
        measure(f"{key}0", upright, date(2026, 1, 1), 20)
    found = ask("simon", "humidity_alerts")
    assert {item.id for item in found.items} == {"mea_dry1", "mea_humid1"}
    assert found.notes


@pytest.mark.parametrize(
    ("note", "wishes"),
    [
        ("Apporter une rallonge.", ["Apporter une rallonge."]),
        ("Accord fait. Prévoir un tendeur ; cliente contente.", ["Prévoir un tendeur ;"]),
        ("Ne pas apporter le PLS.", []),
        ("Pas besoin de rallonge.", []),
        ("Accord 440 Hz\nMerci et bonne journée", []),
        ("rabais de 15%", []),
    ],
)
def test_what_to_bring_is_quoted_from_what_asks_for_it(ask: Ask, note: str, wishes: list[str]) -> None:
    home = client("1", "Anne Roy")
    upright = piano("up", home)
    visit("1", "simon", at(24, 9), home, upright)
    entry("1", home, upright, at(2, 9), note, who="maude")
    found = ask("simon", "parts_needed", date_range=days("24"))
    told = [
        fact.text for item in found.items for line in item.lines[1:] for fact in line.facts if fact.field == "comment"
    ]
    assert told == wishes


def test_a_thing_asked_for_twice_is_told_once_with_its_newest_day(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    upright, grand = piano("up", home), piano("gr", home)
    visit("1", "simon", at(24, 9), home, upright, notes="Apporter un banc.")
    entry("1", home, upright, at(2, 9), "Apporter une rallonge.", who="maude")
    entry("2", home, upright, at(2, 9, month=1), "apporter une RALLONGE")
    entry("3", home, grand, at(2, 9), "Apporter des feutres.")
    (item,) = ask("simon", "parts_needed", date_range=days("24")).items
    assert [str(line) for line in item.lines[1:]] == [
        f"Notes du rendez-vous : «{NBSP}Apporter un banc.{NBSP}»",
        f"lundi 2{NBSP}mars 2026, Maude Pilote : «{NBSP}Apporter une rallonge.{NBSP}»",
    ]
