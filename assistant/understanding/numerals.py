"""Numbers spelled in letters, as a dictation leaves them: « vingt-trois », « trente cinq »."""

from __future__ import annotations

from assistant.understanding.words import Word

_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
}  # fmt: skip
_TEENS = {"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_LARGER = frozenset({"cent", "cents", "mille"})
_SMALLEST = 11
"""Smaller ones are also words of every day: « le deux », « neuf », « dix »."""


def read(words: list[Word]) -> list[Word]:
    """The words, a number in letters written in figures."""
    found: list[Word] = []
    place = 0
    while place < len(words):
        value, end = _number([word.text for word in words[place : place + 6]])
        around = {word.text for word in (*words[max(place - 1, 0) : place], *words[place + end : place + end + 1])}
        if value < _SMALLEST or around & _LARGER:
            found.append(words[place])
            place += 1
            continue
        found.append(Word(str(value), words[place].start, words[place + end - 1].end))
        place += end
    return found


def _number(said: list[str]) -> tuple[int, int]:
    """The number that begins here and how many words say it; 0 when none does."""
    first = said[0]
    if first in _UNITS and said[1:2] in (["cent"], ["cents"]) and _UNITS[first] > 1:
        more, length = _number(said[2:]) if len(said) > 2 else (0, 0)
        return _UNITS[first] * 100 + more, 2 + length
    if first in _TEENS:
        if first == "dix" and len(said) > 1 and said[1] in ("sept", "huit", "neuf"):
            return 10 + _UNITS[said[1]], 2
        return _TEENS[first], 1
    if said[:2] in (["quatre", "vingt"], ["quatre", "vingts"]):
        more, length = _below(said[2:], teens=True)
        return 80 + more, 2 + length
    if first in _TENS:
        more, length = _below(said[1:], teens=first == "soixante")
        return _TENS[first] + more, 1 + length
    return 0, 0


def _below(said: list[str], *, teens: bool) -> tuple[int, int]:
    """« trois », « et un », behind « soixante » also « quinze »."""
    joined = said[:1] == ["et"]
    rest = said[1:] if joined else said
    if not rest:
        return 0, 0
    if joined and not (rest[0] in ("un", "une") or (teens and rest[0] == "onze")):
        return 0, 0
    if teens and rest[0] in _TEENS:
        value, length = _number(rest)
        return value, length + joined
    if rest[0] in _UNITS and (joined or rest[0] not in ("un", "une")):
        return _UNITS[rest[0]], 1 + joined
    return 0, 0
