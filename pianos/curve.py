"""The humidity of a piano drawn with attributes only: two drawings, wide and narrow, of the same points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pianos.notes import Source
from pianos.series import TARGET, Gap, Point, Series
from syncing.french import NBSP, SHORT_MONTHS

LEAST_SPAN = 10.0
"""Percent between the bottom and the top of the scale, at least: noise must not look like a storm."""


@dataclass(frozen=True)
class Mark:
    """One reading at its place; `kind` is its shape: `p` measured, `n` read in a note, `o` set aside."""

    x: float
    y: float
    kind: str
    diamond: str


@dataclass(frozen=True)
class Word:
    """A text of the drawing, with its place."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """Everything a page draws, in the units of its view box."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    band: tuple[float, float]
    lines: tuple[str, ...]
    gaps: tuple[str, ...]
    grid: tuple[float, ...]
    marks: tuple[Mark, ...]
    scale: tuple[Word, ...]
    dates: tuple[Word, ...]
    silences: tuple[Word, ...]

    @property
    def span(self) -> float:
        return self.right - self.left

    @property
    def thickness(self) -> float:
        return round(self.band[1] - self.band[0], 1)


def draw(series: Series, *, is_wide: bool) -> Drawing | None:
    """None below two kept readings: they are told as facts instead."""
    if len(series.kept) < 2:
        return None
    return _Drawer(series, is_wide=is_wide).drawing()


class _Drawer:
    def __init__(self, series: Series, *, is_wide: bool) -> None:
        self.series = series
        self.is_wide = is_wide
        self.width, self.height = (700, 242) if is_wide else (328, 220)
        self.left, self.right = 34.0, self.width - (58.0 if is_wide else 46.0)
        self.top, self.bottom = 14.0, self.height - 30.0
        values = [value for one in series.humid if (value := one.humidity) is not None]
        low, high = min(*values, TARGET[0]), max(*values, TARGET[1])
        spare = max(0.0, LEAST_SPAN - (high - low)) / 2
        self.low, self.high = (low - spare) // 5 * 5, -(-(high + spare) // 5) * 5
        self.first, self.last = series.humid[0].day, series.humid[-1].day

    def x(self, day: date) -> float:
        whole = max((self.last - self.first).days, 1)
        inside = self.right - self.left - 16
        return round(self.left + 8 + inside * (day - self.first).days / whole, 1)

    def y(self, humidity: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * (humidity - self.low) / (self.high - self.low), 1)

    def drawing(self) -> Drawing:
        gaps = {(gap.start, gap.end): gap for gap in self.series.gaps}
        pairs = list(pairwise(self.series.kept))
        steps = self._steps()
        return Drawing(
            width=self.width, height=self.height, left=self.left, right=self.right, bottom=self.bottom,
            band=(self.y(TARGET[1]), self.y(TARGET[0])),
            lines=tuple(self._line(*pair) for pair in pairs if (pair[0].day, pair[1].day) not in gaps),
            gaps=tuple(self._line(*pair) for pair in pairs if (pair[0].day, pair[1].day) in gaps),
            grid=tuple(self.y(step) for step in steps),
            marks=tuple(self._mark(one) for one in self.series.humid),
            scale=tuple(Word(self.left - 6, self.y(step) + 4, f"{step:.0f}", "end") for step in steps),
            dates=tuple(self._dates()),
            silences=tuple(self._silence(gap) for gap in gaps.values()) if self.is_wide else (),
        )  # fmt: skip

    def _steps(self) -> list[float]:
        step = 5.0 if self.high - self.low <= 40 else 10.0
        return [self.low + step * at for at in range(int((self.high - self.low) / step) + 1)]

    def _line(self, one: Point, other: Point) -> str:
        return f"M{self.x(one.day)} {self.y(one.humidity or 0)}L{self.x(other.day)} {self.y(other.humidity or 0)}"

    def _mark(self, one: Point) -> Mark:
        x, y = self.x(one.day), self.y(one.humidity or 0)
        kind = "o" if one.is_discarded else "p" if one.source is Source.MEASURED else "n"
        return Mark(x, y, kind, f"M{x} {round(y - 6, 1)}l6 6-6 6-6-6Z")

    def _dates(self) -> list[Word]:
        """The first and the last day, and what fits between, by months of the same length."""
        room = 5 if self.is_wide else 3
        whole = (self.last - self.first).days
        days = [date.fromordinal(self.first.toordinal() + whole * at // (room - 1)) for at in range(room)]
        words: list[Word] = []
        for place, day in enumerate(dict.fromkeys(days)):
            anchor = "start" if place == 0 else "end" if day == self.last else "middle"
            words.append(Word(self.x(day), self.height - 8, f"{SHORT_MONTHS[day.month - 1]}{NBSP}{day.year}", anchor))
        told: dict[str, Word] = {}
        for word in words:
            told.setdefault(word.text, word)
        return list(told.values())

    def _silence(self, gap: Gap) -> Word:
        middle = (self.x(gap.start) + self.x(gap.end)) / 2
        ends = [self.y(one.humidity or 0) for one in self.series.kept if one.day in (gap.start, gap.end)]
        above = max(min(ends) - 14, self.top)
        return Word(round(middle, 1), round(above, 1), f"aucune lecture pendant {gap.months}{NBSP}mois", "middle")
