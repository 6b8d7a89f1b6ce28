"""How words are written in Québec, and how far two of them may differ and still be one."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from syncing.folding import fold

_SAINTS = dict.fromkeys(("st", "ste", "sts", "stes", "sainte", "saints", "saintes"), "saint")
_ELIDED = re.compile(r"\b([dlo])['’]\s*(?=[a-z])")
_WORD = re.compile(r"[a-z0-9]+")

# Written many ways, said one way. Applied in order to folded words.
_SOUNDS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"^h|h(?=[aeiouy])|(?<=[tdrgl])h", ""),
        (r"ph", "f"),
        (r"bv", "v"),
        (r"eaux?|auld?t?s?$|aux?|au|o[ts]$", "o"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"c(?=[eiy])|sc(?=[eiy])|ss|z|x$", "s"),
        (r"qu?|ck|c(?!h)", "k"),
        (r"ain|ein|yn|ym|im(?=[bp])", "in"),
        (r"e[nm](?=[bcdfgjkpqstvz])|am(?=[bp])", "an"),
        (r"a[iy]|ei|e[zrt]$|ee?$|es$", "e"),
        (r"y", "i"),
        (r"ie?r$", "ie"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.{2})[dtspe]+$", ""),
    )
)


def words(text: str) -> tuple[str, ...]:
    """« Ste-Thérèse d’Amours » → (saint, therese, damours)."""
    found = _WORD.findall(_ELIDED.sub(r"\1", fold(text)))
    return tuple(_SAINTS.get(word, word) for word in found)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A key that Gauthier and Gautier, Lefebvre and Lefèvre, Thibault and Thibeau share."""
    for pattern, said in _SOUNDS:
        word = pattern.sub(said, word)
    return word


@lru_cache(maxsize=50_000)
def slip(left: str, right: str) -> bool:
    """Whether one is the other with a letter missing, doubled, changed or swapped; two letters in long words.

    The first letter is rarely mistyped, and short words have too many neighbours.
    """
    shorter = min(len(left), len(right))
    if shorter < 4 or left[0] != right[0]:
        return False
    allowed = 1 if shorter < 9 else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed
