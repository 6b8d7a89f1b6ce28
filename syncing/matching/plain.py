"""Values that are equal or not: a colour, a year, an owner; and marks, which may be mistyped or cut short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from syncing.matching.model import Census, Finding
from syncing.matching.names import KNOWN
from syncing.matching.spelling import slip


@dataclass(frozen=True, slots=True)
class Plain:
    """A value in normal form, and as people wrote it."""

    value: str
    shown: str


@dataclass(frozen=True)
class Exact:
    """Equal or different; found by it only when asked."""

    aspect: str
    finds: bool = False

    def keys(self, values: tuple[Plain, ...]) -> Iterator[str]:
        return (f"{self.aspect} {held.value}" for held in values if self.finds)

    def looked_up(self, values: tuple[Plain, ...]) -> Iterator[str]:
        return self.keys(values)

    def counted(self, values: tuple[Plain, ...]) -> Iterator[tuple[str, str]]:
        return ((self.aspect, held.value) for held in values)

    def compare(self, left: tuple[Plain, ...], right: tuple[Plain, ...], census: Census) -> Iterable[Finding]:
        mine, theirs = left[0], right[0]
        level = self.level(mine.value, theirs.value, census)
        yield Finding(self.aspect, level, mine.shown, theirs.shown, mine.value if level == "equal" else "")

    def level(self, mine: str, theirs: str, census: Census) -> str:
        return "equal" if mine == theirs else "different"


class Mark(Exact):
    """A mark or a type: equal, mistyped (`close`), one the beginning of the other (`part`), or different."""

    def level(self, mine: str, theirs: str, census: Census) -> str:
        if mine == theirs:
            return "equal"
        if _contains(mine, theirs) or _contains(theirs, mine):
            return "part"
        known = census.count(self.aspect, mine) >= KNOWN and census.count(self.aspect, theirs) >= KNOWN
        return "close" if not known and slip(mine, theirs) else "different"


def _contains(longer: str, shorter: str) -> bool:
    """« wmknabe » and « knabe », « p125 » and « 125 », but not « u121 » and « u1 »."""
    if not longer.endswith(shorter) and not longer.startswith(shorter):
        return False
    cut = len(longer) - len(shorter) if longer.endswith(shorter) else len(shorter)
    return not (longer[cut - 1 : cut].isdigit() and longer[cut : cut + 1].isdigit())


class Year(Exact):
    """Two years apart may be one instrument: people read it from a table of serial numbers."""

    def level(self, mine: str, theirs: str, census: Census) -> str:
        gap = abs(int(mine) - int(theirs))
        return "equal" if gap == 0 else "close" if gap <= 2 else "different"
