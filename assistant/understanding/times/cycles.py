"""Time counted from now or inside a month: « demain », « la semaine prochaine », « dans 3 jours », « le 2e mardi de juin »."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assistant.understanding.times.almanac import (
    ONE_DAY,
    day_span,
    first_of,
    midnight,
    nth_weekday,
    shifted,
    span_of,
    unit,
)
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.resolving import calendar_day
from assistant.understanding.times.values import Context, Day, Duration, Point, Span

rules = Rules()

_SOON = 7
"""« les prochains jours », « ces derniers jours »: a week; of anything else, a few."""


def _day(context: Context, days: int) -> Span:
    return day_span(context.today + days * ONE_DAY)


@rules(
    "DATE",
    "aujourd'hui",
    "ajd|auj|ojd|today",
    "ce jour",
    "ce jour ci",
    "jourd' hui",
    "dans la journee",
    "en ce moment",
    "a|en date d' aujourd'hui",
    "cette journee",
    "tantot",
)
def today(context: Context) -> Span:
    return _day(context, 0)


@rules(
    "DATE",
    "demain|dem|dmain|tomorrow|tmr",
    "le lendemain",
    "le? jour suivant",
    "le jour d' apres",
    "un jour apres",
    "la journee de demain",
)
def tomorrow(context: Context) -> Span:
    return _day(context, 1)


@rules("DATE", "apres demain|dem", "le? surlendemain", "day after tomorrow")
def after_tomorrow(context: Context) -> Span:
    return _day(context, 2)


@rules("DATE", "hier|yesterday", "la veille", "la veille au", "le jour d' avant", "le jour precedent", "un jour avant")
def yesterday(context: Context) -> Span:
    return _day(context, -1)


@rules("DATE", "avant hier", "l'? avant veille")
def before_yesterday(context: Context) -> Span:
    return _day(context, -2)


@rules("NOW", "maintenant|now", "tout de suite", "immediatement", "asap", "a l' instant", "la la", "right now")
def now(context: Context) -> Span:
    return span_of("second", context.now)


@rules("DATE", "la? veille <of>? DATE")
def eve(context: Context, base: Day | Span) -> Span:
    return day_span(_placed(base, context).start - ONE_DAY)


@rules("DATE", "le? lendemain <of> DATE")
def morrow(context: Context, base: Day | Span) -> Span:
    return day_span(_placed(base, context).end)


def _placed(base: Day | Span, context: Context) -> Span:
    return base if isinstance(base, Span) else calendar_day(base, context)


# Weeks, months, quarters and years beside this one.


@rules("CYCLE", "<this> UNIT", "<this> UNIT ci|la")
def this_unit(context: Context, grain: str) -> Span | None:
    return span_of(grain, context.now) if grain not in ("second", "minute", "hour", "day") else None


@rules("CYCLE", "<the> UNIT", "<of> UNIT", "<the>? UNIT courant|courante|actuel|actuelle", "<the>? UNIT en cours")
def current_unit(context: Context, grain: str) -> Span | None:
    return span_of(grain, context.now) if grain in ("week", "month", "quarter", "year") else None


@rules("CYCLE", "<the>? UNIT NEXT", "<the>? UNIT d' apres", "<the>? UNIT qui vient|suit", "next UNIT")
def next_unit(context: Context, grain: str, __: object = None) -> Span | None:
    return _beside(context, grain, 1)


@rules("CYCLE", "<the>? NEXT UNIT")
def next_unit_first(context: Context, __: object, grain: str) -> Span | None:
    return _beside(context, grain, 1)


@rules("CYCLE", "<the>? UNIT LAST", "<the>? UNIT d' avant", "last|past UNIT")
def last_unit(context: Context, grain: str, __: object = None) -> Span | None:
    return _beside(context, grain, -1)


@rules("CYCLE", "<the>? LAST UNIT")
def last_unit_first(context: Context, __: object, grain: str) -> Span | None:
    return _beside(context, grain, -1)


def _beside(context: Context, grain: str, count: int) -> Span | None:
    if grain in ("second", "minute", "hour"):
        return None
    return span_of(grain, shifted(first_of(grain, context.now), unit(grain, abs(count)), 1 if count > 0 else -1))


@rules("DATE", "CYCLE", "WEEKEND", "EDGED", "NTH", "SHIFT", "NOW")
def cycle(_: Context, span: Span) -> Span:
    return span


@rules("CYCLE", "<the>? semaine|sem|semaines <of> WEEKBASE", "<this> semaine|sem <of> WEEKBASE", "week of DATE")
def week_of(context: Context, base: Day | Span) -> Span | None:
    # Counted from Monday: on Tuesday the 17th, « la semaine du 16 » is the current one.
    span = _placed(base, replace(context, now=first_of("week", context.now)))
    return span_of("week", span.start) if span.grain == "day" else None


@rules("WEEKBASE", "DATE")
def week_base(_: Context, base: Day | Span) -> Day | Span:
    return base


@rules("WEEKBASE", "NUMBER")
def week_base_number(_: Context, number: int) -> Day | None:
    return Day(day=number) if 1 <= number <= 31 else None


# Several units, counted from now: rolling, as people count them.


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


# Moved by a duration.


@rules("SHIFT", "dans DURATION", "in DURATION", "DURATION plus tard", "DURATION later", "dans environ DURATION")
def ahead(context: Context, length: Duration) -> Span:
    return _moved(context.now, length, 1)


@rules(
    "SHIFT",
    "il? y a DURATION",
    "ya|y'a DURATION",
    "DURATION ago",
    "DURATION plus tot",
    "ca fait DURATION",
    "il? y a environ DURATION",
)
def ago(context: Context, length: Duration) -> Span:
    return _moved(context.now, length, -1)


@rules("SHIFT", "DURATION apres DATE", "DURATION apres le|la|l'? DATE")
def after_date(context: Context, length: Duration, base: Day | Span) -> Span:
    return _moved(_placed(base, context).end - ONE_DAY, length, 1)


@rules("SHIFT", "DURATION avant DATE", "DURATION avant le|la|l'? DATE")
def before_date(context: Context, length: Duration, base: Day | Span) -> Span:
    return _moved(_placed(base, context).start, length, -1)


@rules("SHIFT", "le? WEEKDAY apres|suivant DATE", "le? WEEKDAY apres le|la|l' DATE")
def weekday_after(context: Context, weekday: int, base: Day | Span) -> Span:
    last = _placed(base, context).end - ONE_DAY
    return calendar_day(Day(weekday=weekday), Context(last))


@rules("SHIFT", "le? WEEKDAY avant|precedant DATE", "le? WEEKDAY avant le|la|l' DATE")
def weekday_before(context: Context, weekday: int, base: Day | Span) -> Span:
    return calendar_day(Day(weekday=weekday, near="last"), Context(_placed(base, context).start))


@rules("SHIFT", "<the>? semaine apres|suivant DATE")
def week_after(context: Context, base: Day | Span) -> Span:
    last = _placed(base, context).end - ONE_DAY
    return span_of("week", last + timedelta(weeks=1))


@rules("SHIFT", "<the>? semaine avant|precedant DATE")
def week_before(context: Context, base: Day | Span) -> Span:
    return span_of("week", _placed(base, context).start - timedelta(weeks=1))


def _moved(when: object, length: Duration, sign: int) -> Span:
    moved = shifted(when, length, sign)  # type: ignore[arg-type]
    grain = {"second": "second", "minute": "second", "hour": "minute"}.get(length.grain, "day")
    return span_of(grain, moved)


# The weekend, which is Saturday and Sunday.


@rules("<weekend>", "fin de semaine", "week end", "weekend|we|wkd|fds")
def weekend_word(_: Context) -> bool:
    return True


@rules("WEEKEND", "<weekend>", "<the> <weekend>", "<this> <weekend>", "<this> <weekend> ci|la")
def weekend(context: Context) -> Span:
    return _weekend(context, 0)


@rules(
    "WEEKEND",
    "<the>? <weekend> NEXT",
    "<the>? prochain|prochaine <weekend>",
    "next <weekend>",
    "<the>? <weekend> d' apres",
    "<the>? <weekend> qui vient",
)
def next_weekend(context: Context, __: object = None) -> Span:
    return _weekend(context, 1)


@rules(
    "WEEKEND",
    "<the>? <weekend> LAST",
    "<the>? dernier|derniere <weekend>",
    "last <weekend>",
    "<the>? <weekend> d' avant",
)
def last_weekend(context: Context, __: object = None) -> Span:
    return _weekend(context, -1)


@rules("WEEKEND", "<the>? <weekend> <of> DATE")
def weekend_of(context: Context, base: Day | Span) -> Span | None:
    span = _placed(base, context)
    if span.grain not in ("day", "week"):
        return None
    return _weekend(Context(span.start), 0)


def _weekend(context: Context, weeks: int) -> Span:
    saturday = first_of("week", context.now) + timedelta(days=5, weeks=weeks)
    return Span(saturday, saturday + 2 * ONE_DAY, "day")


# Beginnings, middles and ends.


@rules("PERIOD", "CYCLE", "MONTHDATE", "YEAR", "l' YEAR", "annee|an YEAR", "NTH")
def period(context: Context, value: Day | Span | int) -> Span:
    return _placed(Day(year=value) if isinstance(value, int) else value, context)


@rules("PERIOD", "MONTHNAME")
def named_month(context: Context, month: int) -> Span:
    return calendar_day(Day(month=month), context)


@rules("PERIOD", "UNIT", "UNIT NEXT", "UNIT LAST")
def bare_period(context: Context, grain: str, sign: int = 0) -> Span | None:
    if grain not in ("week", "month", "quarter", "year"):
        return None
    return (_beside(context, grain, sign) if sign else span_of(grain, context.now)) or None


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
    if span.grain in ("quarter", "year"):
        third = unit("month", 1 if span.grain == "quarter" else 4)
        early, late = shifted(start, third), shifted(end, third, -1)
        first_last = {"start": (start, early), "middle": (early, late), "end": (late, end)}[which]
        return Span(*first_last, "month")
    return None


# The nth of something in a month or a year.


@rules("NTH", "<the>? ORD WEEKDAYNAME <of> PERIOD", "<the>? ORD WEEKDAYNAME <of>? PERIOD")
def nth_weekday_of(_: Context, nth: int, weekday: int, span: Span) -> Span | None:
    if span.grain != "month":
        return None
    found = nth_weekday(span.start.year, span.start.month, weekday, nth)
    return day_span(midnight(found)) if found else None


@rules("NTH", "<the>? WEEKDAYNAME LAST <of> PERIOD")
def last_weekday_of(context: Context, weekday: int, __: object, span: Span) -> Span | None:
    return nth_weekday_of(context, -1, weekday, span)  # type: ignore[no-any-return]


@rules("NTH", "<the>? ORD UNIT <of> PERIOD", "<the>? ORD UNIT <of>? PERIOD")
def nth_unit_of(_: Context, nth: int, grain: str, span: Span) -> Span | None:
    if grain not in ("day", "week", "month", "quarter"):
        return None
    units = []
    start = first_of(grain, span.start)
    while start < span.end and len(units) < 370:
        found = span_of(grain, start)
        # Weeks count when they stand wholly inside the month.
        if span.start <= found.start and found.end <= span.end:
            units.append(found)
        start = found.end
    place = nth - 1 if nth > 0 else nth
    return units[place] if -len(units) <= place < len(units) else None


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


@rules("PIECE", "DATE", ", DATE")
def date_piece(_: Context, said: Day | Span) -> Point:
    return Point(said)
