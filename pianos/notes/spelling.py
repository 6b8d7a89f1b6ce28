"""Slips of the thumb: a long unknown word is read as the only known one it differs from by one letter.

The first letter must be right: one letter is all that parts « débranché » from « rebranché », which say the opposite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from pianos.notes.pages import lines

SHORTEST = 6
"""Letters of the shortest word that is mended; shorter ones are one letter from too many others."""

_REAL = frozenset(word for line in lines("real_words.txt") for word in line.split())
"""Words that are right as they stand, one letter away from another that we know."""


class Speller:
    """The known words by what is left when one letter is dropped.

    Several near ones are no doubt when they mean the same: « repositionee » may be any of three.
    """

    def __init__(self, words: Iterable[str], *, meaning: Callable[[str], frozenset[object]]) -> None:
        self.words = frozenset(words)
        self._meaning = meaning
        self._near: dict[str, set[str]] = {}
        for word in self.words:
            if len(word) >= SHORTEST:
                for form in (word, *_shorter(word)):
                    self._near.setdefault(form, set()).add(word)
        self.mend = lru_cache(maxsize=20_000)(self._mend)

    def _mend(self, word: str) -> str:
        if word in self.words or word in _REAL or len(word) < SHORTEST - 1 or len(word) > 30:
            return word
        near: set[str] = set()
        for form in (word, *_shorter(word)):
            near |= self._near.get(form, set())
        found = [one for one in near if one[0] == word[0] and _one_slip(one, word)]
        if not found:
            return word
        meanings = [self._meaning(one) for one in found]
        return (
            max(sorted(found), key=lambda one: len(self._meaning(one))) if frozenset.intersection(*meanings) else word
        )


def _shorter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(1, len(word))]


def _one_slip(one: str, other: str) -> bool:
    """One letter more, less, or another; or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and len(a) > 1 and a[2:] == b[2:])
