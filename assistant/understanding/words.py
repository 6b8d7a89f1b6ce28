"""A question cut into words, and words found again when one letter is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.understanding.text import Question, read

_WORD = re.compile(r"\d+(?:[.,]\d+)?(?=(?:hz|ans?|e|er|eme)?\b)|[^\W_]+|[^\w\s'\-]")


@dataclass(frozen=True)
class Word:
    """One word, number or punctuation mark, and its place in the folded question."""

    text: str
    start: int
    end: int
    capital: bool = False

    @property
    def is_mark(self) -> bool:
        return not self.text[0].isalnum()


def cut(question: Question) -> list[Word]:
    """« J'ai-tu un rv? » → `j ai tu un rv ?`: hyphens and apostrophes only separate."""
    return [
        Word(found.group(), found.start(), found.end(), question.typed[question.origins[found.start()]].isupper())
        for found in _WORD.finditer(question.folded)
    ]


def plain(phrase: str) -> tuple[str, ...]:
    """A phrase as the words it is compared by."""
    return tuple(word.text for word in cut(read(phrase)))


def word_set(text: str) -> frozenset[str]:
    """The words of a line, for asking whether a word is among them."""
    return frozenset(text.split())


class Speller:
    """Finds the one known word that a mistyped word stands for.

    One letter missing, doubled, changed or two swapped, in words of five letters and more; the first letter is right.
    Known words are indexed under themselves and every form with a letter left out, so a look-up is a few dictionary
    reads whatever their number.
    """

    def __init__(self, known: Iterable[str], kept: Iterable[str] = ()) -> None:
        """`kept`: words that look like a known one and are not to be touched."""
        self._known = frozenset(word for word in known if len(word) >= 5 and word.isalpha())
        self._kept = frozenset(kept)
        self._shortened: dict[str, set[str]] = {}
        for word in self._known:
            for short in _shortened(word):
                self._shortened.setdefault(short, set()).add(word)

    def mend(self, word: str) -> str:
        """The word itself when it is known, short, kept, or fits no known word, or several as well."""
        if len(word) < 5 or word in self._known or word in self._kept or not word.isalpha():
            return word
        slips: dict[int, set[str]] = {}
        for known in {known for short in _shortened(word) for known in self._shortened.get(short, ())}:
            if known[0] == word[0] and is_one_slip(word, known):
                slips.setdefault(_unlikelihood(word, known), set()).add(known)
        likeliest = slips.get(min(slips, default=0), set())
        # « visitte » is one letter from « visite » and from « visites »: one word all the same.
        if len({known[:4] for known in likeliest}) != 1:
            return word
        return min(likeliest, key=lambda known: (abs(len(known) - len(word)), -len(known), known))


def _shortened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def is_one_slip(one: str, other: str) -> bool:
    """Equal but for one letter changed, added or left out, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    return one[start + 1 :] == other[start + 1 :] or (
        one[start + 2 :] == other[start + 2 :] and one[start : start + 2] == other[start : start + 2][::-1]
    )


_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _unlikelihood(typed: str, meant: str) -> int:
    """0 when a finger slipped (letters swapped, left out, doubled, or a neighbouring key), 1 for another letter."""
    if len(typed) != len(meant):
        return 0
    wrong = [(one, other) for one, other in zip(typed, meant, strict=True) if one != other]
    return 0 if len(wrong) == 2 or any({one, other} <= near for one, other in wrong for near in _NEIGHBOURS) else 1


_NEIGHBOURS = tuple(frozenset(row[place : place + 2]) for row in _KEYS for place in range(len(row) - 1))
