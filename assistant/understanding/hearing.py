"""How words sound in French, roughly: what a dictation writes its own way is found by it (« plasse dé zar »)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

SHORTEST = 4
"""Sounds; shorter keys are shared by too many words."""

# In order: spellings of a sound, and the one letter kept for it.
_SOUNDS = tuple(
    (re.compile(pattern), kept)
    for pattern, kept in (
        (r"ph", "f"),
        (r"sch|sh|ch", "C"),
        (r"gn", "N"),
        (r"(?<=[^aeiouy])h|^h", ""),
        (r"s?c(?=[eiy])|ss|ti(?=on)", "s"),
        (r"qu|q|ck|c|k", "k"),
        (r"gu(?=[eiy])", "G"),
        (r"g(?=[eiy])", "j"),
        (r"g", "G"),
        (r"eau|au|o(?=[^uin]|$)", "o"),
        (r"oi|oua|oy", "wa"),
        (r"ou", "u"),
        (r"[ea][nm](?=[^aeiouynm]|$)", "A"),
        (r"(?:ai|ei|i|y|u)[nm](?=[^aeiouynm]|$)", "I"),
        (r"o[nm](?=[^aeiouynm]|$)", "O"),
        (r"ai|ei|ez$|er$|et$|es$", "E"),
        (r"y", "i"),
        (r"[tdsxzp]+$", ""),
        (r"(?<=[^e])e$", ""),
        (r"s", "z"),
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS = "aeiouAEIOw"
_LETTERS = str.maketrans({"c": "k", "y": "i", "e": "E", "s": "z"})


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    if len(word) <= 2:
        return "E" if word in ("et", "es", "ez", "ai") else word.translate(_LETTERS)
    for pattern, kept in _SOUNDS:
        word = pattern.sub(kept, word)
    return word


def sound(words: Sequence[str]) -> str:
    """The key of a run of words, without what one word lends the next (« des-z-arts »)."""
    key = ""
    for word in words:
        heard = _sound(word)
        if key and heard[:1] == "z" and heard[1:2] and heard[1] in _VOWELS:
            heard = heard[1:]
        key += heard[1:] if key and heard[:1] == key[-1] else heard
    return key
