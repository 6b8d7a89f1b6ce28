"""Mistyped words are put right; names, addresses and numbers are left alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.understanding.text import read
from assistant.understanding.times import find
from assistant.understanding.times.spelling import corrected

TUESDAY = datetime(2026, 3, 17, 10, 30)  # noqa: DTZ001 - the company's wall clock


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("demian", "demain"),
        ("mecredi", "mercredi"),
        ("vendrdi", "vendredi"),
        ("janvir", "janvier"),
        ("procahine", "prochaine"),
        ("semane", "semaine"),
        ("ludni", "lundi"),
        ("jeuddi", "jeudi"),
        ("ajourdhui", "aujourdhui"),
    ],
)
def test_a_mistyped_date_word_is_put_right(typed: str, word: str) -> None:
    assert corrected(typed) == word


@pytest.mark.parametrize(
    "word", ["martin", "mais", "mer", "main", "tournee", "domaine", "levrier", "jedi", "lunch", "guillot", "denier"]
)
def test_an_ordinary_word_is_never_turned_into_a_date(word: str) -> None:
    assert corrected(word) == word


@pytest.mark.parametrize(
    "typed",
    [
        "chez Avril",
        "Avril Lavoie",
        "Noël Tremblay a-t-il un piano",
        "Mme Dimanche",
        "appelle Martin",
        "le jeu du clavier",
        "au bord de la mer",
        "le 14 avenue du Parc",
        "514 555-0161",
        "H2X 1Y4",
        "numéro de série C3205512",
        "Steinway 1905",
        "pianos à 41 %",
        "accordés à 442 Hz",
        "un rv de 2 heures",
        "elle a 30 ans",
        "j'ai été chez elle",
        "le deuxième",
        "le 2e piano",
        "une fois par semaine",
        "mes prochains rv",
        "ouvert 24/7",
    ],
)
def test_what_only_looks_like_a_date_is_left_alone(typed: str) -> None:
    assert find(read(typed), TUESDAY) == []


@pytest.mark.parametrize(
    "typed", ["rv avril", "rv sam.", "rv jeu 19", "mer. am", "mars", "cet été", "client vu mercredi"]
)
def test_the_same_words_are_dates_where_a_date_is_meant(typed: str) -> None:
    assert len(find(read(typed), TUESDAY)) == 1
