"""From one point to another, or from now: « du 3 au 7 mars », « d'ici vendredi », « depuis mars », « avant le 15 »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.almanac import ONE_DAY, day_span, first_of, shifted
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.points import Stretch, resolved
from assistant.understanding.times.resolving import Resolved
from assistant.understanding.times.values import Context, Day, Duration, Point, Span

rules = Rules()


@rules(
    "EXPRESSION",
    "de|du|des|from? POINT a|au|aux|-|to|until le|la|l'? POINT",
    "de|du|des? POINT jusqu'|jusque|jusqua a|au|aux|en? le|la|l'? POINT",
    "entre|between le|la|l'? POINT et|and le|la|l'? POINT",
)
def between(context: Context, left: Point, right: Point) -> Stretch | None:
    return _stretch(context, left, right)


@rules(
    "NUMBERRANGE",
    "les|du|le? NUMBER au|a|-|jusqu' au? DAYMONTH",
    "entre le? NUMBER et le? DAYMONTH",
    "de le? NUMBER a le? DAYMONTH",
)
def number_to_date(_: Context, first: int, last: Day) -> tuple[Day, Day] | None:
    return (Day(day=first), last) if 1 <= first <= 31 else None


@rules("DAYMONTH", "NUMBER de? MONTHNAME")
def day_month(_: Context, number: int, month: int) -> Day:
    return Day(day=number, month=month)


@rules("DAYMONTH", "NUMBER de? MONTHNAME YEAR")
def day_month_year(_: Context, number: int, month: int, year: int) -> Day:
    return Day(day=number, month=month, year=year)


@rules("DAYMONTH", "NUMBER <of> CYCLE")
def day_of_cycle(_: Context, number: int, span: Span) -> Day | None:
    return Day(day=number, month=span.start.month, year=span.start.year) if span.grain == "month" else None


@rules("NUMBERRANGE", "du NUMBER au NUMBER", "entre le NUMBER et le NUMBER", "du NUMBER jusqu' au NUMBER")
def number_to_number(_: Context, first: int, last: int) -> tuple[Day, Day] | None:
    return (Day(day=first), Day(day=last)) if 1 <= first <= 31 and 1 <= last <= 31 else None


@rules("EXPRESSION", "NUMBERRANGE")
def numbers(context: Context, bounds: tuple[Day, Day]) -> Stretch | None:
    return _stretch(context, Point(bounds[0]), Point(bounds[1]))


@rules("EXPRESSION", "entre|de YEAR et|a YEAR", "YEAR - YEAR")
def years(context: Context, first: int, last: int) -> Stretch | None:
    return _stretch(context, Point(Day(year=first)), Point(Day(year=last))) if first < last else None


def _stretch(context: Context, left: Point, right: Point) -> Stretch | None:
    """From one point to another; what one leaves unsaid is borrowed from the other."""
    left, right = _borrowed(left, right)
    start = resolved(left, context)
    if not start.span.grain:
        return Stretch(start, start)
    # The end is the first one that fits after the beginning, also in a question about the past.
    end = resolved(right, Context(start.span.start))
    if not end.span.grain:
        return Stretch(end, end)
    said_once = left.hours or right.hours
    if end.span.end <= start.span.start or (left.date is None and right.date is None and not said_once):
        return None
    return Stretch(start, end)


def _borrowed(left: Point, right: Point) -> tuple[Point, Point]:
    first, last = left.date, right.date
    if first is None and last is not None and left.hours:
        left = replace(left, date=last)
    elif last is None and first is not None and right.hours and left.hours:
        right = replace(right, date=first)
    if isinstance(first, Day) and isinstance(last, Day):
        month, year = first.month, first.year
        if month is None and first.day is not None and first.weekday is None:
            month = last.month
        if year is None and month is not None:
            year = last.year
            if year is not None and last.month is not None and month > last.month:
                year -= 1
        if first.day and last.day and month == last.month and first.month is None and month and first.day > last.day:
            month = (month - 2) % 12 + 1
        left = replace(left, date=replace(first, month=month, year=year))
    elif isinstance(first, Day) and isinstance(last, Span) and first.day and not first.month and last.grain == "day":
        left = replace(left, date=replace(first, month=last.start.month, year=last.start.year))
    return left, right


@rules(
    "EXPRESSION",
    "d' ici a|au|le|la|les|aux? POINT",
    "d' ici a|jusqu' la POINT",
    "jusqu'|jusque|jusqua a|au|aux|en|le? POINT",
    "d' ici a? le|la|l' POINT",
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
)
def within(context: Context, length: Duration) -> Stretch:
    return Stretch(Resolved(day_span(context.today)), Resolved(_day_of(context, length, 1)))


@rules("EXPRESSION", "depuis|since le|la|les|l'|a? POINT", "depuis en POINT")
def since(context: Context, point: Point) -> Stretch | None:
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
    "starting POINT",
    "a partir|compter de YEARPOINT",
)
def starting(context: Context, point: Point) -> Stretch | None:
    return None if point.date is None and not point.hours else Stretch(resolved(point, context), None)


@rules("YEARPOINT", "YEAR")
def year_point(_: Context, year: int) -> Point:
    return Point(Day(year=year))
