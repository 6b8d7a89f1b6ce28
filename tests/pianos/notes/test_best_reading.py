"""Column 12 of the report: one reading for a service, from its words and from the measurements of its day."""

from __future__ import annotations

import pytest

from pianos.notes import best_reading

MEASURED = "Piano measurement taken: 20°C, 42%"


def column(text: str, *measurements: str) -> str:
    return str(best_reading(text, measurements) or "")


@pytest.mark.parametrize(
    ("text", "measurements", "expected"),
    [
        ("Accord 440", [MEASURED], "20°C, 42%"),
        ("Accord 21C, 40%", [MEASURED], "21°, 40%"),
        ("Accord, humidité 38%", [MEASURED], "20°C, 42%"),
        ("Accord, 22°", [MEASURED], "20°C, 42%"),  # complete before partial
        ("", [MEASURED, "Piano measurement taken: 21°C, 43%"], "20°C, 42%"),
        ("Accord + Réglage", [MEASURED], "20°C, 42%"),
        ("", ["quelque chose"], ""),
        ("Accord", [], ""),
        ("Accord, humidité 38%", [], "38%"),
        ("Accord, humidité 38%", ["Piano measurement taken: 41%"], "41%"),  # measured before read
        ("", ["Mesure du piano prise : 19°C, 35%"], "19°C, 35%"),
        ("", ["Mesure du piano prise: 19°C, 35%"], "19°C, 35%"),
        ("", ["19°C, 35%"], "19°C, 35%"),
        ("", ["19C 35%"], ""),  # neither the heading nor both signs: not a measurement
        ("", ["Mesure du piano prise : -2°C, 35%"], "-2°C, 35%"),
    ],
)
def test_the_best_reading_of_a_service_and_its_day(text: str, measurements: list[str], expected: str) -> None:
    assert column(text, *measurements) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Accord 440Hz, 21C, 39%", "21°, 39%"),
        ("Température ambiante 23° Celsius, humidité relative 35%", "23°, 35%"),
        ("humidité 35% temp 21°", "21°, 35%"),
        ("humidity: 45%", "45%"),
        ("temp 23 c", "23°"),
        ("68F, 40%", "20°, 40%"),
        ("21,5°C, 40%", "21,5°, 40%"),
        ("20.5C 41%", "20,5°, 41%"),
        ("-5C, 20%", "-5°, 20%"),
        ("Remise 10% sur facture", ""),
        ("440C", ""),
    ],
)
def test_a_reading_of_a_text_is_written_as_the_report_writes_it(text: str, expected: str) -> None:
    assert column(text) == expected


def test_the_worked_example_of_the_report() -> None:
    assert column("Accord 442, 21C, 40%", "Piano measurement taken: 20°C, 41%") == "21°, 40%"
    assert column("PLS débranché, rallonge requise") == ""
    assert column("", "Mesure du piano prise : 19°C, 35%") == "19°C, 35%"
