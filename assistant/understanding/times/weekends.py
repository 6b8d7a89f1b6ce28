"""Weekends: « cette fin de semaine », « le week-end du 14 », « la longue fin de semaine de mai »."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from assistant.understanding.times.almanac import LONG_WEEKENDS, ONE_DAY, Feast, first_of, midnight
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.feasts import feast_days
from assistant.understanding.times.resolving import calendar_day, placed
from assistant.understanding.times.values import Context, Date, Day, Span, Yearly

rules = Rules()


@rules("<weekend>", "fin de semaine", "week end", "weekend|we|wkd|fds")
def weekend_word(_: Context) -> bool:
    return True


@rules("WEEKEND", "<weekend>", "<the> <weekend>", "<this> <weekend>", "<this> <weekend> ci|la")
def weekend(context: Context) -> Span:
    return _weekend(context, 0)


@rules("WEEKEND", "<the>? <weekend> SIDE")
def weekend_beside(context: Context, sign: int) -> Span:
    return _weekend(context, sign)


@rules("WEEKEND", "<the>? SIDE <weekend>")
def beside_weekend(context: Context, sign: int) -> Span:
    return _weekend(context, sign)


@rules("WEEKEND", "<the>? <weekend> <of> DATE")
def weekend_of(context: Context, base: Date) -> Span | None:
    span = placed(base, context)
    if span.grain not in ("day", "week"):
        return None
    # A holiday on Monday makes the weekend before it a long one.
    monday = isinstance(base, Yearly) and span.start.weekday() == 0
    return _weekend(Context(span.start), -1 if monday else 0)


def _weekend(context: Context, weeks: int) -> Span:
    saturday = first_of("week", context.now) + timedelta(days=5, weeks=weeks)
    return Span(saturday, saturday + 2 * ONE_DAY, "day")


@rules("WEEKEND", "<the>? <weekend> du NUMBER", "<the>? <weekend> du DAYMONTH")
def weekend_around(context: Context, said: int | Day) -> Span | None:
    """« le week-end du 14 »: of the months near, the one whose 14th is in a weekend."""
    day = said if isinstance(said, Day) else Day(day=said)
    if not 1 <= (day.day or 0) <= 31:
        return None
    found = [calendar_day(replace(day, weekday=weekday), context).start for weekday in (5, 6)]
    fitting = [start for start, weekday in zip(found, (5, 6), strict=True) if start.weekday() == weekday]
    nearest = min(fitting or found, key=lambda start: abs(start - context.today))
    return _weekend(Context(nearest), 0)


@rules("WEEKEND", "<one>? longue <weekend>", "<one>? longue <weekend> <of> MONTH")
def long_weekend(context: Context, month: int | None = None) -> Span | None:
    """The next one made long by a holiday, or that of a month."""
    years = (context.today.year, context.today.year + 1)
    found = sorted(feast(year) for year in years for feast in LONG_WEEKENDS)
    for first, last in found:
        if midnight(last) >= context.today and month in (None, first.month, last.month):
            return Span(midnight(first), midnight(last) + ONE_DAY, "day")
    return None


@rules("WEEKEND", "<one>? longue <weekend> <of> FEAST")
def long_weekend_of(context: Context, feast: Feast) -> Span:
    """A holiday beside a weekend, and that weekend."""
    day = placed(Yearly(partial(feast_days, feast)), context)
    plain = _weekend(Context(day.start), -1 if day.start.weekday() <= 1 else 0)
    return Span(min(plain.start, day.start), max(plain.end, day.end), "day")
