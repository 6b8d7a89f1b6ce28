"""What the words of time mean before they are tied to a date: days half said, hours, parts of the day, durations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


class Impossible(ValueError):
    """No calendar or clock has it (« le 31 février », « 25 h 70 »), or it is further away than any question."""


GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Context:
    """When the question is asked (naive local time), and whether it speaks of the past."""

    now: datetime
    past: bool = False

    @property
    def today(self) -> datetime:
        """Midnight that began the day of the question."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Span:
    """A stretch of the calendar, end exclusive."""

    start: datetime
    end: datetime
    grain: str
    other: tuple[datetime, datetime] | None = None
    """The other stretch some people would mean by the same words."""


@dataclass(frozen=True)
class Day:
    """A day, month or year as far as it was said; what is missing is found from the date of the question."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    near: str = ""
    """`this` (may be today), `next`, `last`; empty when nothing was said."""


@dataclass(frozen=True)
class Yearly:
    """A holiday or a season, before its year is known."""

    in_year: Callable[[int], Span]
    near: str = ""
    """As that of a day; `this` is the one of now, or of this year."""


Date = Span | Day | Yearly


@dataclass(frozen=True)
class Clock:
    """An hour; minutes and seconds are None when they were not said."""

    hour: int
    minute: int | None = None
    second: int | None = None

    @property
    def possible(self) -> bool:
        """A clock can show it."""
        return self.hour < 24 and (self.minute or 0) < 60 and (self.second or 0) < 60

    @property
    def grain(self) -> str:
        """The finest thing that was said."""
        if self.second is not None:
            return "second"
        return "hour" if self.minute is None else "minute"

    @property
    def length(self) -> timedelta:
        """One unit of the grain."""
        return {"second": timedelta(seconds=1), "minute": timedelta(minutes=1)}.get(self.grain, timedelta(hours=1))

    def on(self, day: datetime) -> datetime:
        """The instant of this hour on a day given by its midnight."""
        return day + timedelta(hours=self.hour, minutes=self.minute or 0, seconds=self.second or 0)

    def __str__(self) -> str:
        """`HH:MM`."""
        return f"{self.hour:02}:{self.minute or 0:02}"


@dataclass(frozen=True)
class Part:
    """A part of the day: its house word, and its hours counted from midnight."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Hours:
    """Hours said: at one hour, from one to another, from one on, or until one."""

    at: Clock | None = None
    first: Clock | None = None
    last: Clock | None = None


@dataclass(frozen=True)
class Point:
    """A date, a part of the day and hours, each if said."""

    date: Date | None = None
    part: Part | None = None
    hours: Hours | None = None


@dataclass(frozen=True)
class Duration:
    """A length of time; months are not a number of days."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    grain: str = "day"
    """The finest unit that was said."""

    def __add__(self, other: Duration) -> Duration:
        """Both together; the finer unit counts."""
        finest = min(self.grain, other.grain, key=GRAINS.index)
        return Duration(self.months + other.months, self.days + other.days, self.seconds + other.seconds, finest)


def merged(left: Point, right: Point) -> Point | None:
    """Both at once, as « mardi » and « 14 h » in « mardi 14 h »; None when they say the same thing twice."""
    if left.part and right.part:
        return None
    date, hours = _dates(left.date, right.date), _hours(left.hours, right.hours)
    if (left.date and right.date and date is None) or (left.hours and right.hours and hours is None):
        return None
    part = left.part or right.part
    return Point(date, part, _in_part(hours, part) if hours and part else hours)


def _dates(left: Date | None, right: Date | None) -> Date | None:
    if left is None or right is None:
        return left or right
    if isinstance(left, Day) and isinstance(right, Day):
        return _days(left, right)
    if isinstance(left, Day) and isinstance(right, Span):
        return within(left, right)
    return within(right, left) if isinstance(right, Day) and isinstance(left, Span) else None


def _days(left: Day, right: Day) -> Day | None:
    said = [(getattr(left, name), getattr(right, name)) for name in ("weekday", "day", "month", "year")]
    if any(one is not None and other is not None for one, other in said):
        return None
    if right.weekday is not None and left.weekday is None and left.day is None:
        return None  # « en mars lundi » are two dates
    weekday, day, month, year = (one if one is not None else other for one, other in said)
    return Day(weekday, day, month, year, left.near or right.near)


def within(day: Day, span: Span) -> Span | Day | None:
    """« mardi » in « la semaine prochaine », « le 15 » in « le mois prochain », « mars » in « l'an passé »."""
    if span.grain == "year" and day.month is not None and day.year is None:
        return replace(day, year=span.start.year)
    if span.grain == "day" and span.end - span.start == timedelta(days=1):
        fits = day.weekday in (None, span.start.weekday()) and day.day in (None, span.start.day)
        fits = fits and day.month in (None, span.start.month) and day.year in (None, span.start.year)
        return span if fits else None
    if day.month is not None or day.year is not None or span.grain not in ("week", "month", "day"):
        return None
    if day.day is not None and span.grain == "month":
        return replace(day, month=span.start.month, year=span.start.year)
    first = span.start
    while first < span.end:
        if day.weekday in (None, first.weekday()) and day.day in (None, first.day):
            return Span(first, first + timedelta(days=1), "day")
        first += timedelta(days=1)
    return None


def _hours(left: Hours | None, right: Hours | None) -> Hours | None:
    if left is None or right is None:
        return left or right
    # « après 9 h et avant 11 h »
    if left.at or right.at or (left.first and right.first) or (left.last and right.last):
        return None
    return Hours(first=left.first or right.first, last=left.last or right.last)


def _in_part(hours: Hours, part: Part) -> Hours:
    """« 2 h de l'après-midi » is 14 h, « midi » of the night is midnight."""

    def shifted(clock: Clock | None) -> Clock | None:
        if clock is None:
            return None
        if clock.hour < 12 and clock.hour + 12 >= part.first >= 12:
            return replace(clock, hour=clock.hour + 12)
        return replace(clock, hour=0) if clock.hour == 12 and part.name in ("night", "morning") else clock

    return Hours(shifted(hours.at), shifted(hours.first), shifted(hours.last))
