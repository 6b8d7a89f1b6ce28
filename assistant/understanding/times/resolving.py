"""From what was said to the calendar: the nearest day, month or hour that fits, by the house's conventions.

A bare weekday is the next one strictly after today; a day and month without a year is this year's while it is to come
or at most thirty days past; a question about the past takes the most recent one. An impossible date is said, never
replaced.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assistant.understanding.times.almanac import ONE_DAY, day_span, first_of, midnight, shifted, span_of, unit
from assistant.understanding.times.values import (
    GRAINS,
    Context,
    Date,
    Day,
    Hours,
    Impossible,
    Part,
    Point,
    Span,
    Yearly,
)

RECENT = timedelta(days=30)
"""A date without a year that is not longer past than this is this year's."""


@dataclass(frozen=True)
class Resolved:
    """A stretch of time, and what of it was said in hours."""

    span: Span
    dated: bool = True
    part: Part | None = None
    hours: Hours | None = None


def resolve(point: Point, context: Context) -> Resolved:
    """A point on the calendar; raises `Impossible` when no calendar or clock has it."""
    hours, part = point.hours, point.part
    for clock in (hours.at, hours.first, hours.last) if hours else ():
        if clock is not None and not clock.possible:
            raise Impossible(str(clock))
    if point.date is None:
        return Resolved(_today(part, hours, context), dated=False, part=part, hours=hours)
    span = placed(point.date, context)
    if hours:
        return Resolved(_timed(first_of("day", span.start), hours), part=part, hours=hours)
    if part:
        day = first_of("day", span.start)
        return Resolved(Span(_hour(day, part.first), _hour(day, part.last), "hour"), part=part)
    return Resolved(span)


def _today(part: Part | None, hours: Hours | None, context: Context) -> Span:
    """The next time the clock shows it; the last time when the question is about the past."""
    if part and not hours:
        return Span(_hour(context.today, part.first), _hour(context.today, part.last), "hour")
    span = _timed(context.today, hours or Hours())
    if context.past and span.start > context.now:
        return _timed(context.today - ONE_DAY, hours or Hours())
    if hours and hours.at and not context.past and span.end <= context.now:
        return _timed(context.today + ONE_DAY, hours)
    return span


def _hour(day: datetime, hour: int) -> datetime:
    return day + timedelta(hours=hour)


def _timed(day: datetime, hours: Hours) -> Span:
    if hours.at:
        start = hours.at.on(day)
        return Span(start, start + hours.at.length, hours.at.grain)
    start = hours.first.on(day) if hours.first else day
    end = hours.last.on(day) if hours.last else day + ONE_DAY
    grains = [clock.grain for clock in (hours.first, hours.last) if clock]
    return Span(start, end if end > start else end + ONE_DAY, min(grains, key=GRAINS.index, default="hour"))


def calendar_day(said: Day, context: Context) -> Span:
    """The stretch that a half-said date means; raises `Impossible`."""
    if said.day is not None:
        return _numbered(said, context)
    if said.month is not None:
        return _month(said.month, said, context)
    if said.year is not None:
        return span_of("year", midnight(date(said.year, 1, 1)))
    return _weekday(said, context)


def placed(said: Date, context: Context) -> Span:
    """A date on the calendar, wherever it was said; raises `Impossible`."""
    if isinstance(said, Span):
        return said
    return calendar_day(said, context) if isinstance(said, Day) else _yearly(said, context)


def _yearly(said: Yearly, context: Context) -> Span:
    today = context.today
    before, this, after = (said.in_year(today.year + count) for count in (-1, 0, 1))
    if said.near == "next":
        return this if this.start > today else after
    if said.near == "last":
        return next(span for span in (this, before, said.in_year(today.year - 2)) if span.end <= today)
    if context.past:
        return this if this.start <= today else before
    if before.end > today:
        return before
    return this if said.near == "this" or this.end > today - RECENT else after


def _weekday(said: Day, context: Context) -> Span:
    weekday = said.weekday or 0
    today, ahead = context.today, (weekday - context.today.weekday()) % 7
    if said.near == "last" or (context.past and not said.near):
        return day_span(today - ((today.weekday() - weekday - 1) % 7 + 1) * ONE_DAY)
    if said.near == "this":
        return day_span(today + ahead * ONE_DAY)
    found = day_span(today + (ahead or 7) * ONE_DAY)
    if said.near != "next":
        return found
    # « Mardi prochain » does not add a week here, but some people mean the one of next week.
    following = first_of("week", today) + (7 + weekday) * ONE_DAY
    return replace(found, other=(following, following + ONE_DAY)) if following != found.start else found


def _numbered(said: Day, context: Context) -> Span:
    day = said.day or 0
    if said.month is not None:
        if not 1 <= said.month <= 12:
            raise Impossible(f"{day}/{said.month}")
        return _in_month(day, said.month, said, context)
    if not 1 <= day <= 31:
        raise Impossible(str(day))
    this = context.today.replace(day=1)
    months = [shifted(this, unit("month", count)) for count in (0, 1, 2, -1, -2)]
    days = [month.replace(day=day) for month in months if day <= calendar.monthrange(month.year, month.month)[1]]
    if context.past:
        days = sorted((found for found in days if found <= context.today), reverse=True)
    else:
        days.sort(key=lambda found: (found < context.today, abs(found - context.today)))
    return day_span(next((found for found in days if said.weekday == found.weekday()), days[0]))


def _in_month(day: int, month: int, said: Day, context: Context) -> Span:
    if not 1 <= day <= (29 if month == 2 else calendar.monthrange(2000, month)[1]):
        raise Impossible(f"{day}/{month}")
    if said.year is not None:
        if day > calendar.monthrange(said.year, month)[1]:
            raise Impossible(f"{day}/{month}/{said.year}")
        return day_span(midnight(date(said.year, month, day)))
    year = context.today.year
    # A leap day may be up to eight years away.
    years = [found for found in range(year - 8, year + 9) if day <= calendar.monthrange(found, month)[1]]
    days = [midnight(date(found, month, day)) for found in years]
    if said.near == "last" or (context.past and not said.near):
        return day_span(max(found for found in days if found <= context.today))
    preferred = min(found for found in days if found >= context.today - RECENT)
    if said.near == "next":
        preferred = min(found for found in days if found > context.today)
    return day_span(preferred)


def _month(month: int, said: Day, context: Context) -> Span:
    if said.year is not None:
        return span_of("month", midnight(date(said.year, month, 1)))
    months = [
        span_of("month", context.today.replace(year=context.today.year + count, month=month, day=1))
        for count in (-1, 0, 1)
    ]
    if said.near == "last":
        return max((found for found in months if found.end <= context.today), key=lambda found: found.start)
    if said.near == "next":
        return next(found for found in months if found.start > context.today)
    if context.past:
        return max((found for found in months if found.start <= context.today), key=lambda found: found.start)
    return next(found for found in months if found.end > context.today - RECENT)
