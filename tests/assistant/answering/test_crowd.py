"""Random people ask random questions: nothing closed is shown, and nothing is said without a source."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from assistant.understanding.results import Outcome
from tests.assistant.answering.crowd import asked, leaked, questions, random_house
from tests.assistant.answering.sources import untraced

pytestmark = pytest.mark.django_db
ASKED = 400
"""`python -m tests.assistant.answering` asks as many as one likes."""


def test_no_answer_shows_what_is_closed_and_each_of_its_words_has_a_source() -> None:
    dice = random.Random(11)
    house = random_house(dice)
    outcomes: Counter[Outcome] = Counter()
    shown = 0
    for who, understood, memory in questions(dice, house, ASKED):
        found = asked(house, who, understood, memory)
        assert leaked(house, who, found) == set(), (who, understood)
        assert untraced(found) == [], (who, understood)
        outcomes[found.outcome] += 1
        shown += found.shown
    # A crowd that is answered nothing proves nothing.
    assert outcomes[Outcome.ANSWERED] > ASKED / 4
    assert shown > ASKED


def test_the_judge_sees_a_leak_and_a_word_without_a_source() -> None:
    """What would pass if the judges were blind."""
    dice = random.Random(12)
    house = random_house(dice)
    told = [asked(house, "odile", understood, memory) for _, understood, memory in questions(dice, house, 60)]
    assert any(leaked(house, "simon", found) for found in told)
