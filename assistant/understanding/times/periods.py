"""Pieces of a longer period: beginnings and ends, « le 2e mardi de juin », « le 1er trimestre 2025 »."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from assistant.understanding.times.almanac import (
    ONE_DAY,
    day_span,
    first_of,
    midnight,
    nth_weekday,
    season,
    shifted,
    span_of,
    unit,
)
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.cycles import beside
from assistant.understanding.times.numbers import A_FEW
from assistant.understanding.times.resolving import calendar_day, placed
from assistant.understanding.times.values import Context, Date, Day, Span, Yearly

rules = Rules()

_A_MONTH_OR_SO = timedelta(days=40)


@rules("PERIOD", "CYCLE", "MONTHDATE", "YEAR", "l' YEAR", "annee|an YEAR", "NTH")
def period(context: Context, value: Date | int) -> Span:
    return placed(Day(year=value) if isinstance(value, int) else value, context)


@rules("PERIOD", "MONTHNAME")
def named_month(context: Context, month: int) -> Span:
    return calendar_day(Day(month=month), context)


@rules("PERIOD", "l'|le? SEASON")
def season_period(context: Context, which: int) -> Span:
    return placed(Yearly(partial(season, which)), context)


@rules("PERIOD", "UNIT", "UNIT SIDE")
def bare_period(context: Context, grain: str, sign: int = 0) -> Span | None:
    if grain not in ("week", "month", "quarter", "year"):
        return None
    return (beside(context, grain, sign) if sign else span_of(grain, context.now)) or None


@rules("EDGED", "<the>? EDGE <of>? PERIOD", "tout EDGE <of>? PERIOD", "<the>? EDGE - PERIOD")
def edge(_: Context, which: str, span: Span) -> Span | None:
    return _edge(which, span)


@rules("EDGED", "<the>? beginning of PERIOD")
def english_start(_: Context, span: Span) -> Span | None:
    return _edge("start", span)


@rules("EDGED", "<the>? end of PERIOD")
def english_end(_: Context, span: Span) -> Span | None:
    return _edge("end", span)


def _edge(which: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    if span.grain == "week":
        first, last = {"start": (0, 2), "middle": (2, 4), "end": (4, 7)}[which]
        return Span(start + first * ONE_DAY, start + last * ONE_DAY, "day")
    if span.grain == "month":
        tenth, twentieth = start + 10 * ONE_DAY, start + 20 * ONE_DAY
        first_last = {"start": (start, tenth), "middle": (tenth, twentieth), "end": (twentieth, end)}[which]
        return Span(*first_last, "day")
    if end - start > _A_MONTH_OR_SO:
        third = unit("month", 4 if span.grain == "year" else 1)
        early, late = shifted(start, third), shifted(end, third, -1)
        first_last = {"start": (start, early), "middle": (early, late), "end": (late, end)}[which]
        return Span(*first_last, "day" if span.grain == "day" else "month")
    return None


@rules("NTH", "<the>? ORD WEEKDAYNAME <of> PERIOD", "<the>? ORD WEEKDAYNAME <of>? PERIOD")
def nth_weekday_of(_: Context, nth: int, weekday: int, span: Span) -> Span | None:
    if span.grain != "month":
        return None
    found = nth_weekday(span.start.year, span.start.month, weekday, nth)
    return day_span(midnight(found)) if found else None


@rules("NTH", "<the>? WEEKDAYNAME LAST <of> PERIOD")
def last_weekday_of(context: Context, weekday: int, __: object, span: Span) -> Span | None:
    return nth_weekday_of(context, -1, weekday, span)


@rules("NTH", "le? premier <of> PERIOD")
def first_day_of(_: Context, span: Span) -> Span | None:
    return day_span(span.start) if span.grain == "month" else None


@rules("NTH", "<the>? ORD UNIT <of> PERIOD", "<the>? ORD UNIT <of>? PERIOD")
def nth_unit_of(_: Context, nth: int, grain: str, span: Span) -> Span | None:
    if grain not in ("day", "week", "month", "quarter"):
        return None
    units: list[Span] = []
    start = first_of(grain, span.start)
    while start < span.end and len(units) < 370:
        found = span_of(grain, start)
        # Weeks count when they stand wholly inside the month.
        if span.start <= found.start and found.end <= span.end:
            units.append(found)
        start = found.end
    place = nth - 1 if nth > 0 else nth
    return units[place] if -len(units) <= place < len(units) else None


@rules("NTH", "<the>? COUNT? premiers|premieres UNIT <of> PERIOD")
def first_units_of(context: Context, count: int | None, grain: str, span: Span) -> Span | None:
    first, last = (nth_unit_of(context, nth, grain, span) for nth in (1, count or A_FEW))
    return Span(first.start, last.end, grain) if first and last else None


@rules("NTH", "<the>? COUNT? derniers|dernieres UNIT <of> PERIOD")
def last_units_of(context: Context, count: int | None, grain: str, span: Span) -> Span | None:
    first, last = (nth_unit_of(context, nth, grain, span) for nth in (-(count or A_FEW), -1))
    return Span(first.start, last.end, grain) if first and last else None


@rules("NTH", "<the>? ORD <weekend> <of> PERIOD")
def nth_weekend_of(_: Context, nth: int, span: Span) -> Span | None:
    if span.grain != "month":
        return None
    found = nth_weekday(span.start.year, span.start.month, 5, nth)
    return Span(midnight(found), midnight(found) + 2 * ONE_DAY, "day") if found else None


@rules("NTH", "<the>? ORD quinzaine|moitie <of> PERIOD")
def fortnight_of(_: Context, nth: int, span: Span) -> Span | None:
    if span.grain != "month" or nth not in (1, 2, -1):
        return None
    middle = span.start + 15 * ONE_DAY
    return Span(span.start, middle, "day") if nth == 1 else Span(middle, span.end, "day")


@rules("QUARTERNUMBER", "ORD trimestre", "t|q INT", "INT er|e trim")
def quarter_number(_: Context, value: int) -> int | None:
    return value if 1 <= value <= 4 else None


@rules("NTH", "<the>? QUARTERNUMBER")
def quarter(context: Context, number: int) -> Span:
    return _quarter(number, context.today.year)


@rules("NTH", "<the>? QUARTERNUMBER <of>? YEAR", "<the>? QUARTERNUMBER de l' annee? YEAR")
def quarter_of(_: Context, number: int, year: int) -> Span:
    return _quarter(number, year)


@rules("NTH", "<the>? QUARTERNUMBER <of>? CYCLE")
def quarter_of_cycle(_: Context, number: int, span: Span) -> Span | None:
    return _quarter(number, span.start.year) if span.grain == "year" else None


def _quarter(number: int, year: int) -> Span:
    return span_of("quarter", midnight(date(year, number * 3 - 2, 1)))


@rules("NTH", "<the>? ORD semestre", "<the>? ORD semestre <of>? YEAR")
def half_year(context: Context, nth: int, year: int | None = None) -> Span | None:
    if nth not in (1, 2):
        return None
    start = midnight(date(year or context.today.year, nth * 6 - 5, 1))
    return Span(start, shifted(start, unit("month", 6)), "month")
