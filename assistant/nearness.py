"""Which names of the house a word that was not understood resembles: what the office may teach in one click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz, process

from assistant.models import HouseWord
from assistant.understanding.vocabulary import Vocabulary
from syncing.folding import fold, words

NEAR, SAME = 72, 100
"""Of 100, how alike two words are: « jmark » and « jeanmarc » are 77, « piano » and « pilote » 55."""
SHORTEST = 3  # letters; shorter words resemble everything
OFFERED = 3


class Nearness(NamedTuple):
    """One word typed, and what it may mean."""

    word: str
    kind: str
    kind_label: str
    means: str


def near_words(text: str, vocabulary: Vocabulary) -> list[Nearness]:
    """At most three guesses, the likeliest first; a word that is already known is no guess."""
    names = dict(_names(vocabulary))
    found: list[tuple[float, Nearness]] = []
    for word in words(text).split():
        if len(word) < SHORTEST or word in names:
            continue
        for name, score, _ in process.extract(word, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=OFFERED):
            kind, means = names[name]
            if score < SAME:
                found.append((score, Nearness(word, kind, HouseWord.Kind(kind).label, means)))
    ranked = [guess for _, guess in sorted(found, key=lambda one: -one[0])]
    return list(dict.fromkeys(ranked))[:OFFERED]


def _names(vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each folded way of writing a name, word by word too, with its kind and the exact name."""
    kinds = (
        (HouseWord.Kind.CITY, vocabulary.cities),
        (HouseWord.Kind.MAKE, vocabulary.makes),
        (HouseWord.Kind.INSTITUTION, vocabulary.institutions),
        (HouseWord.Kind.TECHNICIAN, [person for person in vocabulary.people if person.is_technician]),
    )
    for kind, rows in kinds:
        for row in rows:
            for way in (row.name, *row.aliases):
                for piece in (fold(way), *words(way).split()):
                    if len(piece) >= SHORTEST:
                        yield piece, (kind.value, row.name)
