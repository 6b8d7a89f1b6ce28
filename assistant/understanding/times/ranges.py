"""From one point to another: « du 3 au 7 mars », « entre lundi et jeudi », « 15 au 20 »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.chart import Rules
from assistant.understanding.times.points import Stretch, resolved
from assistant.understanding.times.values import Context, Day, Point, Span

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


@rules(
    "NUMBERRANGE",
    "du NUMBER au NUMBER",
    "entre le NUMBER et le NUMBER",
    "du NUMBER jusqu' au NUMBER",
    "NUMBER au NUMBER",
)
def number_to_number(context: Context, first: int, last: int) -> tuple[Day, Day] | None:
    if not (1 <= first <= 31 and 1 <= last <= 31):
        return None
    today = context.today
    if first <= today.day <= last and not context.past:
        # On the 17th, « du 15 au 20 » is under way.
        return Day(day=first, month=today.month, year=today.year), Day(day=last)
    return Day(day=first), Day(day=last)


@rules("EXPRESSION", "NUMBERRANGE")
def numbers(context: Context, bounds: tuple[Day, Day]) -> Stretch | None:
    return _stretch(context, Point(bounds[0]), Point(bounds[1]))


@rules("EXPRESSION", "entre|de YEAR et|a YEAR", "YEAR - YEAR", "<the>? annee|annees YEAR -|a YEAR")
def years(context: Context, first: int, last: int) -> Stretch | None:
    return _stretch(context, Point(Day(year=first)), Point(Day(year=last))) if first < last else None


def _stretch(context: Context, left: Point, right: Point) -> Stretch | None:
    """From one point to another; what one leaves unsaid is borrowed from the other."""
    left, right = _borrowed(left, right)
    if _is_in_any_year(left) and _is_in_any_year(right):
        # In March, « entre janvier et mars » is under way.
        start = resolved(left, Context(resolved(right, context).span.start, past=True))
    else:
        start = resolved(left, context)
    if not start.span.grain:
        return Stretch(start, start)
    # The end is the first one that fits after the beginning, also in a question about the past.
    end = resolved(right, Context(start.span.start))
    if _is_in_any_year(right) and end.span.grain and end.span.end <= start.span.start:
        # On the 1st of January, « 31 décembre » is yesterday's; « du 1er janvier au 31 décembre » is the whole year.
        end = resolved(_in_year(right, start.span.start.year), context)
    if not end.span.grain:
        return Stretch(end, end)
    said_once = left.hours or right.hours
    if end.span.end <= start.span.start or (left.date is None and right.date is None and not said_once):
        return None
    return Stretch(start, end)


def _is_in_any_year(point: Point) -> bool:
    said = point.date
    return isinstance(said, Day) and said.month is not None and said.year is None and not said.near


def _in_year(point: Point, year: int) -> Point:
    return replace(point, date=replace(point.date, year=year)) if isinstance(point.date, Day) else point


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
