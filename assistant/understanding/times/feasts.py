"""Holidays and seasons by name: « Noël », « la relâche », « l'Action de grâce 2026 », « cet été », « l'hiver dernier »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.understanding.times.almanac import HOLIDAYS, Feast, day_span, midnight, season
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.resolving import RECENT
from assistant.understanding.times.values import Context, Span

rules = Rules()


def _named(feast: Feast) -> Callable[[Context], Feast]:
    return lambda _: feast


for _pattern, _holiday in HOLIDAYS.items():
    rules.add("HOLIDAY", _pattern, _named(_holiday))


@rules("FEAST", "HOLIDAY", "<the> HOLIDAY", "le|la|au? jour|journee|fete|conge de|du|d'|des la|l'|le? HOLIDAY")
def feast(_: Context, holiday: Feast) -> Feast:
    return holiday


@rules("DATE", "FEAST", "FEAST YEAR", "FEAST de|en YEAR")
def holiday(context: Context, feast: Feast, year: int | None = None) -> Span:
    if year is not None:
        return _days(feast, year)
    found = [_days(feast, context.today.year + count) for count in (-1, 0, 1)]
    if context.past:
        return max((span for span in found if span.start <= context.today), key=lambda span: span.start)
    return next(span for span in found if span.end > context.today - RECENT and span.start.year >= context.today.year)


@rules("DATE", "FEAST <of> CYCLE")
def holiday_of(_: Context, feast: Feast, span: Span) -> Span | None:
    return _days(feast, span.start.year) if span.grain == "year" else None


@rules("DATE", "FEAST NEXT", "prochain|prochaine HOLIDAY")
def next_holiday(context: Context, *values: object) -> Span:
    feast = next(value for value in values if callable(value))
    found = [_days(feast, context.today.year + count) for count in (0, 1)]
    return next(span for span in found if span.start > context.today)


@rules("DATE", "FEAST LAST", "dernier|derniere HOLIDAY")
def last_holiday(context: Context, *values: object) -> Span:
    feast = next(value for value in values if callable(value))
    found = [_days(feast, context.today.year - count) for count in (0, 1)]
    return next(span for span in found if span.end <= context.today)


def _days(feast: Feast, year: int) -> Span:
    first, last = feast(year)
    return replace(day_span(midnight(first)), end=day_span(midnight(last)).end)


@rules("SEASONNAME", "l'|d'|le|en|au|du|de|cet|cette SEASON", "<the> SEASON", "de l' SEASON")
def season_name(_: Context, which: int) -> int:
    return which


@rules("DATE", "SEASONNAME")
def this_season(context: Context, which: int) -> Span:
    found = [season(which, context.today.year + count) for count in (-1, 0, 1)]
    if context.past:
        return max((span for span in found if span.start <= context.today), key=lambda span: span.start)
    return next(span for span in found if span.end > context.today - RECENT)


@rules("DATE", "ce|cet|cette SEASON", "cet|cette SEASON ci", "this SEASON")
def season_of_this_year(context: Context, which: int) -> Span:
    found = [season(which, context.today.year + count) for count in (-1, 0)]
    now = [span for span in found if span.start <= context.today < span.end]
    return now[0] if now else found[1]


@rules("DATE", "SEASONNAME YEAR", "SEASON YEAR", "SEASONNAME de YEAR")
def season_of_year(_: Context, which: int, year: int) -> Span:
    return season(which, year)


@rules("DATE", "SEASONNAME NEXT", "SEASON NEXT", "next SEASON")
def next_season(context: Context, which: int, __: object = None) -> Span:
    found = [season(which, context.today.year + count) for count in (0, 1)]
    return next(span for span in found if span.start > context.today)


@rules("DATE", "SEASONNAME LAST", "SEASON LAST", "last SEASON")
def last_season(context: Context, which: int, __: object = None) -> Span:
    found = [season(which, context.today.year - count) for count in (0, 1, 2)]
    return next(span for span in found if span.end <= context.today)
