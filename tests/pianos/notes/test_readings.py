"""Temperatures, humidities and pitches as technicians write them."""

from __future__ import annotations

import pytest

from pianos.notes import Kind, read_note


def numbers(text: str) -> tuple[float | None, float | None, float | None]:
    reading = read_note(text)
    return (
        reading.temperature.value if reading.temperature else None,
        reading.humidity.value if reading.humidity else None,
        reading.pitch.value if reading.pitch else None,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Accord 440Hz, 21C, 39%", (21, 39, 440)),
        ("Température ambiante 23° Celsius, humidité relative 35%", (23, 35, None)),
        ("température 22 degrés, humidité 41 %", (22, 41, None)),
        ("humidité 35% temp 21°", (21, 35, None)),
        ("22 C / 45%", (22, 45, None)),
        ("humidity: 45%", (None, 45, None)),
        ("temp 23 c", (23, None, None)),
        ("68F, 40%", (20, 40, None)),
        ("Temp: 20 Hum: 40", (20, 40, None)),
        ("23 degres 44%", (23, 44, None)),
        ("20 Celsius 33%", (20, 33, None)),
        ("21,5°C, 40%", (21.5, 40, None)),
        ("20.5C 41%", (20.5, 41, None)),
        ("-5C, 20%", (-5, 20, None)),
        ("Remise 10% sur facture", (None, None, None)),
        ("440C", (None, None, None)),
        ("20C, 33%", (20, 33, None)),
        ("20c,33%", (20, 33, None)),
        ("20°C 42%", (20, 42, None)),
        ("20° 33%", (20, 33, None)),
        ("20 C, 33 %", (20, 33, None)),
        ("temperature 23, humidite 35%", (23, 35, None)),
        ("RH 41 %", (None, 41, None)),
        ("42 % d’humidité", (None, 42, None)),
    ],
)
def test_the_examples_of_the_company_are_read(text: str, expected: tuple[float | None, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "pitch"),
    [
        ("440 Hz", 440),
        ("441hz", 441),
        ("Accordé à 439,5", 439.5),
        ("tuned to 439.5 Hz", 439.5),
        ("A440", 440),
        ("A=442", 442),
        ("la 440", 440),
        ("440/441 Hz", 441),
        ("monté de 436 à 440 Hz", 440),
    ],
)
def test_a_pitch_is_the_one_the_piano_was_left_at_and_never_a_temperature(text: str, pitch: float) -> None:
    assert numbers(text) == (None, None, pitch)


@pytest.mark.parametrize(
    "text",
    [
        "rabais 10 %",
        "10 % de rabais",
        "15% discount",
        "marteaux usés à 60 %",
        "garder entre 42 et 45 %",
        "humidité idéale: 42 à 45 %",
        "viser 42 %",
        "2026-01-21",
        "le 21/01/2026 à 14h30",
        "14:30",
        "514-555-0142",
        "(514) 555-0121",
        "165 $",
        "440 $",
        "local 20C",
        "corde 22 C cassée",
        "salle 440",
        "série 442118",
        "1° accord 2° réglage",
        "piano 30 cents trop bas",
        "21",
        "🎹👍",
        "",
        "   \n\t ",
        "°%°%",
        "99999999999999999999999999 C",
    ],
)
def test_what_measures_nothing_of_ours_is_left_alone(text: str) -> None:
    assert read_note(text).quantities == ()


@pytest.mark.parametrize(("text", "celsius"), [("72°F", 22.2), ("72 degrees, 40%", 22.2), ("68 F", 20), ("32F", 0)])
def test_fahrenheit_is_converted(text: str, celsius: float) -> None:
    assert numbers(text)[0] == celsius


@pytest.mark.parametrize("text", ["55°C", "-40C", "120F", "humidité 140 %", "0 % d’humidité", "520 Hz"])
def test_a_value_that_no_room_has_is_a_slip(text: str) -> None:
    assert read_note(text).quantities == ()


def test_every_number_carries_the_words_that_proved_it() -> None:
    text = "Arrivé à 9h. Temp. : 21,5 °C, humidité dans la salle 40 %. Accord 442."
    found = {one.kind: one.span for one in read_note(text).quantities}
    assert found[Kind.TEMPERATURE].words == "Temp. : 21,5 °C"
    assert found[Kind.HUMIDITY].words == "humidité dans la salle 40 %"
    assert found[Kind.PITCH].words == "442"
    assert all(text[span.start : span.end] == span.words for span in found.values())


def test_of_two_readings_the_first_complete_one_counts_and_both_are_kept() -> None:
    reading = read_note("Arrivée 19C 31%, départ 20C 33%")
    assert numbers("Arrivée 19C 31%, départ 20C 33%")[:2] == (19, 31)
    assert [one.value for one in reading.quantities] == [19, 31, 20, 33]
