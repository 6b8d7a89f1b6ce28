"""Hours and parts of the day: « 14 h 30 », « neuf heures moins quart », « après 16 h », « à soir »."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.times.almanac import day_span
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import Clock, Context, Hours, Part, Point

rules = Rules()

MORNING, AFTERNOON = Part("morning", 4, 12), Part("afternoon", 12, 19)
EVENING, NIGHT = Part("evening", 18, 24), Part("night", 0, 4)
_PARTS = {part.name: part for part in (MORNING, AFTERNOON, EVENING, NIGHT)}
_EDGES = {
    ("morning", "start"): (7, 9),
    ("morning", "middle"): (9, 11),
    ("morning", "end"): (10, 12),
    ("afternoon", "start"): (12, 14),
    ("afternoon", "middle"): (15, 17),
    ("afternoon", "end"): (17, 19),
    ("evening", "start"): (18, 21),
    ("evening", "end"): (21, 24),
}
_DAY_EDGES = {"start": Part("morning", 6, 10), "middle": Part("", 11, 16), "end": Part("evening", 17, 21)}


@rules("CLOCK", "INT HOURMARK", "INT HOURMARK pile")
def hour(_: Context, hours: int, __: object) -> Clock | None:
    return Clock(hours) if hours < 24 else None


@rules("CLOCK", "NUM heures|heure", "NUM heures|heure pile")
def hour_in_words(_: Context, hours: int) -> Clock | None:
    return Clock(hours) if hours < 24 else None


@rules("CLOCK", "INT HOURMARK PAIR", "INT HOURMARK PAIR m|min|mn|minutes")
def hour_minutes(_: Context, hours: int, __: object, minutes: int) -> Clock | None:
    return Clock(hours, minutes) if hours < 100 else None


@rules("CLOCK", "INT : PAIR")
def digital(_: Context, hours: int, minutes: int) -> Clock | None:
    return Clock(hours, minutes) if hours < 100 else None


@rules("CLOCK", "INT : PAIR : PAIR", "INT h|heures|heure PAIR m|min|minutes et? PAIR s|sec|secondes")
def digital_seconds(_: Context, hours: int, minutes: int, seconds: int) -> Clock | None:
    return Clock(hours, minutes, seconds) if hours < 100 else None


@rules("NOON", "midi", "noon")
def noon(_: Context) -> Clock:
    return Clock(12)


@rules("NOON", "minuit", "midnight")
def midnight(_: Context) -> Clock:
    return Clock(0)


@rules("ROUND", "NOON", "HOUR")
def round_hour(_: Context, clock: Clock) -> Clock:
    return clock


@rules("HOUR", "NUM heures|heure|h|hr|hrs")
def any_hour(_: Context, hours: int) -> Clock | None:
    return Clock(hours) if hours < 24 else None


@rules("CLOCK", "NOON", "NOON pile")
def noon_clock(_: Context, clock: Clock) -> Clock:
    return clock


@rules("MINUTES", "SMALL", "TENS", "TENS SMALL", "TENS et SMALL", "PAIR")
def minutes_in_words(_: Context, first: int, second: int = 0) -> int | None:
    return first + second if first + second < 60 else None


@rules("MINUTES", "et? quart|1/4")
def quarter(_: Context) -> int:
    return 15


@rules("MINUTES", "et? demi|demie")
def half(_: Context) -> int:
    return 30


@rules("MINUTES", "trois quarts|quart", "3 quarts|quart", "et trois quarts|quart")
def three_quarters(_: Context) -> int:
    return 45


@rules("CLOCK", "ROUND MINUTES", "ROUND MINUTES minutes|min")
def with_minutes(_: Context, clock: Clock, minutes: int) -> Clock:
    return replace(clock, minute=minutes)


@rules("LESS", "moins le? MINUTES", "moins INT")
def less(_: Context, minutes: int) -> int | None:
    return minutes if 0 < minutes < 60 else None


@rules("CLOCK", "ROUND LESS")
def with_minutes_less(_: Context, clock: Clock, minutes: int) -> Clock:
    return Clock((clock.hour - 1) % 24, 60 - minutes)


@rules("CLOCK", "INT <am>", "INT HOURMARK <am>")
def before_noon(_: Context, hours: int, __: object = None) -> Clock | None:
    return Clock(hours % 12) if 1 <= hours <= 12 else None


@rules("CLOCK", "INT <pm>", "INT HOURMARK <pm>")
def after_noon(_: Context, hours: int, __: object = None) -> Clock | None:
    return Clock(hours % 12 + 12) if 1 <= hours <= 12 else None


@rules("CLOCK", "EXACT <am>")
def exact_before_noon(_: Context, clock: Clock) -> Clock:
    return replace(clock, hour=clock.hour % 12)


@rules("CLOCK", "EXACT <pm>")
def exact_after_noon(_: Context, clock: Clock) -> Clock:
    return replace(clock, hour=clock.hour % 12 + 12)


@rules("EXACT", "INT h|heures|: PAIR")
def exact(_: Context, hours: int, minutes: int) -> Clock | None:
    return Clock(hours, minutes) if hours <= 12 else None


@rules("<am>", "am", "a . m .", "a m")
def am(_: Context) -> bool:
    return True


@rules("<pm>", "pm", "p . m .", "p m")
def pm(_: Context) -> bool:
    return True


@rules(
    "<about>", "vers", "environ", "autour de|d'", "aux alentours de|d'", "a peu pres", "plutot", "pour", "des|pas de"
)
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
    return Hours(first=first, last=last)


@rules("HOURS", "de NUM a CLOCK", "entre NUM et CLOCK", "INT - CLOCK")
def between_numbers(_: Context, first: int, last: Clock) -> Hours | None:
    if not first < 24:
        return None
    afternoon = last.hour >= 12 and first < 12 and first + 12 < last.hour
    return Hours(first=Clock(first + 12 if afternoon else first), last=last)


@rules("PART", "PARTWORD")
def part(_: Context, name: str) -> Part:
    return _PARTS[name]


@rules("PART", "avant midi|midis", "am", "a . m .")
def forenoon(_: Context) -> Part:
    return MORNING


@rules("PART", "apres midi|midis", "pm", "p . m .", "apres dine|diner")
def afternoon(_: Context) -> Part:
    return AFTERNOON


@rules("PART", "EDGE <of>? PART", "en EDGE <of>? PART")
def part_edge(_: Context, edge: str, whole: Part) -> Part | None:
    hours = _EDGES.get((whole.name, edge))
    return Part(whole.name, *hours) if hours else None


@rules("PART", "EDGE de|d'|la? journee", "en EDGE de|d' journee")
def day_edge(_: Context, edge: str) -> Part:
    return _DAY_EDGES[edge]


@rules("PART", "tres? tot le|dans? la? PARTWORD", "PARTWORD tres? tot")
def early(_: Context, name: str) -> Part | None:
    return Part(name, 7, 9) if name == "morning" else None


@rules("PART", "heure du midi|diner", "l' heure du midi|diner")
def lunch(_: Context) -> Part:
    return Part("", 12, 14)


@rules("PIECE", "PART", "le|l'|la PART", "en|au|pendant|durant|dans l'|la|le? PART", "au cours de la|l' PART")
def part_piece(_: Context, said: Part) -> Point:
    return Point(part=said)


@rules(
    "PIECE", "ce|cet|cette|cte|st|this PART", "ce|cet|cette PART ci", "a PART", "c' t' PART", "dans ce|cet|cette PART"
)
def this_part(context: Context, said: Part) -> Point | None:
    return Point(day_span(context.today), said) if said != NIGHT else None


@rules("PIECE", "ce NOON", "ce NOON ci")
def this_noon(context: Context, clock: Clock) -> Point | None:
    return Point(day_span(context.today), hours=Hours(at=clock))


@rules("PIECE", "tonight")
def tonight(context: Context) -> Point:
    return Point(day_span(context.today), EVENING)


@rules("PIECE", "cette|cet|a nuit")
def this_night(context: Context) -> Point:
    after = context.today if context.past else day_span(context.today).end
    return Point(day_span(after), NIGHT)


@rules("PIECE", "la? nuit derniere|passee")
def last_night(context: Context) -> Point:
    return Point(day_span(context.today), NIGHT)


@rules("PIECE", "HOURS")
def hours_piece(_: Context, hours: Hours) -> Point:
    return Point(hours=hours)
