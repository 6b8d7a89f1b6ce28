"""Holidays and seasons by name: « Noël », « la relâche », « la Saint-Jean 2026 », « l'hiver dernier »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from assistant.understanding.times.almanac import HOLIDAYS, Feast, day_span, midnight, season
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.dates import near
from assistant.understanding.times.values import Context, Span, Yearly

rules = Rules()


def _named(feast: Feast) -> Callable[[Context], Feast]:
    return lambda _: feast


for _pattern, _holiday in HOLIDAYS.items():
    rules.add("HOLIDAY", _pattern, _named(_holiday))


@rules("FEAST", "HOLIDAY", "<the> HOLIDAY", "le|la|au? jour|journee|fete|conge de|du|d'|des la|l'|le? HOLIDAY")
def feast(_: Context, holiday: Feast) -> Feast:
    return holiday


@rules("DATE", "FEAST")
def holiday(_: Context, feast: Feast) -> Yearly:
    return Yearly(partial(feast_days, feast))


@rules("DATE", "FEAST SIDE")
def holiday_beside(_: Context, feast: Feast, sign: int) -> Yearly:
    return Yearly(partial(feast_days, feast), near(sign))


@rules("DATE", "<the>? SIDE HOLIDAY")
def beside_holiday(_: Context, sign: int, feast: Feast) -> Yearly:
    return Yearly(partial(feast_days, feast), near(sign))


@rules("DATE", "FEAST de|en? YEAR")
def holiday_of_year(_: Context, feast: Feast, year: int) -> Span:
    return feast_days(feast, year)


@rules("DATE", "FEAST <of> CYCLE")
def holiday_of(_: Context, feast: Feast, span: Span) -> Span | None:
    return feast_days(feast, span.start.year) if span.grain == "year" else None


def feast_days(feast: Feast, year: int) -> Span:
    """The days of a feast in a year."""
    first, last = feast(year)
    return replace(day_span(midnight(first)), end=day_span(midnight(last)).end)


# « a été » is a verb: the article makes the season.
@rules("SEASONNAME", "l'|le|d'|du|au|en SEASON", "a|de|dans|durant|pendant|pour|tout l'|le SEASON")
def season_name(_: Context, which: int) -> int:
    return which


@rules("DATE", "SEASONNAME")
def any_season(_: Context, which: int) -> Yearly:
    return Yearly(partial(season, which))


@rules("DATE", "<this> SEASON", "<this> SEASON ci|la")
def this_season(_: Context, which: int) -> Yearly:
    return Yearly(partial(season, which), "this")


@rules("DATE", "SEASONNAME SIDE", "SEASON SIDE")
def season_beside(_: Context, which: int, sign: int) -> Yearly:
    return Yearly(partial(season, which), near(sign))


@rules("DATE", "SIDE SEASON")
def beside_season(_: Context, sign: int, which: int) -> Yearly:
    return Yearly(partial(season, which), near(sign))


@rules("DATE", "SEASON YEAR -|/ YEAR")
def season_across_years(_: Context, which: int, year: int, following: int) -> Span | None:
    return season(which, year) if following == year + 1 else None


@rules("DATE", "SEASONNAME de? YEAR", "SEASON de? YEAR")
def season_of_year(_: Context, which: int, year: int) -> Span:
    return season(which, year)
