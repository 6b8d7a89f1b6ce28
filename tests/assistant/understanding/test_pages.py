"""The pages of data say only what the code can read, and nothing that nobody reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import understanding
from assistant.understanding import hints
from assistant.understanding.intents import rules
from assistant.understanding.lexicon import cues, house, lines, listed
from assistant.understanding.sentence import LITERALS
from assistant.understanding.taking import taken

pytestmark = pytest.mark.no_database
FOLDER = Path(understanding.__file__).parent
CODE = " ".join(path.read_text("utf-8") for path in FOLDER.rglob("*.py") if "times" not in path.parts)
MARKED_BY_CODE = {*LITERALS, "when", "when_said", "weak_name", "field"}
SLOTS = {slot for line in lines("slots.txt") for slot in taken(line.partition(":")[0])}


def _conditions() -> list[str]:
    return [choice.removeprefix("!") for rule in rules() for word in rule.condition for choice in word.split("|")]


def test_every_word_of_a_rule_is_a_cue_a_slot_or_a_test() -> None:
    plain = [word for word in _conditions() if word[0] not in "=?"]
    assert sorted(set(plain) - set(cues()) - MARKED_BY_CODE) == []
    assert {word[1:].split(":")[0] for word in _conditions() if word[0] == "?"} == set(hints.TESTS)


def test_every_slot_of_a_rule_is_taken_by_some_intent() -> None:
    said = {word[1:] for word in _conditions() if word[0] == "="}
    assert said - SLOTS <= {"value", "op", "measure"}


def test_every_cue_is_read_by_a_rule_or_by_the_code() -> None:
    read = set(_conditions()) | set(re.findall(r"[a-z_]+", CODE))
    assert [cue for cue in cues() if cue not in read and not cue.startswith("f_")] == []


def test_the_last_rule_always_holds_and_every_intent_is_documented() -> None:
    assert rules()[-1].condition == ()
    documented = (FOLDER.parents[1] / "docs" / "assistant.md").read_text("utf-8")
    assert sorted({rule.intent for rule in rules()} - {"agenda"} - set(re.findall(r"[a-z_]+", documented))) == []
    assert sorted(slot for slot in SLOTS if slot not in re.findall(r"[a-z_]+", documented)) == []


@pytest.mark.parametrize("page", ["places.txt", "makes.txt"])
def test_a_place_or_make_has_one_spelling(page: str) -> None:
    names = [name for _, name, _ in listed(page)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_phrase_is_empty() -> None:
    assert "" not in house().words
