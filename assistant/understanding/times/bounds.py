"""From or until a point: « d'ici vendredi », « depuis mars », « avant le 15 », « après Pâques », « récemment »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.almanac import ONE_DAY, day_span, first_of, shifted, unit
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.clocks import EARLIEST
from assistant.understanding.times.points import Stretch, resolved
from assistant.understanding.times.resolving import Resolved
from assistant.understanding.times.values import Context, Date, Day, Duration, Point, Span

rules = Rules()

_RECENTLY, _JUST_RECENTLY = unit("month", 3), unit("month", 1)
"""The anchors that notes are searched by."""


@rules(
    "EXPRESSION",
    "d' ici a|au|le|la|les|aux? POINT",
    "d' ici a|jusqu' la POINT",
    "jusqu'|jusque|jusqua a|au|aux|en|le? POINT",
    "d' ici a? le|la|l' POINT",
    "au plus tard le? POINT",
    "pas|au plus tard que|qu' le? POINT",
    "POINT au plus tard",
    "until POINT",
    "by POINT",
)
def until(context: Context, point: Point) -> Stretch | None:
    end = resolved(point, Context(context.now))
    if end.span.grain and end.span.end <= context.today:
        return None
    return Stretch(Resolved(day_span(context.today)), end)


@rules(
    "EXPRESSION",
    "d' ici DURATION",
    "dans les DURATION",
    "d' ici a|environ|les DURATION",
    "au cours des DURATION",
    "dans moins de|d' DURATION",
    "sous|within DURATION",
)
def within(context: Context, length: Duration) -> Stretch:
    return Stretch(Resolved(day_span(context.today)), Resolved(_day_of(context, length, 1)))


@rules("EXPRESSION", "depuis|since le|la|les|l'|a? POINT", "depuis en POINT")
def since(context: Context, point: Point) -> Stretch | None:
    hour = point.hours.at if point.hours else None
    if hour and point.date is None and not point.part and hour.minute is None and hour.hour < EARLIEST:
        return None  # « depuis 2 heures » is a length
    start = resolved(point, replace(context, past=True))
    if start.span.grain and start.span.start > context.now:
        return None
    return Stretch(start, Resolved(day_span(context.today)) if start.span.grain else start)


@rules("EXPRESSION", "depuis YEAR")
def since_year(context: Context, year: int) -> Stretch | None:
    return since(context, Point(Day(year=year)))


@rules(
    "EXPRESSION",
    "depuis DURATION",
    "depuis plus de|d' DURATION",
    "depuis environ DURATION",
    "depuis au moins DURATION",
    "il? y a moins de|d' DURATION",
    "for DURATION",
)
def for_duration(context: Context, length: Duration) -> Stretch:
    return Stretch(Resolved(_day_of(context, length, -1)), Resolved(day_span(context.today)))


@rules("EXPRESSION", "recemment|dernierement", "ces derniers temps", "lately|recently")
def recently(context: Context) -> Stretch:
    return for_duration(context, _RECENTLY)


@rules("EXPRESSION", "tres|tout recemment|dernierement")
def just_recently(context: Context) -> Stretch:
    return for_duration(context, _JUST_RECENTLY)


def _day_of(context: Context, length: Duration, sign: int) -> Span:
    return day_span(first_of("day", shifted(context.now, length, sign)))


@rules("EXPRESSION", "avant la fin <of> PERIOD", "before the end of PERIOD")
def before_end(_: Context, span: Span) -> Stretch:
    return Stretch(None, Resolved(span))


@rules("EXPRESSION", "il? y a plus de|d' DURATION", "ca fait plus de|d' DURATION", "plus vieux|vieille que DURATION")
def longer_ago(context: Context, length: Duration) -> Stretch:
    return Stretch(None, _just_before(Resolved(_day_of(context, length, -1))))


@rules("EXPRESSION", "avant|before le|la|les|l'? POINT", "pas apres POINT", "avant l'? YEARPOINT")
def before(context: Context, point: Point) -> Stretch | None:
    return None if point.date is None else Stretch(None, _just_before(resolved(point, context)))


def _just_before(found: Resolved) -> Resolved:
    if not found.span.grain:
        return found
    return replace(found, span=Span(found.span.start, found.span.start, found.span.grain))


@rules("EXPRESSION", "apres|after le|la|les|l'? POINT", "passe le|la? POINT")
def after(context: Context, point: Point) -> Stretch | None:
    if point.date is None:
        return None
    found = resolved(point, context)
    # « après demain 16 h » begins at 16 h, « après le 15 » on the 16th.
    first = found.span.start if point.hours else found.span.end
    return Stretch(replace(found, span=Span(first, first + ONE_DAY, found.span.grain)), None)


@rules(
    "EXPRESSION",
    "a partir|compter de|d'|du POINT",
    "a partir|compter de la|l'|le? POINT",
    "des le|la|l' POINT",
    "pas avant le|la|l'? POINT",
    "a partir|compter DATEPOINT",
    "au plus tot le? POINT",
    "POINT au plus tot",
    "starting POINT",
    "a partir|compter de YEARPOINT",
)
def starting(context: Context, point: Point) -> Stretch | None:
    return None if point.date is None and not point.hours else Stretch(resolved(point, context), None)


@rules("DATEPOINT", "DATE")
def date_point(_: Context, said: Date) -> Point:
    return Point(said)


@rules("YEARPOINT", "YEAR")
def year_point(_: Context, year: int) -> Point:
    return Point(Day(year=year))
