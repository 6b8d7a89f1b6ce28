"""Weeks, months and years counted from now: « cette semaine », « l'an prochain », « les 30 derniers jours »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.almanac import ONE_DAY, first_of, shifted, span_of, unit
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.resolving import placed
from assistant.understanding.times.values import Context, Day, Span

rules = Rules()

_SOON = 7
"""« les prochains jours », « ces derniers jours »: a week; of anything else, a few."""


@rules("CYCLE", "<this> UNIT", "<this> UNIT ci|la")
def this_unit(context: Context, grain: str) -> Span | None:
    return span_of(grain, context.now) if grain not in ("second", "minute", "hour", "day") else None


@rules("CYCLE", "<the> UNIT", "<of> UNIT", "<the>? UNIT courant|courante|actuel|actuelle", "<the>? UNIT en cours")
def current_unit(context: Context, grain: str) -> Span | None:
    return span_of(grain, context.now) if grain in ("week", "month", "quarter", "year") else None


@rules("CYCLE", "<the>? UNIT NEXT", "<the>? UNIT d' apres", "<the>? UNIT qui vient|suit", "next UNIT")
def next_unit(context: Context, grain: str, __: object = None) -> Span | None:
    return beside(context, grain, 1)


@rules("CYCLE", "<the>? NEXT UNIT")
def next_unit_first(context: Context, __: object, grain: str) -> Span | None:
    return beside(context, grain, 1)


@rules("CYCLE", "<the>? UNIT LAST", "<the>? UNIT d' avant", "last|past UNIT")
def last_unit(context: Context, grain: str, __: object = None) -> Span | None:
    return beside(context, grain, -1)


@rules("CYCLE", "<the>? LAST UNIT")
def last_unit_first(context: Context, __: object, grain: str) -> Span | None:
    return beside(context, grain, -1)


def beside(context: Context, grain: str, count: int) -> Span | None:
    if grain in ("second", "minute", "hour"):
        return None
    return span_of(grain, shifted(first_of(grain, context.now), unit(grain, abs(count)), 1 if count > 0 else -1))


@rules("CYCLE", "<the>? semaine|sem|semaines <of> WEEKBASE", "<this> semaine|sem <of> WEEKBASE", "week of DATE")
def week_of(context: Context, base: Day | Span) -> Span | None:
    # Counted from Monday: on Tuesday the 17th, « la semaine du 16 » is the current one.
    span = placed(base, replace(context, now=first_of("week", context.now)))
    return span_of("week", span.start) if span.grain == "day" else None


@rules("WEEKBASE", "DATE")
def week_base(_: Context, base: Day | Span) -> Day | Span:
    return base


@rules("WEEKBASE", "NUMBER")
def week_base_number(_: Context, number: int) -> Day | None:
    return Day(day=number) if 1 <= number <= 31 else None


@rules("CYCLE", "<the>? COUNT LAST UNIT", "<this> COUNT LAST UNIT", "last COUNT UNIT", "past COUNT UNIT")
def last_units(context: Context, count: int, *said: object) -> Span:
    return _rolling(context, count, str(said[-1]), -1)


@rules("CYCLE", "<the>? LAST COUNT UNIT", "<this> LAST COUNT UNIT")
def last_units_first(context: Context, __: object, count: int, grain: str) -> Span:
    return _rolling(context, count, grain, -1)


@rules("CYCLE", "<the>? COUNT UNIT LAST", "<this> COUNT UNIT LAST")
def last_units_after(context: Context, count: int, grain: str, __: object) -> Span | None:
    return _rolling(context, count, grain, -1) if count > 1 else None


@rules("CYCLE", "<the>? COUNT NEXT UNIT", "<this> COUNT NEXT UNIT", "next COUNT UNIT", "<the>? COUNT UNIT a venir")
def next_units(context: Context, count: int, *said: object) -> Span:
    return _rolling(context, count, str(said[-1]), 1)


@rules("CYCLE", "<the>? NEXT COUNT UNIT", "<this> NEXT COUNT UNIT")
def next_units_first(context: Context, __: object, count: int, grain: str) -> Span:
    return _rolling(context, count, grain, 1)


@rules("CYCLE", "<the>? COUNT UNIT NEXT", "<this> COUNT UNIT NEXT")
def next_units_after(context: Context, count: int, grain: str, __: object) -> Span | None:
    return _rolling(context, count, grain, 1) if count > 1 else None


@rules(
    "CYCLE",
    "les|des|ces prochains|prochaines UNIT",
    "dans|pour les|ces prochains|prochaines UNIT",
    "les|des|ces UNIT a venir",
    "ces UNIT ci",
)
def coming_units(context: Context, grain: str) -> Span:
    return _rolling(context, _SOON if grain == "day" else 3, grain, 1)


@rules("CYCLE", "les|des|ces derniers|dernieres UNIT", "dans|durant les|ces derniers|dernieres UNIT")
def recent_units(context: Context, grain: str) -> Span:
    return _rolling(context, _SOON if grain == "day" else 3, grain, -1)


def _rolling(context: Context, count: int, grain: str, sign: int) -> Span:
    length = unit(grain, count)
    if grain in ("second", "minute", "hour"):
        edge = first_of(grain, context.now)
        start = edge if sign < 0 else shifted(edge, unit(grain))
        return (
            Span(shifted(start, length, -1), start, grain) if sign < 0 else Span(start, shifted(start, length), grain)
        )
    other = shifted(context.today, length, sign)
    first, last = sorted((context.today, other))
    return Span(first, last + ONE_DAY, "day")
