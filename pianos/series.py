"""The readings of one piano as one series: what was measured and what notes tell, what is set aside and what lacks.

Pure: it receives the points, and judges them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from pianos.notes import Source

TARGET = (42.0, 45.0)
"""Percent of humidity a piano is kept at."""
GAP = timedelta(days=150)
"""Longer without a reading and nobody knows what happened: the line is not drawn through."""
NEIGHBOURS = 5
"""Readings around one that say what to expect of it."""
FAR = 15.0
"""Points of humidity that no season explains between neighbours."""
SPREADS = 4.0
"""A reading further than this many usual spreads from its neighbours is set aside."""


@dataclass(frozen=True)
class Point:
    """What is known of a piano on one day, and from where."""

    day: date
    source: Source
    humidity: float | None = None
    temperature: float | None = None
    pitch: float | None = None
    by: str = ""
    words: str = ""
    """The exact words of the note it was read in."""
    is_discarded: bool = False


@dataclass(frozen=True)
class Gap:
    """Two kept readings of humidity too far apart to say what happened between them."""

    start: date
    end: date

    @property
    def months(self) -> int:
        return round((self.end - self.start).days / 30.4)


@dataclass(frozen=True)
class Series:
    """Points oldest first; those of humidity that are far from their neighbours are discarded, never hidden."""

    points: tuple[Point, ...] = ()

    @property
    def humid(self) -> tuple[Point, ...]:
        """The points that have a humidity, the discarded ones included."""
        return tuple(one for one in self.points if one.humidity is not None)

    @property
    def kept(self) -> tuple[Point, ...]:
        return tuple(one for one in self.humid if not one.is_discarded)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(Gap(one.day, other.day) for one, other in pairwise(self.kept) if other.day - one.day > GAP)

    def count(self, source: Source) -> int:
        return sum(one.source is source and not one.is_discarded for one in self.points)

    @property
    def discarded(self) -> int:
        return sum(one.is_discarded for one in self.points)


def merged(points: Iterable[Point]) -> Series:
    """One series: a note of a day that was measured repeats or rounds the measure, so it is left out of that day."""
    told = sorted(points, key=lambda one: (one.day, one.source is Source.READ))
    measured = {one.day for one in told if one.source is Source.MEASURED}
    kept: list[Point] = []
    for one in told:
        if one.source is Source.READ and one.day in measured:
            continue
        last = kept[-1] if kept else None
        if last and (last.day, last.humidity, last.temperature) == (one.day, one.humidity, one.temperature):
            kept[-1] = replace(last, pitch=last.pitch or one.pitch, by=last.by or one.by)  # the same, told twice
            continue
        kept.append(one)
    return Series(tuple(_judged(kept)))


def _judged(points: Sequence[Point]) -> Iterable[Point]:
    humid = [one for one in points if one.humidity is not None]
    far = {id(one) for place, one in enumerate(humid) if _is_far(humid, place)}
    return [replace(one, is_discarded=True) if id(one) in far else one for one in points]


def _is_far(humid: Sequence[Point], place: int) -> bool:
    """Far from the nearest readings in time, more than they are from one another; three are needed to say so."""
    one = humid[place]
    others = sorted((*humid[:place], *humid[place + 1 :]), key=lambda other: abs((other.day - one.day).days))
    around = [value for other in others[:NEIGHBOURS] if (value := other.humidity) is not None]
    if len(around) < 3 or one.humidity is None:
        return False
    middle = median(around)
    spread = median(abs(value - middle) for value in around)
    return abs(one.humidity - middle) > max(FAR, SPREADS * spread)
