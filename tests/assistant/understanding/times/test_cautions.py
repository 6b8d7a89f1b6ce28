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
        "14 rue du 24 juin",
        "boulevard du 8 mars 1917",
        "boul. du 8 mars",
        "M. Samedi",
        "rue Saint-Jean",
        "client à Saint-Jean-sur-Richelieu",
        "accord à L'Assomption",
        "rue Pâques",
        "Catherine Lavoie",
        "festival d'été",
        "école des Patriotes",
        "construit en 1911",
        "un piano des années 20",
        "facture F-2026-03",
        "commande 12/04",
        "touches 15 au 20",
        "do 5 à la 5",
        "7 1/4",
        "version 2.5.1",
        "exemple.ca/2026/03/17",
        "de 9 à 5 pianos",
        "de 8 à 10 pianos par jour",
        "1 h 30 de travail",
        "un trou de 2 h 30",
        "2,5 h",
        "prévoir 1h30",
        "le 1er piano",
        "le 88",
        "le port MIDI",
        "la relâche des étouffoirs",
        "bonne fin de semaine",
        "joyeux Noël",
    ],
)
def test_what_only_looks_like_a_date_is_left_alone(typed: str) -> None:
    assert find(read(typed), TUESDAY) == []


@pytest.mark.parametrize(
    "typed",
    [
        *("rv avril", "rv sam.", "rv jeu 19", "mer. am", "mars", "cet été", "client vu mercredi"),
        *("rv à la Saint-Jean", "facture du 12/04", "note du 3 mars", "école Saint-Jean le 14 avril", "vu en 2024"),
        *(
            "un trou de 2 h demain",
            "M. Samedi demain",
            "vacances 15 au 20",
            "rue Saint-Jean à 14 h",
            "rue du 8 mai à 9 h",
        ),
    ],
)
def test_the_same_words_are_dates_where_a_date_is_meant(typed: str) -> None:
    assert len(find(read(typed), TUESDAY)) == 1


def test_two_hours_of_one_day_are_both_on_it() -> None:
    found = find(read("demain à 9 h ou 10 h"), TUESDAY)
    assert [when.start for when in found] == [datetime(2026, 3, 18, 9), datetime(2026, 3, 18, 10)]  # noqa: DTZ001


def test_two_short_weekdays_are_no_other_words() -> None:
    assert len(find(read("ouvert sam et dim"), TUESDAY)) == 2


def test_the_minutes_of_an_hour_are_not_a_count() -> None:
    assert [when.time for when in find(read("à 15 h 5 pianos"), TUESDAY)] == ["15:00"]
