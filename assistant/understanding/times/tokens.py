"""A folded question cut into words, numbers and signs, each with the tags the lexicon gives it.

What mixes letters and digits is cut only where it reads as a date or an hour (« 14h30 », « 1er », « 3mars »): a serial
number or a postal code stays one word that no production knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.understanding.times.lexicon import GLUED, TAGS
from assistant.understanding.times.spelling import corrected

_ZONE = r"(?<=:\d\d:\d\d)(?P<zone>\.\d+(?:z|[+-]\d\d:?\d\d)?|z|[+-]\d\d:?\d\d)(?![:\w])"
"""What follows the seconds of an ISO instant: it is read, and the wall clock kept as written."""
_WORDS = re.compile(
    _ZONE + r"|(?<=:\d\d:)\d\d(?=z)" + r"|aujourd[' ]?hui|\d{3}[-. )]+\d{3}[-. ]\d{4}|[a-z]+'(?=[a-z])|[a-z0-9]+|[^\s]"
)
_RUNS = re.compile(r"[a-z]+|\d+")
_LONGEST_NUMBER = 4
_ABBREVIATIONS = ("auj", "dem", "sem", "min", "sec", "hr")


@dataclass(frozen=True)
class Token:
    """One word of the folded question: `folded[first:last]`."""

    text: str
    first: int
    last: int
    tags: Mapping[str, object]
    keys: tuple[str, ...]
    """What a production may begin with: the word itself and its tags."""


def tokenise(folded: str) -> tuple[Token, ...]:
    """The tokens in order; a hyphen inside a compound word is dropped, one between two dates or numbers is kept."""
    tokens: list[Token] = []
    for found in _WORDS.finditer(folded):
        word, first = found.group(), found.start()
        if found["zone"]:
            tokens.append(Token(word, first, found.end(), {"ZONE": True}, (word, "ZONE")))
            continue
        for part, offset in _parts(word):
            tokens.append(_token(part, first + offset))
        if word == "." and len(tokens) > 1 and _is_abbreviation(tokens[-2]) and tokens[-2].last == first:
            dot, short = tokens.pop(), tokens.pop()
            tokens.append(replace(short, last=dot.last))
    return tuple(token for place, token in enumerate(tokens) if not _joins(tokens, place))


def _is_abbreviation(token: Token) -> bool:
    return not token.tags.keys().isdisjoint(("SHORTDAY", "SHORTMONTH")) or token.text in _ABBREVIATIONS


def _parts(word: str) -> list[tuple[str, int]]:
    """« 14h30 » → 14, h, 30; anything else is one part."""
    if not word.isascii() or word.isalpha() or word.isdigit() or not word.isalnum():
        return [(word, 0)]
    runs = [(run.group(), run.start()) for run in _RUNS.finditer(word)]
    letters = [text for text, _ in runs if text.isalpha()]
    dated = all(text in GLUED or not TAGS.get(text, {}).keys().isdisjoint(("MONTH", "WEEKDAY")) for text in letters)
    quarter = len(runs) == 2 and runs[0][0] in ("t", "q") and runs[1][0] in ("1", "2", "3", "4")
    first = runs[0][0]
    starts = len(first) <= _LONGEST_NUMBER if first.isdigit() else len(first) > 2
    return runs if quarter or (dated and starts) else [(word, 0)]


def _token(text: str, first: int) -> Token:
    if text.isdecimal() and text.isascii():
        tags: Mapping[str, object] = {"INT": int(text)} if len(text) <= _LONGEST_NUMBER else {}
        if len(text) == 2:
            tags = {**tags, "PAIR": int(text)}
        plain = text
    else:
        plain, tags = _known(text)
    return Token(plain, first, first + len(text), tags, (plain, *tags))


@lru_cache(maxsize=4096)
def _known(text: str) -> tuple[str, Mapping[str, object]]:
    word = text if text in TAGS else corrected(text)
    word = "aujourd'hui" if word.startswith("aujourd") and word.endswith("hui") else word
    return word, TAGS.get(word, {})


def _joins(tokens: list[Token], place: int) -> bool:
    """A hyphen that ties the letters of one compound word, as in « après-midi »."""
    if tokens[place].text != "-" or not 0 < place < len(tokens) - 1:
        return False
    before, after = tokens[place - 1], tokens[place + 1]
    touching = before.last == tokens[place].first and after.first == tokens[place].last
    ranged = not {"WEEKDAY", "MONTH", "SHORTDAY"}.isdisjoint(before.tags)
    return touching and before.text.isalpha() and after.text.isalpha() and not ranged
