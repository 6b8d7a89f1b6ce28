"""Dates as they are named or numbered: « mardi », « le 3 », « 3 mars 2025 », « mars dernier », « en 2024 »."""

from __future__ import annotations

from datetime import timedelta

from assistant.understanding.times.almanac import day_span
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.resolving import calendar_day
from assistant.understanding.times.values import Context, Day, Span

rules = Rules()

_NO_DAY = 40
"""« le 32 » was meant as a day; « le 88 » was not."""


@rules("<of>", "de|du|d'|des|of|in", "de la|l'|cette|cet|ce|mon", "de notre")
def of(_: Context) -> bool:
    return True


@rules(
    "<the>",
    "le|la|l'|les|ma|mon|the",
    "au|aux|en|du|des|dans|durant|pendant|pour|a|on",
    "a|dans|durant|pendant|pour|de|en la|l'|le|les|ma|mon",
    "au cours de|du|des la|l'|les?",
    "dans le courant de|du|des la|l'|les?",
    "en|au courant de|du la|l'?",
)
def the(_: Context) -> bool:
    return True


@rules("<this>", "ce|cet|cette|ces|cte|st|this", "de|dans|pour|pendant|durant|en|a ce|cet|cette|ces|this", "c' te?")
def this(_: Context) -> bool:
    return True


@rules("<one>", "<the>", "<this>")
def one(_: Context) -> bool:
    return True


@rules("SIDE", "NEXT", "LAST")
def side(_: Context, sign: int) -> int:
    return sign


@rules("SIDE", "d' apres", "qui vient|viennent|suit|suivent", "qui s' en vient|viennent", "qui arrive|approche", "a venir")
def side_after(_: Context) -> int:
    return 1


@rules("SIDE", "d' avant")
def side_before(_: Context) -> int:
    return -1


def near(sign: int) -> str:
    """Which of the days of a name: the next one or the last one."""
    return "next" if sign > 0 else "last"


@rules("MONTHNAME", "MONTH", "SHORTMONTH")
def month_name(_: Context, month: int) -> int:
    return month


@rules("NUMBER", "INT", "premier", "INT er")
def day_number(_: Context, value: int = 1) -> int | None:
    return value if value < 100 else None


@rules("DAYNUMBER", "NUMBER", "NUM")
def any_day_number(_: Context, value: int) -> int | None:
    return value if value < 100 else None


@rules("WEEKDAYNAME", "WEEKDAY", "SHORTDAY")
def weekday_name(_: Context, weekday: int) -> int:
    return weekday


@rules("DATE", "WEEKDAYNAME", "<the> WEEKDAY", "chaque WEEKDAY", "tous? les WEEKDAYS", "WEEKDAYS")
def weekday(_: Context, value: int) -> Day:
    return Day(weekday=value)


@rules("DATE", "<this> WEEKDAYNAME", "<this> WEEKDAYNAME ci", "WEEKDAYNAME aujourd'hui", "aujourd'hui WEEKDAYNAME")
def this_weekday(_: Context, value: int) -> Day:
    return Day(weekday=value, near="this")


@rules("DATE", "l' autre WEEKDAY")
def other_weekday(_: Context, value: int) -> Day:
    return Day(weekday=value, near="last")


@rules("DATE", "<the>? WEEKDAYNAME SIDE", "<this> WEEKDAYNAME SIDE")
def weekday_beside(_: Context, value: int, sign: int) -> Day:
    return Day(weekday=value, near=near(sign))


@rules("DATE", "<the>? SIDE WEEKDAYNAME")
def beside_weekday(_: Context, sign: int, value: int) -> Day:
    return Day(weekday=value, near=near(sign))


@rules("DATE", "<the>? WEEKDAYNAME en huit|8", "<the>? WEEKDAYNAME dans huit|8")
def weekday_in_a_week(context: Context, value: int) -> Span:
    return _weeks_after(context, value, 1)


@rules("DATE", "<the>? WEEKDAYNAME en quinze|15", "<the>? WEEKDAYNAME dans quinze|15")
def weekday_in_two_weeks(context: Context, value: int) -> Span:
    return _weeks_after(context, value, 2)


def _weeks_after(context: Context, weekday: int, weeks: int) -> Span:
    first = calendar_day(Day(weekday=weekday, near="this"), context)
    return day_span(first.start + timedelta(weeks=weeks))


