"""Names found by their sound, and what a dictation writes put right."""

from __future__ import annotations

import pytest

from assistant.understanding.hearing import sound
from assistant.understanding.lexicon import house, lines, names
from assistant.understanding.words import plain
from tests.assistant.understanding.conftest import Ask

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(("written", "heard"), [
    ("Place des Arts", "plasse dé zar"), ("Place des Arts", "plasse dé zarts"), ("Vincent-d'Indy", "vinsent dindy"),
    ("Karim", "carim"), ("Orford", "or ford"), ("Simon", "cimon"),
])  # fmt: skip
def test_what_sounds_the_same_has_one_key(written: str, heard: str) -> None:
    assert sound(plain(written)) == sound(plain(heard))


@pytest.mark.parametrize(("one", "other"), [
    ("Place des Arts", "place des arbres"), ("Karim", "Carine"), ("Simon", "Simone"), ("Bruno", "brune"),
])  # fmt: skip
def test_what_sounds_otherwise_has_another_key(one: str, other: str) -> None:
    assert sound(plain(one)) != sound(plain(other))


def test_an_institution_is_found_by_its_sound_and_a_word_of_every_day_is_not(ask: Ask) -> None:
    assert ask("mes rv a plasse dé zar demain").slots["client_name"] == "Place des Arts"
    assert "client_name" not in ask("mes rv sur la place demain").slots


@pytest.mark.parametrize(("question", "start"), [
    ("mes rv deux main", "2026-03-18"), ("mes rv apres deux mains", "2026-03-19"), ("rv au jour d hui", "2026-03-17"),
])  # fmt: skip
def test_days_are_read_as_they_were_dictated(ask: Ask, question: str, start: str) -> None:
    assert ask(question).slots["date_range"]["start"] == start


def test_nothing_that_is_heard_is_a_cue_or_a_name_already() -> None:
    runs = [plain(run) for line in lines("heard.txt") for run in line.partition(":")[2].split(",")]
    assert [run for run in runs if len(run) == 1 and (run[0] in names() or run[0] in house().words)] == []
    assert len(runs) == len(set(runs))
