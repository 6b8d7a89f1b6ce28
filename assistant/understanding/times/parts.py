"""Parts of the day: « ce matin », « en avant-midi », « à soir », « fin de matinée », « cette nuit »."""

from __future__ import annotations

from assistant.understanding.times.almanac import day_span
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import Clock, Context, Date, Hours, Part, Point

rules = Rules()

# The hours that date libraries agree on for French; what the agenda calls a morning is its own affair.
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
    return at_edge(whole, edge)


@rules("PART", "EDGE de|d'|la? journee", "en EDGE de|d' journee")
def day_edge(_: Context, edge: str) -> Part:
    return _DAY_EDGES[edge]


@rules("PART", "tres? tot le|dans? la? PARTWORD", "PARTWORD tres? tot")
def early(_: Context, name: str) -> Part | None:
    return Part(name, 7, 9) if name == "morning" else None


@rules("PART", "apres le? travail|bureau|souper")
def after_work(_: Context) -> Part:
    return Part("evening", 17, 21)


_LUNCH, _SUPPER = Part("", 12, 14), Part("evening", 17, 19)


@rules("PART", "<the>? heure du|de midi|diner|dejeuner|lunch", "sur l' heure du|de midi|diner|dejeuner|lunch")
def lunch(_: Context) -> Part:
    return _LUNCH


@rules("PART", "<the>? heure du souper", "sur l' heure du souper")
def supper(_: Context) -> Part:
    return _SUPPER


def at_edge(said: Part, edge: str) -> Part | None:
    """The beginning, middle or end of a part of the day."""
    hours = _EDGES.get((said.name, edge))
    return Part(said.name, *hours) if hours else None


@rules("PIECE", "PART", "le|l'|la PART", "en|au|pendant|durant|dans l'|la|le? PART", "au cours de la|l' PART")
def part_piece(_: Context, said: Part) -> Point:
    return Point(part=said)


@rules(
    "PIECE", "ce|cet|cette|cte|st|this PART", "ce|cet|cette PART ci", "a PART", "c' t' PART", "dans ce|cet|cette PART"
)
def this_part(context: Context, said: Part) -> Point | None:
    return Point(day_span(context.today), said) if said != NIGHT else None


@rules("PIECE", "ce midi", "ce midi ci")
def this_noon(context: Context) -> Point:
    return Point(day_span(context.today), hours=Hours(at=Clock(12)))


@rules("PIECE", "tonight")
def tonight(context: Context) -> Point:
    return Point(day_span(context.today), EVENING)


@rules("PIECE", "cette|cet|a nuit")
def this_night(context: Context) -> Point:
    after = context.today if context.past else day_span(context.today).end
    return Point(day_span(after), NIGHT)


@rules("PIECE", "la? nuit prochaine")
def next_night(context: Context) -> Point:
    return Point(day_span(day_span(context.today).end), NIGHT)


@rules("PIECE", "<the>? nuit de|du DATE a|au DATE", "<the>? nuit du NUMBER au DAYMONTH")
def night_between(_: Context, __: object, morning: Date) -> Point:
    """« la nuit de mardi à mercredi »: the first hours of Wednesday."""
    return Point(morning, NIGHT)


@rules("PIECE", "la? nuit derniere|passee")
def last_night(context: Context) -> Point:
    return Point(day_span(context.today), NIGHT)
