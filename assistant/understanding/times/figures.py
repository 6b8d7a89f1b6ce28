"""Dates in figures: « 14/03 », « 14-03-2026 », « 2026-03-14 », « 03/2026 »; the day comes before the month."""

from __future__ import annotations

from assistant.understanding.times.almanac import FIRST_YEAR, LAST_YEAR
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import Context, Day

rules = Rules()

_PIVOT = 70
"""« 14/03/26 » is 2026, « 14/03/98 » is 1998."""


@rules(
    "DATE",
    "<the>? WEEKDAYNAME? ,? le? INT /|- INT /|- INT",
    "<the>? WEEKDAYNAME? ,? INT . INT . PAIR",
    "<the>? WEEKDAYNAME? ,? INT . INT . YEAR",
)
def numeric(_: Context, __: int | None, first: int, second: int, third: int) -> Day | None:
    if first >= FIRST_YEAR:
        dated = first <= LAST_YEAR and third < 100 and second < 100
        return Day(day=third, month=second, year=first) if dated else None
    year = third + (2000 if third < _PIVOT else 1900) if third < 100 else third
    dated = FIRST_YEAR <= year <= LAST_YEAR and first < 100 and second < 100
    return Day(day=first, month=second, year=year) if dated else None


@rules("DATE", "<the>? WEEKDAYNAME? ,? le? INT / INT")
def day_slash_month(_: Context, weekday: int | None, day: int, month: int) -> Day | None:
    usual = (day, month) != (24, 7) and day <= 31 and 1 <= month <= 12  # « 24/7 » is no date
    return Day(weekday, day, month) if usual else None


@rules("DATE", "le INT / INT")
def said_day_month(_: Context, day: int, month: int) -> Day | None:
    # « le 31/13 » is meant as a date, and impossible.
    return Day(day=day, month=month) if day < 100 and month < 100 else None


@rules("DATE", "le INT INT")
def said_and_spaced(_: Context, day: int, month: int) -> Day | None:
    return Day(day=day, month=month) if 1 <= day <= 31 and 1 <= month <= 12 else None


@rules("SPACED", "YEAR")
def lone_year(_: Context, value: int) -> Day:
    return Day(year=value)


@rules("SPACED", "INT INT")
def spaced_day_month(_: Context, day: int, month: int) -> Day | None:
    return Day(day=day, month=month) if 1 <= day <= 31 and 1 <= month <= 12 else None


@rules("SPACED", "le? INT INT INT")
def spaced_date(_: Context, day: int, month: int, year: int) -> Day | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    if year < 100:
        return Day(day=day, month=month, year=2000 + year)
    return Day(day=day, month=month, year=year) if FIRST_YEAR <= year <= LAST_YEAR else None


@rules("MONTHDATE", "INT /|- YEAR")
def numeric_month(_: Context, month: int, year: int) -> Day | None:
    return Day(month=month, year=year) if 1 <= month <= 12 else None


@rules("MONTHDATE", "YEAR - INT")
def iso_month(_: Context, year: int, month: int) -> Day | None:
    return Day(month=month, year=year) if 1 <= month <= 12 else None
