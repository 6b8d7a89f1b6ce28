"""Hours: « 14 h 30 », « neuf heures moins quart », « après 16 h », « 8h-10h »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import Clock, Context, Hours, Point

rules = Rules()

EARLIEST = 6
"""Before it, a bare number is no hour of a visit."""


@rules("<h>", "h|hr|hrs|heure|heures|hour|hours")
def hour_mark(_: Context) -> bool:
    return True


@rules("ROUND", "NUM <h>")
def hour(_: Context, hours: int) -> Clock | None:
    return Clock(hours) if hours < 24 else None


@rules("ROUND", "midi|noon")
def noon(_: Context) -> Clock:
    return Clock(12)


@rules("ROUND", "minuit|midnight")
def midnight(_: Context) -> Clock:
    return Clock(0)


@rules("<sharp>", "pile|precises|precise|tapantes|tapant|sharp")
def sharp(_: Context) -> bool:
    return True


@rules("CLOCK", "ROUND <sharp>?", "EXACT <sharp>?")
def clock(_: Context, said: Clock) -> Clock:
    return said


@rules("EXACT", "INT <h> PAIR", "INT <h> PAIR m|min|mn|minutes", "INT : PAIR")
def hour_minutes(_: Context, hours: int, minutes: int) -> Clock | None:
    if (hours, minutes) == (24, 0):
        return Clock(0, 0)
    # « 25 h 70 » is an hour that no clock has: it is said further on.
    return Clock(hours, minutes) if hours < 100 else None


@rules("EXACT", "INT <h> INT", "INT <h> INT m|min|mn|minutes")
def hour_and_few_minutes(_: Context, hours: int, minutes: int) -> Clock | None:
    return Clock(hours, minutes) if hours < 24 and minutes < 10 else None


@rules("EXACT", "INT : PAIR : PAIR ZONE?", "INT <h> PAIR m|min|minutes et? PAIR s|sec|secondes")
def hour_minutes_seconds(_: Context, hours: int, minutes: int, seconds: int, __: object = None) -> Clock | None:
    return Clock(hours, minutes, seconds) if hours < 100 else None


@rules("MINUTES", "SMALL", "TENS", "TENS SMALL", "TENS et SMALL", "PAIR")
def minutes_in_words(_: Context, first: int, second: int = 0) -> int | None:
    return first + second if first + second < 60 else None


@rules("MINUTES", "et? quart")
def quarter(_: Context) -> int:
    return 15


@rules("MINUTES", "et? demi|demie")
def half(_: Context) -> int:
    return 30


@rules("MINUTES", "trois quarts|quart", "3 quarts|quart", "et trois quarts|quart")
def three_quarters(_: Context) -> int:
    return 45


@rules("CLOCK", "INT o' clock", "INT o clock")
def o_clock(_: Context, hour: int) -> Clock | None:
    return Clock(hour) if 1 <= hour <= 23 else None


@rules("CLOCK", "ROUND MINUTES", "ROUND MINUTES minutes|min")
def with_minutes(_: Context, clock: Clock, minutes: int) -> Clock:
    return replace(clock, minute=minutes)


@rules("LESS", "moins le? MINUTES", "moins INT")
def less(_: Context, minutes: int) -> int | None:
    return minutes if 0 < minutes < 60 else None


@rules("CLOCK", "ROUND LESS")
def with_minutes_less(_: Context, clock: Clock, minutes: int) -> Clock:
    return Clock((clock.hour - 1) % 24, 60 - minutes)


@rules("CLOCK", "NUM minutes|min apres ROUND")
def minutes_after(_: Context, minutes: int, clock: Clock) -> Clock | None:
    return replace(clock, minute=minutes) if 0 < minutes < 60 else None


@rules("CLOCK", "NUM minutes|min avant ROUND")
def minutes_before(context: Context, minutes: int, clock: Clock) -> Clock | None:
    return with_minutes_less(context, clock, minutes) if 0 < minutes < 60 else None


@rules("CLOCK", "INT <am>", "INT <h> <am>")
def before_noon(_: Context, hours: int) -> Clock | None:
    return Clock(hours % 12) if 1 <= hours <= 12 else None


@rules("CLOCK", "INT <pm>", "INT <h> <pm>")
def after_noon(_: Context, hours: int) -> Clock | None:
    return Clock(hours % 12 + 12) if 1 <= hours <= 12 else None


@rules("CLOCK", "EXACT <am>")
def exact_before_noon(_: Context, said: Clock) -> Clock | None:
    return replace(said, hour=said.hour % 12) if said.hour <= 12 else None


@rules("CLOCK", "EXACT <pm>")
def exact_after_noon(_: Context, said: Clock) -> Clock | None:
    return replace(said, hour=said.hour % 12 + 12) if said.hour <= 12 else None


@rules("<am>", "am", "a . m .", "a m")
def am(_: Context) -> bool:
    return True


@rules("<pm>", "pm", "p . m .", "p m")
def pm(_: Context) -> bool:
    return True


@rules("<about>", "vers", "environ", "autour de|d'", "aux alentours de|d'", "a peu pres", "plutot", "pour")
def about(_: Context) -> bool:
    return True


@rules("<at>", "a", "a <about>", "<about>", "<about> <about>", "<about> les", "at")
def at(_: Context) -> bool:
    return True


@rules("HOURS", "<at>? CLOCK")
def at_hour(_: Context, clock: Clock) -> Hours:
    return Hours(at=clock)


@rules(
    "HOURS", "apres|passe|des CLOCK", "a|des partir de|d' CLOCK", "a compter de CLOCK", "pas avant CLOCK", "after CLOCK"
)
def from_hour(_: Context, clock: Clock) -> Hours:
    return Hours(first=clock)


@rules("HOURS", "avant CLOCK", "jusqu'|jusque a? CLOCK", "d' ici CLOCK", "d' ici a CLOCK", "before CLOCK")
def until_hour(_: Context, clock: Clock) -> Hours:
    return Hours(last=clock)


@rules(
    "HOURS", "de? CLOCK a|jusqu'|- a? CLOCK", "de CLOCK a|et CLOCK", "entre CLOCK et|a CLOCK", "between CLOCK and CLOCK"
)
def between_hours(_: Context, first: Clock, last: Clock) -> Hours:
    # « de midi à 2 h » ends at 14 h, « de 20 h à 2 h » in the night.
    if last.hour <= first.hour < last.hour + 12 < 24:
        last = replace(last, hour=last.hour + 12)
    return Hours(first=first, last=last)


@rules("HOURS", "de? CLOCK a|- INT", "entre CLOCK et INT")
def between_hour_and_number(_: Context, first: Clock, last: int) -> Hours | None:
    # « 9 h à 11 », « entre midi et 2 »
    last += 12 if last <= first.hour - 6 else 0
    return Hours(first=first, last=Clock(last)) if first.hour < last < 24 else None


@rules("HOURS", "entre midi et deux")
def over_lunch(_: Context) -> Hours:
    return Hours(first=Clock(12), last=Clock(14))


@rules("HOURS", "de? INT a INT")
def office_hours(_: Context, first: int, last: int) -> Hours | None:
    # « de 9 à 5 »: numbers that cross noon are hours; others could count anything.
    return Hours(first=Clock(first), last=Clock(last + 12)) if EARLIEST < first < 12 and last < EARLIEST else None


@rules("HOURS", "INT a CLOCK")
def between_bare_numbers(_: Context, first: int, last: Clock) -> Hours | None:
    return Hours(first=Clock(first), last=last) if EARLIEST <= first < last.hour else None


@rules("HOURS", "de NUM a CLOCK", "entre NUM et CLOCK", "INT - CLOCK")
def between_numbers(_: Context, first: int, last: Clock) -> Hours | None:
    if not first < 24:
        return None
    afternoon = last.hour >= 12 and first < 12 and first + 12 < last.hour
    return Hours(first=Clock(first + 12 if afternoon else first), last=last)


@rules("PIECE", "HOURS")
def hours_piece(_: Context, hours: Hours) -> Point:
    return Point(hours=hours)
