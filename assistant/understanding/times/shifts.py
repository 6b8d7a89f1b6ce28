"""Days counted from now or from another date: « demain », « dans 3 jours », « le lundi avant Pâques »."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from assistant.understanding.times.almanac import ONE_DAY, Feast, day_span, first_of, shifted, span_of, unit
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.feasts import feast_days
from assistant.understanding.times.resolving import calendar_day, placed
from assistant.understanding.times.values import Context, Date, Day, Duration, Point, Span, Yearly

rules = Rules()


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
    "du jour",
    "tantot",
    "tout a l' heure",
    "presentement|actuellement",
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


@rules(
    "NOW",
    "maintenant|now",
    "tout de suite",
    "immediatement",
    "asap",
    "a l' instant",
    "la la",
    "right now",
    "des maintenant",
)
def now(context: Context) -> Span:
    return span_of("second", context.now)


@rules("BESIDE", "la? veille <of>? DATE")
def eve(context: Context, base: Date) -> Span:
    return day_span(placed(base, context).start - ONE_DAY)


@rules("BESIDE", "le? lendemain <of> DATE")
def morrow(context: Context, base: Date) -> Span:
    return day_span(placed(base, context).end)


@rules("DATE", "CYCLE", "WEEKEND", "EDGED", "NTH", "SHIFT", "NOW")
def cycle(_: Context, span: Span) -> Span:
    return span


@rules("SHIFT", "d'? aujourd'hui en huit|8")
def a_week_from_today(context: Context) -> Span:
    return _day(context, 7)


@rules("PIECE", "DATE", "BESIDE", "vers|environ|autour|alentour|alentours DATE", "aux alentours DATE")
def date_piece(_: Context, said: Date) -> Point:
    return Point(said)


@rules("SHIFT", "dans DURATION", "in DURATION", "DURATION plus tard", "DURATION later", "dans environ DURATION")
def ahead(context: Context, length: Duration) -> Span:
    return _moved(context.now, length, 1)


@rules(
    "SHIFT",
    "il? y|y' a DURATION",
    "ya|y'a DURATION",
    "DURATION ago",
    "DURATION plus tot",
    "DURATION auparavant",
    "ca|cela fait DURATION",
    "voila|voici DURATION",
    "il? y a environ DURATION",
)
def ago(context: Context, length: Duration) -> Span:
    return _moved(context.now, length, -1)


@rules("SHIFT", "DURATION apres DATE", "DURATION apres le|la|l'? DATE")
def after_date(context: Context, length: Duration, base: Date) -> Span:
    return _moved(placed(base, context).end - ONE_DAY, length, 1)


@rules("SHIFT", "DURATION avant DATE", "DURATION avant le|la|l'? DATE")
def before_date(context: Context, length: Duration, base: Date) -> Span:
    return _moved(placed(base, context).start, length, -1)


@rules("SHIFT", "le? WEEKDAY apres|suivant DATE", "le? WEEKDAY apres le|la|l' DATE")
def weekday_after(context: Context, weekday: int, base: Date) -> Span:
    last = placed(base, context).end - ONE_DAY
    return calendar_day(Day(weekday=weekday), Context(last))


@rules("SHIFT", "le? WEEKDAY avant|precedant DATE", "le? WEEKDAY avant le|la|l' DATE")
def weekday_before(context: Context, weekday: int, base: Date) -> Span:
    return calendar_day(Day(weekday=weekday, near="last"), Context(placed(base, context).start))


@rules("SHIFT", "le? WEEKDAY <of> FEAST")
def weekday_of_feast(context: Context, weekday: int, feast: Feast) -> Span | None:
    """« le lundi de l'Action de grâce »: the nearest one, up to three days away."""
    start = placed(Yearly(partial(feast_days, feast)), context).start
    return day_span(start + ((weekday - start.weekday() + 3) % 7 - 3) * ONE_DAY)


@rules("SHIFT", "<the>? WEEKDAYNAME dans COUNT semaine|semaines|sem")
def weekday_in_weeks(context: Context, weekday: int, count: int) -> Span:
    return day_span(first_of("week", shifted(context.now, unit("week", count))) + weekday * ONE_DAY)


@rules("SHIFT", "<the>? semaine apres|suivant DATE")
def week_after(context: Context, base: Date) -> Span:
    last = placed(base, context).end - ONE_DAY
    return span_of("week", last + timedelta(weeks=1))


@rules("SHIFT", "<the>? semaine avant|precedant DATE")
def week_before(context: Context, base: Date) -> Span:
    return span_of("week", placed(base, context).start - timedelta(weeks=1))


def _moved(when: datetime, length: Duration, sign: int) -> Span:
    moved = shifted(when, length, sign)
    grain = {"second": "second", "minute": "second", "hour": "minute"}.get(length.grain, "day")
    return span_of(grain, moved)
