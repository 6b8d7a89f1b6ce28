"""The rows of the report, from the tables of facts: twelve columns, tabs, pairing, copies, readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from pianos.report.copies import without_copies
from pianos.report.entries import Entry
from pianos.report.keywords import mentions_alert
from pianos.report.producing import reading
from pianos.report.rows import ALERTS, HEADER, Composed, compose

TABS = ("UQAM", "Vincent", "Place des Arts")
SERVICE, MEASUREMENT = "SERVICE_ENTRY_MANUAL", "PIANO_MEASUREMENT"


def made(**told: Any) -> Entry:
    usual = {"kind": SERVICE, "tab": "Vincent", "piano": "pno_1", "at": datetime(2026, 1, 19, 16, tzinfo=UTC)}
    return Entry(**{**usual, **told})


def composed(*entries: Entry, tabs: Sequence[str] = TABS) -> Composed:
    return compose(entries, tabs, reading)


def lines(found: Composed, tab: str) -> list[str]:
    return ["|".join(row.cells) for row in found.tabs[tab]]


def test_the_columns_are_those_of_the_seed_in_its_order() -> None:
    assert HEADER == (
        "DateEvenement", "TypeEvenement", "Description", "NomClient", "Marque", "Modele", "NumeroSerie", "TypePiano",
        "Annee", "Local", "Technicien", "MesureHumidite",
    )  # fmt: skip


STEINWAY: dict[str, Any] = {
    "piano": "pno_1", "make": "Steinway", "model": "D", "serial_number": "0590", "type": "GRAND", "year": 2012,
    "location": "Salle A", "client": "Place des Arts", "tab": "Place des Arts", "technician": "P2 N2",
}  # fmt: skip
WORKED_EXAMPLE = (
    Entry(id="tme_1", kind=SERVICE, at=datetime(2026, 1, 19, 20, 30, tzinfo=UTC), title="Accord 442, 21C, 40%",
          **STEINWAY),
    Entry(id="tme_2", kind=MEASUREMENT, at=datetime(2026, 1, 19, 21, 0, tzinfo=UTC),
          title="Piano measurement taken: 20°C, 41%", **STEINWAY),
    Entry(id="tme_3", kind=SERVICE, at=datetime(2026, 1, 20, 2, 10, tzinfo=UTC), piano="pno_2", make="Yamaha",
          model="U1", type="UPRIGHT", location="B-12", client="École de musique Vincent-d'Indy", tab="Vincent",
          technician="P3 N3", title="PLS débranché, rallonge requise"),
    Entry(id="tme_4", kind=MEASUREMENT, at=datetime(2026, 1, 18, 15, 0, tzinfo=UTC), piano="pno_3", make="Kawai",
          client="Centre Pierre-Péladeau/UQAM", tab="UQAM", title="Mesure du piano prise : 19°C, 35%"),
    Entry(id="tle_9", kind=SERVICE, at=datetime(2026, 1, 19, 20, 30, tzinfo=UTC), title="Accord 442, 21C, 40%",
          **STEINWAY),
    Entry(id="tme_6", kind=SERVICE, at=datetime(2026, 1, 19, 18, 0, tzinfo=UTC), piano="pno_9",
          client="Client privé C", tab="", technician="P3 N3", title="débranché"),
    Entry(id="tme_7", kind="APPOINTMENT", at=datetime(2026, 1, 19, 18, 0, tzinfo=UTC),
          client="Centre Pierre-Péladeau/UQAM", tab="UQAM", technician="P3 N3", title="visite"),
)  # fmt: skip


def test_the_worked_example_gives_exactly_these_rows() -> None:
    found = composed(*WORKED_EXAMPLE)
    vincent = (
        "2026-01-19|Service|PLS débranché, rallonge requise|École de musique Vincent-d'Indy|Yamaha|U1||UPRIGHT||B-12|"
        "P3 N3|"
    )
    assert {tab: lines(found, tab) for tab in found.tabs} == {
        "UQAM": ["2026-01-18|Mesure||Centre Pierre-Péladeau/UQAM|Kawai|||||||19°C, 35%"],
        "Vincent": [vincent],
        "Place des Arts": [
            "2026-01-19|Service|Accord 442, 21C, 40%|Place des Arts|Steinway|D|0590|GRAND|2012|Salle A|P2 N2|21°, 40%"
        ],
        ALERTS: [vincent],
    }
    assert list(found.tabs) == [*TABS, ALERTS]
    assert found.left_out.copies == (("tle_9", "tme_1"),)
    assert found.left_out.joined == ("tme_2",)
    assert found.left_out.private == ("tme_6",)


@pytest.mark.parametrize(
    ("services", "measurements", "expected"),
    [
        (["Accord 440"], ["Piano measurement taken: 20°C, 42%"], [("Service", "20°C, 42%")]),
        (["Accord 21C, 40%"], ["Piano measurement taken: 20°C, 42%"], [("Service", "21°, 40%")]),
        (["Accord, humidité 38%"], ["Piano measurement taken: 20°C, 42%"], [("Service", "20°C, 42%")]),
        # A lone temperature was taken for complete: the measured pair is the better one.
        (["Accord, 22°"], ["Piano measurement taken: 20°C, 42%"], [("Service", "20°C, 42%")]),
        ([], ["20°C, 42%", "21°C, 43%"], [("Mesure", "20°C, 42%")]),
        (["Réglage", "Accord"], ["20°C, 42%"], [("Service", "20°C, 42%"), ("Service", "20°C, 42%")]),
        ([], ["quelque chose"], [("Mesure", "")]),
        (["Accord"], [], [("Service", "")]),
    ],
)
def test_a_day_of_a_piano_is_told_as_the_table_says(
    services: list[str], measurements: list[str], expected: list[tuple[str, str]]
) -> None:
    told = [(SERVICE, text) for text in services] + [(MEASUREMENT, text) for text in measurements]
    entries = [
        made(id=f"tme_{number}", kind=kind, title=text, at=datetime(2026, 1, 19, 14 + number, tzinfo=UTC))
        for number, (kind, text) in enumerate(told)
    ]
    rows = composed(*entries).tabs["Vincent"]
    assert [(row.cells[1], row.cells[11]) for row in rows] == expected


def test_a_note_of_the_evening_and_a_measurement_of_the_afternoon_are_of_one_day() -> None:
    rows = composed(
        made(id="tme_1", title="Accord", at=datetime(2026, 1, 20, 2, 0, tzinfo=UTC)),
        made(id="tme_2", kind=MEASUREMENT, title="20°C, 42%", at=datetime(2026, 1, 19, 16, 0, tzinfo=UTC)),
    ).tabs["Vincent"]
    assert [(row.day, row.cells[11]) for row in rows] == [("2026-01-19", "20°C, 42%")]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 20, 4, 0, tzinfo=UTC), "2026-01-19"),  # 23:00 in winter
        (datetime(2026, 7, 2, 3, 0, tzinfo=UTC), "2026-07-01"),  # 23:00 in summer
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "2026-03-08"),  # a minute before the clocks go forward
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), "2026-03-08"),  # 23:59 of that day, an hour shorter
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "2026-11-01"),  # 1:30, the first time
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), "2026-11-01"),  # 23:59 of that day, an hour longer
    ],
)
def test_a_date_is_the_day_in_montreal(instant: datetime, day: str) -> None:
    [row] = composed(made(id="tme_1", title="Accord", at=instant)).tabs["Vincent"]
    assert row.day == day


def test_a_service_without_piano_or_date_keeps_its_own_reading_and_takes_no_other() -> None:
    rows = composed(
        made(id="tme_1", title="Accord 21C, 40%", piano=""),
        made(id="tme_2", title="Accord 22C, 41%", at=None),
        made(id="tme_3", kind=MEASUREMENT, title="20°C, 42%", piano=""),
        made(id="tme_4", kind=MEASUREMENT, title="20°C, 43%", at=None),
    ).tabs["Vincent"]
    assert sorted((row.day, row.cells[1], row.cells[11]) for row in rows) == [
        ("", "Mesure", "20°C, 43%"),
        ("", "Service", "22°, 41%"),
        ("2026-01-19", "Mesure", "20°C, 42%"),
        ("2026-01-19", "Service", "21°, 40%"),
    ]


@pytest.mark.parametrize(
    ("tab", "text", "expected"),
    [
        ("Vincent", "PLS débranché", ["Vincent", ALERTS]),
        ("Orford", "Rebranché le système", ["Orford", ALERTS]),
        ("Place des Arts", "Housse replacée", ["Place des Arts"]),
        ("UQAM", "sans housse", ["UQAM", ALERTS]),
        ("", "débranché", []),
        ("", "Accord", []),  # a private client named Vincent: the institution tells the tab, never a text
        ("", "piano prêté à la Place des Arts, trop sec", []),
    ],
)
def test_the_tabs_of_an_entry_are_those_of_its_institution(tab: str, text: str, expected: list[str]) -> None:
    found = composed(made(id="tme_1", tab=tab, title=text), tabs=(*TABS, "Orford"))
    assert [name for name, rows in found.tabs.items() if rows] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HOUSSE ENLEVÉE au 3e", True),
        ("Dampp-Chaser débranché", True),
        ("dampp chaser ne fonctionne pas", True),
        ("systeme debranche", True),
        ("réservoir à remplir", True),
        ("tank empty", True),
        ("fenetre ouverte", True),
        ("Humidité très basse", True),
        ("trop  sec", True),
        ("temp 21, humidité 41 %", False),
        ("Accord", False),
        ("", False),
    ],
)
def test_the_log_of_alerts_takes_these_words(text: str, expected: bool) -> None:
    assert mentions_alert(text) is expected


def test_the_body_of_a_note_is_read_for_alerts_even_under_a_title() -> None:
    found = composed(made(id="tme_1", title="Accord", text="Système débranché à mon arrivée"))
    assert [row.cells[2] for row in found.tabs[ALERTS]] == ["Accord"]


def test_two_pianos_tuned_the_same_day_with_the_same_words_are_two_rows() -> None:
    found = composed(made(id="tme_1", title="Accord 440"), made(id="tme_2", title="Accord 440", piano="pno_2"))
    assert len(found.tabs["Vincent"]) == 2


def kept(*entries: Entry) -> list[tuple[str, ...]]:
    return [entry.ids for entry in without_copies(entries)[0]]


def test_a_copy_of_an_old_import_is_known_by_its_piano_day_words_and_technician() -> None:
    original = made(id="tme_7", title="Accord", technician="P2 N2")
    assert kept(made(id="tle_9", title="Accord", technician="P2 N2"), original) == [("tme_7", "tle_9")]
    assert kept(made(id="tle_9", title=" Accord "), original) == [("tme_7", "tle_9")]
    assert kept(made(id="tle_9", title="Accord", piano=""), original) == [("tme_7", "tle_9")]
    for different in (
        made(id="tle_9", title="Accord", piano="pno_2"),
        made(id="tle_9", title="Accord", technician="P3 N3"),
        made(id="tle_9", title="Accord 442"),
        made(id="tle_9", title="Accord", kind=MEASUREMENT),
        made(id="tle_9", title="Accord", at=datetime(2026, 1, 18, 16, tzinfo=UTC)),
        made(id="tle_9", title="Accord", piano="", client="Autre école"),
    ):
        assert len(kept(different, original)) == 2, different


def test_one_copy_is_taken_for_one_original() -> None:
    """Two pianos, three copies: two without a piano, one of the first; nothing is taken twice."""
    found = kept(
        made(id="tle_1", title="Accord", piano=""),
        made(id="tle_2", title="Accord"),
        made(id="tle_3", title="Accord", piano=""),
        made(id="tme_1", title="Accord"),
        made(id="tme_2", title="Accord", piano="pno_2"),
    )
    assert found == [("tle_3",), ("tme_1", "tle_2"), ("tme_2", "tle_1")]


def test_an_entry_alone_under_an_invented_id_is_a_row() -> None:
    assert len(composed(made(id="tle_1", title="Accord")).tabs["Vincent"]) == 1


def test_rows_are_sorted_by_day_newest_first_and_undated_last() -> None:
    days = [(3, "tme_1"), (19, "tme_2"), (7, "tme_3")]
    entries = [made(id=pk, title=pk, at=datetime(2026, 1, day, 16, tzinfo=UTC)) for day, pk in days]
    rows = composed(made(id="tme_0", title="tme_0", at=None), *entries).tabs["Vincent"]
    assert [row.cells[2] for row in rows] == ["tme_2", "tme_3", "tme_1", "tme_0"]


def test_what_is_unknown_is_empty_and_a_client_without_a_name_is_said_unknown() -> None:
    [row] = composed(made(id="tme_1", piano="", at=None, year=0)).tabs["Vincent"]
    assert row.cells == ("", "Service", "", "Inconnu", *[""] * 8)


def test_without_any_entry_every_tab_is_there() -> None:
    assert composed().tabs == {"UQAM": [], "Vincent": [], "Place des Arts": [], ALERTS: []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Accord 440Hz, 21C, 39%", "21°, 39%"),
        ("Température ambiante 23° Celsius, humidité relative 35%", "23°, 35%"),
        ("température 22 degrés, humidité 41 %", "22°, 41%"),
        ("humidité 35% temp 21°", "21°, 35%"),
        ("22 C / 45%", "22°, 45%"),
        ("humidity: 45%", "45%"),
        ("temp 23 c", "23°"),
        ("68F, 40%", "20°, 40%"),
        ("23 degres 44%", "23°, 44%"),
        ("20 Celsius 33%", "20°, 33%"),
        ("21,5°C, 40%", "21,5°, 40%"),
        ("20.5C 41%", "20,5°, 41%"),
        ("-5C, 20%", "-5°, 20%"),
        ("Remise 10% sur facture", ""),
        ("440C", ""),
        ("😀🎹🎶", ""),
    ],
)
def test_a_reading_in_the_text_of_a_service_fills_the_last_column(text: str, expected: str) -> None:
    [row] = composed(made(id="tme_1", title=text)).tabs["Vincent"]
    assert row.cells[11] == expected
