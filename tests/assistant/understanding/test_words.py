"""Words are cut the same way everywhere, and mended only when one word can be meant."""

from __future__ import annotations

import pytest

from assistant.understanding.lexicon import speller
from assistant.understanding.words import is_one_slip, plain

pytestmark = pytest.mark.no_database


def test_hyphens_and_apostrophes_only_separate() -> None:
    assert plain("J’ai-tu un rendez-vous?") == ("j", "ai", "tu", "un", "rendez", "vous", "?")
    assert plain("442Hz, 41,5 %") == ("442", "hz", ",", "41,5", "%")


@pytest.mark.parametrize("typed", ["factrue", "facure", "fscture"])
def test_one_slip_is_mended(typed: str) -> None:
    assert speller().mend(typed) == "facture"


@pytest.mark.parametrize("word", ["martin", "corde", "colle", "notre", "roy", "Xyzzy", "tremblay"])
def test_names_and_ordinary_words_are_left_alone(word: str) -> None:
    assert speller().mend(word) == word


@pytest.mark.parametrize(("one", "other", "slip"), [
    ("piano", "piano", True), ("piano", "paino", True), ("piano", "pian", True), ("piano", "pianos", True),
    ("piano", "pieno", True), ("piano", "pieni", False), ("piano", "piaonss", False),
])  # fmt: skip
def test_a_slip_is_one_letter_or_one_swap(one: str, other: str, slip: bool) -> None:
    assert is_one_slip(one, other) is is_one_slip(other, one) is slip
