"""Variations keep what the expected values repeat, and are the same for the same seed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest

from tests.assistant.questions import vary
from tests.assistant.questions.vary import Protected, Row

FREE = Protected(frozenset(), frozenset())
KNOWN: list[Row] = [
    json.loads(line) for line in (Path(__file__).parent / "known.jsonl").read_text(encoding="utf-8").splitlines()
]
NAMES = frozenset({"simon", "jeanmarc", "karim", "maude", "bruno", "odile", "haddad", "doiron", "pilote"})


def folded_words(text: str) -> list[str]:
    return [vary.fold(word) for word in re.findall(r"[^\W_]+", text)]


@pytest.mark.parametrize("seed", range(20))
def test_words_that_the_slots_repeat_stay_letter_for_letter(seed: int) -> None:
    for row in KNOWN:
        asked = vary.vary(row, seed, NAMES)["q"]
        for word in re.findall(r"[^\W_]+", row["q"]):
            if vary.fold(word) in vary.protected(row).as_typed:
                assert word in asked, (row["q"], asked)


@pytest.mark.parametrize("seed", range(20))
def test_no_slip_falls_in_a_name_or_a_number(seed: int) -> None:
    for row in KNOWN:
        safe = vary.protected(row, NAMES)
        asked = folded_words(vary.slip(row["q"], safe, Random(seed)))
        for word in folded_words(row["q"]):
            if word in safe.names or not word.isalpha() or len(word) < 6:
                assert word in asked, row["q"]


def test_the_same_seed_says_the_same_and_other_seeds_something_else() -> None:
    row: Row = {"id": "one", "q": "mes rendez-vous de la semaine prochaine", "intent": "my_appointments", "slots": {}}
    assert vary.vary(row, 3) == vary.vary(row, 3)
    said = {vary.vary(row, seed)["q"] for seed in range(30)}
    assert len(said) > 10
    assert row["q"] not in said


def test_a_variation_keeps_every_expected_value() -> None:
    for row in KNOWN:
        varied = vary.vary(row, 1)
        assert {**varied, "id": "", "q": ""} == {**row, "id": "", "q": ""}


def test_a_question_that_is_repeated_whole_is_left_alone() -> None:
    rows = [row for row in KNOWN if row["slots"].get("text") == row["q"]]
    assert rows
    assert all(vary.vary(row, seed) == row for row in rows for seed in range(10))


@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        ("mes rv demain", "demain mes rv"),
        ("mes rv de demain", "mes rv de demain"),
        (".rv demain", ".rv demain"),
        ("mes rv sauf cette semaine", "mes rv sauf cette semaine"),
    ],
)
def test_a_period_moves_only_when_nothing_ties_it(asked: str, moved: str) -> None:
    assert vary.move_period(asked, FREE, Random(0)) == moved


def test_a_shortcut_keeps_its_dot_in_front() -> None:
    assert all(vary.be_polite(".mes rv", FREE, Random(seed)).startswith(".mes rv") for seed in range(20))


def test_a_slip_leaves_one_letter_more_or_less_or_two_changed() -> None:
    for seed in range(50):
        said = vary.slip("mes vacances", FREE, Random(seed))
        assert said.startswith("mes v")
        assert abs(len(said) - len("mes vacances")) <= 1
