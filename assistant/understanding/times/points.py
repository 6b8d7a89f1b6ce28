"""Dates, parts of the day and hours said together: « mardi 14 h », « jeudi 9 à 11 h », « les 3 et 5 avril »."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.understanding.times.almanac import ONE_DAY
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.clocks import EARLIEST
from assistant.understanding.times.parts import at_edge
from assistant.understanding.times.resolving import Resolved, calendar_day, resolve
from assistant.understanding.times.values import Clock, Context, Day, Hours, Impossible, Point, Span, merged

rules = Rules()

LATEST_HOUR = 21
"""After it, a bare number is no hour of a visit."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of time as understood; a missing bound is open."""

    start: Resolved | None
    end: Resolved | None

    @property
    def whole(self) -> Resolved | None:
        """The point it is, unless it goes from one to another."""
        return self.start if self.start is self.end else None


@rules(
    "<link>",
    "<at>",
    "le|la|l'|,|de|du|en|on|dans|pendant|durant|au|-|t",
    "<at> le|la|l'",
    "de la|l'",
    "dans|pendant|durant la|l'|le",
    ", <at>",
    ", le|de|du|au|en",
    "plutot|entre",
)
def link(_: Context) -> bool:
    return True


@rules("POINT", "PIECE")
def point(_: Context, piece: Point) -> Point:
    return piece


@rules("POINT", "PIECE <link>? POINT")
def points(_: Context, left: Point, right: Point) -> Point | None:
    return merged(left, right)


@rules("PIECE", "tres|plus? tot POINT")
def early(_: Context, point: Point) -> Point | None:
    """« tôt demain matin »."""
    return _at_edge(point, "start")


@rules("PIECE", "tres|plus? tard POINT")
def late(_: Context, point: Point) -> Point | None:
    """« tard ce soir »."""
    return _at_edge(point, "end")


def _at_edge(point: Point, edge: str) -> Point | None:
    part = at_edge(point.part, edge) if point.part and not point.hours else None
    return replace(point, part=part) if part else None


@rules("EXPRESSION", "des POINT")
def from_day_on(context: Context, point: Point) -> Stretch | None:
    """« dès lundi »; without accents « des » is also an article, so one named day must follow."""
    named = isinstance(point.date, Day) and point.date.weekday is not None
    found = resolved(point, context)
    one_day = isinstance(point.date, Span) and found.span.end - found.span.start == ONE_DAY
    return Stretch(found, None) if named or one_day else None


@rules("POINT", "PIECE de INT a INT", "PIECE entre INT et INT")
def bare_hours(_: Context, piece: Point, first: int, last: int) -> Point | None:
    """« jeudi de 9 à 11 »."""
    last += 12 if last <= first - 6 else 0
    plausible = piece.date and not piece.hours and EARLIEST <= first < last <= LATEST_HOUR
    return replace(piece, hours=Hours(first=Clock(first), last=Clock(last))) if plausible else None


@rules("POINT", "entre INT et INT PIECE", "de INT a INT PIECE")
def bare_hours_first(context: Context, first: int, last: int, piece: Point) -> Point | None:
    """« entre 9 et 11 demain »."""
    return bare_hours(context, piece, first, last)


@rules("POINT", "PIECE a|vers INT")
def bare_hour(_: Context, piece: Point, hour: int) -> Point | None:
    """« demain à 8 », « lundi à 2 » in the afternoon."""
    if piece.hours or not (piece.date or piece.part) or not 1 <= hour <= LATEST_HOUR:
        return None
    said = merged(piece, Point(hours=Hours(at=Clock(hour))))
    return replace(piece, hours=Hours(at=Clock(hour + 12))) if hour < EARLIEST and not piece.part else said


@rules("POINT", "PIECE avant|before INT", "PIECE avant|before NUM")
def before_bare_hour(_: Context, piece: Point, hour: int) -> Point | None:
    """« lundi avant 10 »."""
    return _bounded(piece, hour, last=True)


@rules("POINT", "PIECE apres|after|passe INT", "PIECE apres|after|passe NUM")
def after_bare_hour(_: Context, piece: Point, hour: int) -> Point | None:
    """« demain après 3 »: in the afternoon."""
    return _bounded(piece, hour, last=False)


def _bounded(piece: Point, hour: int, *, last: bool) -> Point | None:
    if not piece.date or piece.hours or not 1 <= hour <= LATEST_HOUR:
        return None
    clock = Clock(hour + 12 if hour < EARLIEST else hour)
    return replace(piece, hours=Hours(last=clock) if last else Hours(first=clock))


@rules("PIECE", "WEEKDAYNAME INT a|- CLOCK")
def weekday_and_hours(context: Context, weekday: int, first: int, last: Clock) -> Point | None:
    """« jeudi 9 à 11 h », unless the 9th is a Thursday."""
    numbered = 1 <= first <= 31 and calendar_day(Day(weekday=weekday, day=first), context).start.weekday() == weekday
    plausible = EARLIEST <= first < last.hour
    if numbered or not plausible:
        return None
    return Point(Day(weekday=weekday), hours=Hours(first=Clock(first), last=last))


@rules("EXPRESSION", "POINT", "SPACED")
def single(context: Context, said: Point | Day) -> Stretch | None:
    point = said if isinstance(said, Point) else Point(said)
    found = resolved(point, context)
    return Stretch(found, found)


def resolved(point: Point, context: Context) -> Resolved:
    """A point on the calendar; what no calendar has bears no grain."""
    try:
        return resolve(point, context)
    except Impossible:
        return Resolved(Span(context.today, context.today, ""), part=point.part, hours=point.hours)


@rules(
    "LIST",
    "les|le|du|des|au? INT ,|et|ou|pis|puis le|du|au? DAYMONTH",
    "les|le|du|des|au? INT ,|et|ou|pis|puis le|du|au? LIST",
    "les|le|du|des|au? INT er ,|et|ou|pis|puis le|du|au? DAYMONTH",
    "les|le|du|des|au? INT er ,|et|ou|pis|puis le|du|au? LIST",
)
def listed(_: Context, first: int, rest: Day | tuple[Day, ...]) -> tuple[Day, ...] | None:
    following = rest if isinstance(rest, tuple) else (rest,)
    return (replace(following[-1], day=first), *following) if 1 <= first <= 31 else None


@rules("LIST", "le? WEEKDAYNAME le? INT ,|et|ou|pis|puis le? WEEKDAYNAME le? DAYMONTH")
def weekdays_listed(_: Context, weekday: int, first: int, other: int, last: Day) -> tuple[Day, ...] | None:
    """« lundi 4 et mardi 5 mai »."""
    days = (replace(last, day=first, weekday=weekday), replace(last, weekday=other))
    return days if 1 <= first <= 31 else None


@rules("LIST", "le|les|du|au INT et|ou|pis|puis INT")
def numbers_listed(_: Context, first: int, last: int) -> tuple[Day, ...] | None:
    """« le 14 et 15 »; « le 2 et 3 » are of a list."""
    return (Day(day=first), Day(day=last)) if 10 < first < last <= 31 else None


@rules("EXPRESSION", "LIST", "<the> LIST")
def several(context: Context, days: tuple[Day, ...]) -> tuple[Stretch, ...]:
    return tuple(found for day in days if (found := single(context, Point(day))))
