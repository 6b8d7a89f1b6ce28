"""How many, which one, how long: « vingt et un », « une quinzaine de jours », « le 2e », « une heure et demie »."""

from __future__ import annotations

from assistant.understanding.times.almanac import unit
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import GRAINS, Context, Duration

rules = Rules()

A_FEW = 3
"""« quelques jours », « une couple de jours » is two."""
_MOST = 2000


@rules("NUM", "INT", "SMALL", "TENS")
def plain(_: Context, value: int) -> int:
    return value


@rules("NUM", "TENS SMALL", "TENS et SMALL")
def tens_and_units(_: Context, tens: int, small: int) -> int | None:
    return tens + small if small < 10 or tens == 60 else None


@rules("NUM", "dix SMALL")
def teens(_: Context, small: int) -> int | None:
    return 10 + small if 7 <= small <= 9 else None


@rules("NUM", "quatre vingt|vingts NUM?")
def eighties(_: Context, rest: int | None) -> int | None:
    return 80 + (rest or 0) if (rest or 0) < 20 else None


@rules("NUM", "soixante dix SMALL")
def seventies(_: Context, small: int) -> int | None:
    return 70 + small if 7 <= small <= 9 else None


@rules("ORD", "avant dernier|derniere")
def last_but_one(_: Context) -> int:
    return -2


@rules("ORD", "ORDINAL", "INT er|ere|re|e|eme|ieme|nd|nde|i")
def ordinal(_: Context, value: int) -> int | None:
    return value if value <= 31 else None


@rules("COUNT", "NUM")
def exactly(_: Context, value: int) -> int | None:
    return value if value <= _MOST else None


@rules("COUNT", "une? ABOUT de|d'")
def about(_: Context, value: int) -> int:
    return value


@rules("COUNT", "une? couple de|d'", "une? paire de|d'", "a couple of?")
def couple(_: Context) -> int:
    return 2


@rules("COUNT", "quelques", "plusieurs", "a few")
def few(_: Context) -> int:
    return A_FEW


@rules("DURATION", "COUNT UNIT")
def counted(_: Context, count: int, grain: str) -> Duration:
    return unit(grain, count)


@rules("DURATION", "une? ABOUT")
def about_days(_: Context, count: int) -> Duration | None:
    return unit("day", count) if count in (8, 15) else None


@rules("DURATION", "COUNT UNIT et demi|demie")
def and_a_half(_: Context, count: int, grain: str) -> Duration | None:
    halves = {"hour": unit("minute", 30), "year": unit("month", 6), "day": unit("hour", 12), "month": unit("day", 15)}
    return unit(grain, count) + halves[grain] if grain in halves else None


@rules("DURATION", "une? demi|demie heure|heures|h", "half an hour")
def half_hour(_: Context) -> Duration:
    return unit("minute", 30)


@rules("DURATION", "un? quart d' heure")
def quarter_hour(_: Context) -> Duration:
    return unit("minute", 15)


@rules("DURATION", "trois quarts|quart d' heure", "3 quarts|quart d' heure", "3 / 4 d' heure")
def three_quarters(_: Context) -> Duration:
    return unit("minute", 45)


@rules("DURATION", "une? demi|demie journee")
def half_day(_: Context) -> Duration:
    return unit("hour", 4)


@rules("DURATION", "INT <h> PAIR")
def hours_and_minutes(_: Context, hours: int, minutes: int) -> Duration:
    return unit("hour", hours) + unit("minute", minutes)


@rules("DURATION", "INT '")
def minutes_sign(_: Context, count: int) -> Duration:
    return unit("minute", count)


@rules("DURATION", 'INT "')
def seconds_sign(_: Context, count: int) -> Duration:
    return unit("second", count)


@rules("DURATION", "COUNT UNIT ,|et? DURATION")
def several_units(_: Context, count: int, grain: str, rest: Duration) -> Duration | None:
    finer = GRAINS.index(rest.grain) < GRAINS.index(grain)
    return unit(grain, count) + rest if finer else None
