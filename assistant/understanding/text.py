"""A question made comparable: one case, no accents, plain apostrophes and hyphens; and where each letter came from.

The folded text is what the grammars read. The place of every folded letter in the question as typed is kept, so that a
page can show which words were understood. Pure: standard library only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

_OPENED = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}
_APOSTROPHES = frozenset("’‘ʼ′`´＇")
_HYPHENS = frozenset("‐‑‒–—−﹣－")


@dataclass(frozen=True)
class Question:
    """What somebody typed, beside its folded form; `folded[i]` comes from `typed[origins[i]]`."""

    typed: str
    folded: str
    origins: tuple[int, ...]

    def typed_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `folded[start:end]` stands in the question as typed."""
        if start >= end:
            return (0, 0)
        return self.origins[start], self.origins[end - 1] + 1

    def as_typed(self, start: int, end: int) -> str:
        """The words of `folded[start:end]`, with their accents and capitals."""
        first, last = self.typed_span(start, end)
        return self.typed[first:last]

    @cached_property
    def is_wordless(self) -> bool:
        """Nothing in it is a letter or a digit: blank, punctuation, or emojis only."""
        return not any(char.isalnum() for char in self.folded)


def read(typed: str) -> Question:
    """« L’été,  à St-Jérôme 🙂 » → `l'ete, a st-jerome`."""
    folded: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(typed):
        for plain in _plain(char):
            if plain == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(plain)
            origins.append(place)
    if folded and folded[-1] == " ":
        folded.pop()
        origins.pop()
    return Question(typed, "".join(folded), tuple(origins))


def _plain(char: str) -> str:
    """The folded letters of one character; nothing for an accent that stands alone."""
    if char in _APOSTROPHES:
        return "'"
    if char in _HYPHENS:
        return "-"
    opened = _OPENED.get(char.casefold(), char.casefold())
    kept = []
    for part in unicodedata.normalize("NFKD", opened):
        category = unicodedata.category(part)
        if part.isspace() or category in ("So", "Sk", "Cc", "Cf", "Cs", "Co"):
            kept.append(" " if part.isspace() or category == "So" else "")
        elif category != "Mn":
            kept.append(part.casefold())
    return "".join(kept)
