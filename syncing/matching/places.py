"""Addresses of Québec: « 4-22, ch. du Mirage », « 22 chemin Mirage app. 4 » and « 22 du Mirage #4 » are one door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from syncing.folding import fold
from syncing.matching.best import best
from syncing.matching.model import Census, Finding
from syncing.matching.spelling import slip, sound, words

_UNIT = re.compile(
    r"(?:,\s*)?(?:\b(?:app?t?|appartement|unite|unit|suite|bureau|bur|local|porte)\b\.?\s*#?|#)\s*(\d+[a-z]?|[a-z])\b"
)
_NUMBER = re.compile(r"^\W*(?:(\d+[a-z]?)\s*-\s*(?=\d))?(\d+)\s?([a-z]\b(?!'))?")
_ALONE = re.compile(r"\W*(\d+[a-z]?|[a-z])\W*")
_POSTAL = re.compile(r"[abceghj-nprstvxy]\d[a-z](?:\d[a-z]\d)?")
_SIDES = {
    **dict.fromkeys(("est", "e", "east"), "est"), **dict.fromkeys(("ouest", "o", "w", "west"), "ouest"),
    **dict.fromkeys(("nord", "n", "north"), "nord"), **dict.fromkeys(("sud", "s", "south"), "sud"),
}  # fmt: skip
_EMPTY_WORDS = frozenset(
    {
        *("rue", "r", "street", "st", "avenue", "av", "ave", "boulevard", "boul", "bd", "blvd", "chemin", "ch", "rang"),
        *("rg", "route", "rte", "place", "pl", "montee", "mtee", "cote", "cercle", "croissant", "allee", "terrasse"),
        *("impasse", "de", "la", "le", "les", "du", "des", "d", "l", "aux", "au", "a"),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """One address, in comparable parts; any may be unknown."""

    number: str = ""
    street: str = ""
    side: str = ""
    unit: str = ""
    town: str = ""
    postal: str = ""
    shown: str = ""

    door: str = ""
    """Number and street; "" when either is unknown."""

    def __str__(self) -> str:
        return f"{self.shown} {self.unit}"


def place(street1: str, street2: str = "", town: str = "", postal: str = "") -> Place | None:
    """None when nothing says where it is."""
    text = fold(street1)
    unit = ""
    if found := _UNIT.search(text):
        unit, text = found[1], f"{text[: found.start()]} {text[found.end() :]}"
    second = fold(street2)
    if not unit and (found := _UNIT.search(second) or _ALONE.fullmatch(second)):
        unit = found[1]
    number = ""
    if found := _NUMBER.match(text):
        unit, number, text = unit or found[1] or "", found[2] + (found[3] or ""), text[found.end() :]
    sides = [_SIDES[word] for word in _tokens(text) if word in _SIDES]
    street = "".join(word for word in _tokens(text) if word not in _SIDES and word not in _EMPTY_WORDS)
    code = re.sub(r"[^a-z0-9]", "", fold(postal))
    code = code if _POSTAL.fullmatch(code) else ""
    where = "".join(words(town))
    if not (street or code or where):
        return None
    shown = ", ".join(part for part in (" ".join(street1.split()), " ".join(town.split())) if part) or postal.strip()
    door = f"{number} {street}" if number and street else ""
    return Place(number, street, sides[-1] if sides else "", unit, where, code, shown, door)


def _tokens(text: str) -> tuple[str, ...]:
    """Words in which « St-Hubert » is told from « Main St E »: a saint is followed by a name."""
    found = [*re.findall(r"[a-z0-9]+", re.sub(r"\b[dl]['’]\s*", "", text)), "est"]
    saints = {"st", "ste", "saint", "sainte"}
    return tuple("saint" if word in saints and after not in _SIDES else word for word, after in pairwise(found))


LEVELS = ("elsewhere", "different", "town", "postal", "street", "unit", "building", "equal")


class Places:
    """Compares two lists of addresses by the pair that agrees best."""

    def keys(self, values: tuple[Place, ...]) -> Iterator[str]:
        for value in values:
            if value.door:
                yield f"door {value.number} {sound(value.street)}"
            if value.number and len(value.postal) == 6:
                yield f"door {value.number} {value.postal}"

    def looked_up(self, values: tuple[Place, ...]) -> Iterator[str]:
        return self.keys(values)

    def counted(self, values: tuple[Place, ...]) -> Iterator[tuple[str, str]]:
        for value in values:
            for shared in (value.door, value.postal, value.town):
                if shared:
                    yield "address", shared

    def compare(self, left: tuple[Place, ...], right: tuple[Place, ...], census: Census) -> Iterable[Finding]:
        rank, mine, theirs = best(left, right, agreement)
        if rank < 0:
            return ()
        level = LEVELS[rank]
        shared = {"equal": mine.door, "building": mine.door, "postal": mine.postal, "town": mine.town}.get(level, "")
        if shared == mine.door != theirs.door:  # two spellings of one door: the commoner says how common it is
            shared = max(mine.door, theirs.door, key=lambda door: (census.count("address", door), door))
        return (Finding("address", level, mine.shown, theirs.shown, shared),)


def agreement(mine: Place, theirs: Place) -> int:
    """The place in LEVELS; -1 when the two have nothing to compare."""
    if mine.door and theirs.door:
        return LEVELS.index(_doors(mine, theirs))
    if len(mine.postal) == len(theirs.postal) == 6:
        return LEVELS.index("postal" if mine.postal == theirs.postal else "elsewhere")
    if mine.town and theirs.town:
        return LEVELS.index("town" if mine.town == theirs.town else "elsewhere")
    return -1


def _doors(mine: Place, theirs: Place) -> str:
    if mine.number != theirs.number and mine.street != theirs.street:
        return "different"
    if not (_same_street(mine, theirs) and _same_zone(mine, theirs)):
        return "different"
    if mine.number != theirs.number:
        return "street"
    if mine.unit and theirs.unit and mine.unit != theirs.unit:
        return "unit"
    return "equal" if mine.unit == theirs.unit else "building"


def _same_street(mine: Place, theirs: Place) -> bool:
    if mine.side and theirs.side and mine.side != theirs.side:
        return False
    return (
        mine.street == theirs.street
        or slip(mine.street, theirs.street)
        or (len(mine.street) > 3 and sound(mine.street) == sound(theirs.street))
    )


def _same_zone(mine: Place, theirs: Place) -> bool:
    """The postal code or the town agrees, or neither can be compared."""
    known = False
    if mine.postal and theirs.postal:
        shorter = min(len(mine.postal), len(theirs.postal))
        if mine.postal[:shorter] == theirs.postal[:shorter]:
            return True
        known = True
    if mine.town and theirs.town:
        return mine.town == theirs.town or slip(mine.town, theirs.town)
    return not known
