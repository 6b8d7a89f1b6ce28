"""Weeks, months and years counted from now: « cette semaine », « l'an prochain », « les 30 derniers jours »."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.understanding.times.almanac import ONE_DAY, first_of, midnight, shifted, span_of, unit
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.resolving import placed
from assistant.understanding.times.values import Context, Date, Day, Span

rules = Rules()

_SOON, _A_FEW = 7, 3
"""« les prochains jours », « ces derniers jours » are a week; of anything else, three."""
_LONG = ("week", "month", "quarter", "year")


@rules(
    "CYCLE",
    "<this> UNIT",
    "<this> UNIT ci|la",
    "<the> SINGULAR",
    "<of> SINGULAR",
    "<the>? UNIT courant|courante",
    "<the>? UNIT en cours",
)
def this_unit(context: Context, grain: str) -> Span | None:
    return span_of(grain, context.now) if grain in _LONG else None


@rules("CYCLE", "<the>? semaine|sem|week INT", "<the>? semaine|sem|week INT de? YEAR")
def numbered_week(context: Context, number: int, year: int | None = None) -> Span | None:
    """« semaine 12 », by ISO's numbers."""
    try:
        monday = date.fromisocalendar(year or context.today.isocalendar().year, number, 1)
    except ValueError:
        return None
    return span_of("week", midnight(monday))


@rules(
    "CYCLE",
    "les|des|ces prochains|prochaines UNIT",
    "dans|pour les|ces prochains|prochaines UNIT",
    "les|des|ces UNIT a venir",
    "ces UNIT ci",
)
def coming_units(context: Context, grain: str) -> Span:
    return _rolling(context, _SOON if grain == "day" else _A_FEW, grain, 1)


@rules("CYCLE", "l' autre jour")
def other_day(context: Context) -> Span:
    return recent_units(context, "day")


@rules("CYCLE", "les|des|ces derniers|dernieres UNIT", "dans|durant les|ces derniers|dernieres UNIT")
def recent_units(context: Context, grain: str) -> Span:
    return _rolling(context, _SOON if grain == "day" else _A_FEW, grain, -1)


@rules("CYCLE", "<the>? UNIT SIDE")
def unit_beside(context: Context, grain: str, sign: int) -> Span | None:
    return beside(context, grain, sign)


@rules("CYCLE", "ma|mon|notre UNIT SIDE", "UNIT qui vient|arrive", "UNIT qui s' en vient")
def own_unit_beside(context: Context, grain: str, sign: int = 1) -> Span | None:
    """« ma semaine qui s'en vient »."""
    return beside(context, grain, sign) if grain in _LONG else None


@rules("CYCLE", "<one>? UNIT qui|that commence|debute|starts DATE")
def unit_that_starts(context: Context, grain: str, start: Date) -> Span | None:
    """« cette semaine qui commence demain », said on a Sunday."""
    return span_of(grain, placed(start, context).start) if grain in _LONG else None


@rules("CYCLE", "<the>? reste|restant|rest <of> UNIT", "<the>? rest of the UNIT")
def rest_of_unit(context: Context, grain: str) -> Span | None:
    """« le reste de la semaine »: from today on."""
    return Span(context.today, span_of(grain, context.now).end, "day") if grain in _LONG else None


@rules("CYCLE", "<the>? SIDE UNIT")
def beside_unit(context: Context, sign: int, grain: str) -> Span | None:
    return beside(context, grain, sign)


def beside(context: Context, grain: str, count: int) -> Span | None:
    """The unit so many after (or before) the current one; None for hours and less."""
    if grain in ("second", "minute", "hour"):
        return None
    return span_of(grain, shifted(first_of(grain, context.now), unit(grain, abs(count)), 1 if count > 0 else -1))


@rules("CYCLE", "<the>? semaine|sem|semaines <of> WEEKBASE", "<this> semaine|sem <of> WEEKBASE", "week of DATE")
def week_of(context: Context, base: Date) -> Span | None:
    # Counted from Monday: on Tuesday the 17th, « la semaine du 16 » is the current one.
    span = placed(base, replace(context, now=first_of("week", context.now)))
    return span_of("week", span.start) if span.grain == "day" else None


@rules("WEEKBASE", "DATE")
def week_base(_: Context, base: Date) -> Date:
    return base


@rules("WEEKBASE", "NUMBER")
def week_base_number(_: Context, number: int) -> Day | None:
    return Day(day=number) if 1 <= number <= 31 else None


@rules("CYCLE", "<one>? COUNT SIDE UNIT")
def units_beside(context: Context, count: int, sign: int, grain: str) -> Span:
    return _rolling(context, count, grain, sign)


@rules("CYCLE", "<one>? SIDE COUNT UNIT")
def beside_units(context: Context, sign: int, count: int, grain: str) -> Span:
    return _rolling(context, count, grain, sign)


@rules("CYCLE", "<one>? COUNT UNIT SIDE")
def units_then_side(context: Context, count: int, grain: str, sign: int) -> Span | None:
    return _rolling(context, count, grain, sign) if count > 1 else None


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
