"""What a text is made of, for the offline embedder: its words, their letters three to five at a time, and the
meanings that words of the trade share across languages. Each goes into one of a fixed number of buckets.

Letters make « accorde », « accordé » and « acordé » neighbours. Pure: the same text gives the same buckets everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path
from zlib import crc32

from syncing.folding import fold

VERSION = 1
"""Changes whenever the same text would give other buckets or weights: a model of another version is not used."""
BUCKETS = 1 << 15
MEANING_WEIGHT = 2.0
LETTERS_WEIGHT = 1.5
"""Of all the letters of a word, beside the word itself."""
LONGEST = 4000  # characters: beyond, a note says nothing new about what it is about
TERMS = Path(__file__).with_name("terms.txt")
COMMON = frozenset(Path(__file__).with_name("common.txt").read_text("utf-8").split())
"""Folded words of both languages that say nothing of what a text is about."""
WORD = re.compile(r"[^\W_]+")


def features(text: str) -> tuple[list[int], list[float]]:
    """The buckets of a text, each once, and their weights before the rarity of each is known.

    None for a text without words, or with none but common ones.
    """
    folded = fold(text[:LONGEST])
    counts = Counter(WORD.findall(folded))
    if COMMON.issuperset(counts):
        return [], []
    weights: dict[int, float] = {}
    for word, count in counts.items():
        for bucket, weight in _of_word(word):
            weights[bucket] = weights.get(bucket, 0.0) + sqrt(count) * weight
    shared, meanings = _meanings()
    for meaning in {meanings[found] for found in shared.findall(folded)}:
        weights[meaning] = weights.get(meaning, 0.0) + MEANING_WEIGHT
    return list(weights), list(weights.values())


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> tuple[tuple[int, float], ...]:
    marked = f"<{word}>"
    parts = {marked[at : at + size] for size in (3, 4, 5) for at in range(len(marked) - size + 1)}
    share = LETTERS_WEIGHT / sqrt(len(parts) or 1)
    return ((_bucket(word), 1.0), *((_bucket(f"~{part}"), share) for part in parts))


@cache
def _meanings() -> tuple[re.Pattern[str], dict[str, int]]:
    """What finds the words of the trade in a folded text, the longest first, and the bucket of each one's meaning."""
    found: dict[str, int] = {}
    for line in TERMS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            first, *others = line.split(", ")
            found |= dict.fromkeys((first, *others), _bucket(f"={first}"))
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), found


def bucket_of(word: str) -> int:
    """Where a folded word itself is counted."""
    return _bucket(word)


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS
