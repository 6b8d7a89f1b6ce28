"""Problems and resolutions in a note, and how the note leaves each of them."""

from __future__ import annotations

import pytest

from pianos.notes import DEFAULT, Keyword, Polarity, read_note


def left(text: str) -> dict[str, bool]:
    """Whether each type that was wrong is still open."""
    return {one.type: one.is_open for one in read_note(text).outcomes if one.problem}


def closed(text: str) -> set[str]:
    return {one.type for one in read_note(text).outcomes if not one.is_open}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PLS débranché", {"alimentation": True}),
        ("PLS débranché, rebranché avant de partir", {"alimentation": False}),
        ("Cover removed, put back", {"housse": False}),
        ("Housse enlevée et PLS débranché", {"housse": True, "alimentation": True}),
        ("Housse enlevée; rebranché", {"housse": True}),
        ("Réservoir vide; réservoir rempli", {"reservoir": False}),
        ("humidité trop basse", {"environnement": True}),
        ("Température: 20°, humidité: 35%", {}),
        ("Chauffage au maximum", {}),  # heating words alone are no problem
        ("trop froid", {}),
        ("besoin rallonge", {}),
        ("Humidité 28%", {}),
        ("Accord 440Hz, 21C, 39%", {}),
        ("Housse enlevée, 20°C, 28%", {"housse": True}),
        ("Housse enlevée, 21C, 28%", {"housse": True}),  # a reading in the note hides nothing
        ("Housse replacée", {}),
        ("Rebranché le PLS", {}),
        ("PLS débranché, rallonge requise", {"alimentation": True}),
    ],
)
def test_the_examples_of_the_company_are_understood(text: str, expected: dict[str, bool]) -> None:
    assert left(text) == expected


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("chauffage réparé, humidité normale", {"environnement"}),
        ("Housse replacée", {"housse"}),
        ("Rebranché le PLS", {"alimentation"}),
        ("n’est plus débranché", {"alimentation"}),
        ("Réservoir vide, rempli", {"reservoir"}),
    ],
)
def test_what_is_put_right_closes_its_own_type_only(text: str, types: set[str]) -> None:
    assert closed(text) == types
    assert read_note(text).open_problems == ()


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("pas de housse", "housse"),
        ("Chauffage à réparer", "environnement"),
        ("PLS débranché, pas encore réglé", "alimentation"),
        ("PLS pas encore rebranché", "alimentation"),
        ("Rebranché lundi, de nouveau débranché aujourd’hui", "alimentation"),
        ("The tank needs to be refilled", "reservoir"),
        ("Please put back the cover, cover missing", "housse"),
    ],
)
def test_what_is_denied_or_remains_to_be_done_is_open(text: str, type_: str) -> None:
    assert [one.type for one in read_note(text).open_problems] == [type_]


@pytest.mark.parametrize(
    "text",
    [
        "Ne pas débrancher le PLS",
        "Si le PLS est débranché, appeler la régie",
        "Vérifier que le réservoir n’est pas vide",
        "Lampe débranchée pour accorder",
        "Pédale à réparer",
        "Remise 10 % sur la facture",
        "Couvercle remis, banc installé",
        "🎹🎶",
        "",
    ],
)
def test_a_wish_a_doubt_or_another_thing_is_no_finding(text: str) -> None:
    assert read_note(text).findings == ()


def test_every_finding_carries_its_exact_words() -> None:
    text = "Accord 440.\nLa housse n’a pas été remise ; le réservoir du PLS est presque vide !"
    found = read_note(text).findings
    assert [(one.type, one.span.words) for one in found] == [
        ("housse", "housse n’a pas été remise"),
        ("reservoir", "réservoir du PLS est presque vide"),
    ]
    assert all(text[one.span.start : one.span.end] == one.span.words for one in found)


def test_letters_composed_in_two_characters_are_read_and_shown_as_written() -> None:
    text = "PLS de\u0301branche\u0301"
    assert [one.span.words for one in read_note(text).findings] == [text]


def test_the_office_adds_a_phrase_of_its_own() -> None:
    lexicon = DEFAULT.with_keywords([Keyword("alimentation", "besoin d’une rallonge")])
    found = read_note("Besoin d'une rallonge au local 12", lexicon=lexicon).findings
    assert [(one.type, one.polarity, one.span.words) for one in found] == [
        ("alimentation", Polarity.PROBLEM, "Besoin d'une rallonge")
    ]
    assert read_note("Besoin d'une rallonge au local 12").findings == ()


def test_the_office_keeps_some_types_only() -> None:
    lexicon = DEFAULT.with_keywords([], types=["housse"])
    assert {one.type for one in read_note("Housse enlevée et PLS débranché", lexicon=lexicon).findings} == {"housse"}
    assert "alimentation" in DEFAULT.types
