"""A note cut into words, numbers and marks, each with its place in the text as written."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<number>\d{1,12}(?:[.,]\d{1,2}(?!\d))?)|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*)|(?P<mark>\S)"
)
_LIGATURES = {"œ": "oe", "æ": "ae"}
_SAME_MARK = {
    **dict.fromkeys("’‘ʼ′`´", "'"),
    **dict.fromkeys("‐‑–—−", "-"),
    **dict.fromkeys("º˚", "°"),
    "％": "%",
    "：": ":",
}


class Shape(Enum):
    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


class Token(NamedTuple):
    """A word without accents or capitals, a number, or one mark."""

    shape: Shape
    text: str
    start: int
    end: int
    value: float = 0.0
    after_line_break: bool = False


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """« Débranchée » → « debranchee »."""
    lowered = word.casefold()
    for letter, letters in _LIGATURES.items():
        lowered = lowered.replace(letter, letters)
    return "".join(char for char in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(char))


def cut(text: str) -> list[Token]:
    """The tokens of a text; « 21,5 » is one number, « ℃ » is a mark and a word."""
    found: list[Token] = []
    last = 0
    has_lines = "\n" in text or "\r" in text
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        written = match.group()
        breaks = has_lines and ("\n" in text[last:start] or "\r" in text[last:start])
        last = end
        if match.lastgroup == "number":
            found.append(Token(Shape.NUMBER, written, start, end, _value(written), breaks))
        elif match.lastgroup == "word":
            found.append(Token(Shape.WORD, fold(written), start, end, 0.0, breaks))
        elif written in "℃℉":
            found.append(Token(Shape.MARK, "°", start, end))
            found.append(Token(Shape.WORD, "c" if written == "℃" else "f", start, end))
        else:
            found.append(Token(Shape.MARK, _SAME_MARK.get(written, written), start, end, 0.0, breaks))
    return found


def _value(written: str) -> float:
    try:
        return float(written.replace(",", "."))
    except ValueError:  # digits of a script that float() refuses, such as superscripts mixed with others
        return float("nan")