@rules("DATE", "<the>? WEEKDAYNAME ,? le? NUMBER")
def weekday_and_number(_: Context, weekday: int, number: int) -> Day:
    return Day(weekday=weekday, day=number)


@rules("DATE", "le|au|du INT", "le|au|du INT er", "pour le INT", "pour le INT er")
def bare_number(_: Context, number: int) -> Day | None:
    return Day(day=number) if 1 <= number < _NO_DAY else None


@rules("DATE", "le NUM")
def bare_number_in_words(_: Context, number: int) -> Day | None:
    # « le deux » is the second of a list.
    return Day(day=number) if 11 <= number <= 31 else None


@rules("DATE", "<one>? DAYNUMBER de? MONTHNAME", "<the>? DAYNUMBER - MONTHNAME")
def day_month(_: Context, number: int, month: int) -> Day:
    return Day(day=number, month=month)


@rules("DATE", "<the>? DAYNUMBER de? MONTHNAME ,|de|-? FULLYEAR", "<the>? DAYNUMBER - MONTHNAME - FULLYEAR")
def day_month_year(_: Context, number: int, month: int, year: int) -> Day:
    return Day(day=number, month=month, year=year)


@rules("DATE", "<the>? INT -? mar -? YEAR")
def english_march(_: Context, number: int, year: int) -> Day:
    """« 3 mar 2026 »; without a year, « mar » is Tuesday."""
    return Day(day=number, month=3, year=year)


@rules("DATE", "<the>? DAYNUMBER de? MONTHNAME SIDE")
def day_month_beside(_: Context, number: int, month: int, sign: int) -> Day:
    return Day(day=number, month=month, near=near(sign))


@rules("DATE", "<the>? WEEKDAYNAME ,? le? DAYNUMBER de? MONTHNAME")
def weekday_day_month(_: Context, weekday: int, number: int, month: int) -> Day:
    return Day(weekday, number, month)


@rules("DATE", "<the>? WEEKDAYNAME ,? le? DAYNUMBER de? MONTHNAME ,|de|-? FULLYEAR")
def weekday_day_month_year(_: Context, weekday: int, number: int, month: int, year: int) -> Day:
    return Day(weekday, number, month, year)


@rules("DATE", "MONTHNAME INT ,? FULLYEAR")
def english_order(_: Context, month: int, day: int, year: int) -> Day | None:
    return Day(day=day, month=month, year=year) if day < 100 else None


@rules("DATE", "<the>? MONTHNAME INT", "<the>? MONTHNAME the? INT st|nd|rd|th", "<the>? MONTHNAME le INT")
def month_then_day(_: Context, month: int, day: int) -> Day | None:
    """« avr 14 », « january 2nd », « avril le 3 »: as a calendar or an Englishman has it."""
    return Day(day=day, month=month) if 1 <= day <= 31 else None


@rules("DATE", "<the>? WEEKDAYNAME ,? MONTHNAME INT", "<the>? WEEKDAYNAME ,? MONTHNAME INT st|nd|rd|th")
def weekday_month_day(_: Context, weekday: int, month: int, day: int) -> Day | None:
    return Day(weekday, day, month) if 1 <= day <= 31 else None


@rules("MONTHDATE", "MONTH", "<the>? mois de|d' MONTHNAME", "courant MONTH")
def month(_: Context, value: int) -> Day:
    return Day(month=value)


@rules("DATE", "MONTHDATE", "SHORTMONTH", "<the> MONTHNAME", "tout le? mois? de? MONTH")
def month_date(_: Context, value: int | Day) -> Day:
    return value if isinstance(value, Day) else Day(month=value)


@rules("MONTHDATE", "<the>? MONTHNAME ,|de|-|/? YEAR", "<the>? mois de|d' MONTHNAME YEAR", "courant MONTH YEAR")
def month_year(_: Context, month: int, year: int) -> Day:
    return Day(month=month, year=year)


@rules("MONTHDATE", "mar YEAR")
def english_march_of(_: Context, year: int) -> Day:
    return Day(month=3, year=year)


@rules("MONTHDATE", "<the>? MONTHNAME SIDE", "<the>? mois de|d' MONTHNAME SIDE")
def month_beside(_: Context, month: int, sign: int) -> Day:
    return Day(month=month, near=near(sign))


@rules("MONTHDATE", "SIDE MONTH")
def beside_month(_: Context, sign: int, month: int) -> Day:
    return Day(month=month, near=near(sign))
