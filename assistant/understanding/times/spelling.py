"""Mistyped date words put right: one letter missing, added, changed or swapped, in long words only.

Short words and words with ordinary neighbours (« matin » and « Martin ») are hardly ever guessed.
"""

from __future__ import annotations

from assistant.understanding.times.lexicon import CAREFUL, FORGIVING, ORDINARY

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def _swaps(word: str) -> set[str]:
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}


def _doublings(word: str) -> set[str]:
    return {word[:at] + word[at] + word[at:] for at in range(len(word))}


def _edits(word: str) -> set[str]:
    cut = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {head + tail[1:] for head, tail in cut if tail}
    changed = {head + letter + tail[1:] for head, tail in cut if tail for letter in _ALPHABET}
    added = {head + letter + tail for head, tail in cut for letter in _ALPHABET}
    return missing | changed | added | _swaps(word)


def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    for word in FORGIVING:
        index |= dict.fromkeys(_edits(word), word)
    for word in CAREFUL:
        index |= dict.fromkeys(_swaps(word) | _doublings(word), word)
    return {typed: word for typed, word in index.items() if typed not in ORDINARY}


_MISTYPED = _index()


def corrected(word: str) -> str:
    """« vendrdi » → `vendredi`; a word that is none of ours comes back as it is."""
    return _MISTYPED.get(word, word)
