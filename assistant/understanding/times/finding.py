"""From a question to the stretches of time it names: the grammar put to work, the longest reading at each place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from assistant.understanding.text import Question
from assistant.understanding.times import (
    bounds,
    clocks,
    cycles,
    dates,
    feasts,
    figures,
    numbers,
    parts,
    periods,
    points,
    ranges,
    shifts,
    weekends,
    years,
)
from assistant.understanding.times.almanac import first_of
from assistant.understanding.times.cautions import elsewhere, is_cautious, is_negated, length_from
from assistant.understanding.times.chart import Chart, Grammar
from assistant.understanding.times.points import Stretch
from assistant.understanding.times.tokens import Token, tokenise
from assistant.understanding.times.values import Context, Hours
from syncing.french import COMPANY_ZONE

OPEN = datetime(1, 1, 1)  # noqa: DTZ001 - wall clocks here bear no zone
"""The start of a stretch that has none (« avant 2020 »)."""
LATEST = datetime(9999, 12, 31)  # noqa: DTZ001
"""The end of a stretch that has none (« après le 15 »)."""
_LONG = 60
"""Tokens beyond which a recursive reading could exhaust the stack."""
_GRAMMAR = Grammar(
    *(numbers.rules, parts.rules, clocks.rules, dates.rules, years.rules, figures.rules),
    *(
        feasts.rules,
        cycles.rules,
        periods.rules,
        weekends.rules,
        shifts.rules,
        points.rules,
        ranges.rules,
        bounds.rules,
    ),
)


@dataclass(frozen=True)
class When:
    """A stretch of time named in a question; `folded[first:last]` says it."""

    first: int
    last: int
    start: datetime
    """Local wall clock, like `end`, which is exclusive."""
    end: datetime
    grain: str
    """`second`, `minute`, `hour`, `day`, `week`, `month`, `quarter` or `year`: the finest thing said."""
    dated: bool = True
    """A day was said; without one (« après 16 h ») the dates are only the next ones that fit."""
    negated: bool = False
    open_start: bool = False
    open_end: bool = False
    part_of_day: str = ""
    """`morning`, `afternoon`, `evening` or `night`, when said."""
    time: str = ""
    after_time: str = ""
    before_time: str = ""
    """`HH:MM`, when an hour was said."""
    impossible: bool = False
    """No calendar has it (« le 31 février »): start and end say nothing."""
    alternatives: tuple[tuple[datetime, datetime], ...] = ()
    """Other stretches some people would mean."""


def find(question: Question, now: datetime, *, past: bool = False) -> list[When]:
    """Every stretch of time a question names, in order, without overlap.

    `now` is an instant, or the company's wall clock when it bears no zone; `past` says that the question is about what
    has been (« avez-vous accordé … en mars »).
    """
    local = now.astimezone(COMPANY_ZONE).replace(tzinfo=None) if now.tzinfo else now
    context = Context(local.replace(microsecond=0), past)
    tokens = tokenise(question.folded)
    chart = Chart(_GRAMMAR, tokens, context)
    # From the end on, so that the readings a long text is made of are known before they are needed.
    for place in reversed(range(_LONG, len(tokens))):
        chart.read("EXPRESSION", place)
    found: list[When] = []
    at = 0
    while at < len(tokens):
        whens, end = _longest(chart, question, tokens, at, context)
        for when in whens:
            if found and not when.dated and found[-1].dated and _joined(question, found[-1], when):
                when = _on_day_of(found[-1], when)
            said_no = is_negated(tokens, at) or bool(found and found[-1].negated and _joined(question, found[-1], when))
            found.append(replace(when, negated=said_no))
        at = end
    return found


def _longest(
    chart: Chart, question: Question, tokens: tuple[Token, ...], at: int, context: Context
) -> tuple[list[When], int]:
    if length := length_from(tokens, at):
        return [], at + length
    for value, end in chart.read("EXPRESSION", at):
        if after := elsewhere(tokens, at, end):
            return [], after
        if is_cautious(question, tokens, at, end):
            continue
        words = tokens[at:end]
        if isinstance(value, Stretch):
            return [_when(words[0].first, words[-1].last, value, context)], end
        if isinstance(value, tuple):
            return _listed(value, words, context), end
    return [], at + 1


def _listed(stretches: tuple[Stretch, ...], words: tuple[Token, ...], context: Context) -> list[When]:
    """« les 3 et 5 avril »: each day has its own number, the first one the article too, the last one the month."""
    said = [word for word in words if "INT" in word.tags][: len(stretches)]
    firsts = [words[0].first, *(number.first for number in said[1:])]
    lasts = [*(number.last for number in said[:-1]), words[-1].last]
    return [_when(*place, context) for place in zip(firsts, lasts, stretches, strict=True)]


def _joined(question: Question, before: When, after: When) -> bool:
    """« sauf lundi et mardi » refuses both; « pas demain, jeudi » only the first."""
    between = question.folded[before.last : after.first].strip()
    if between == ",":
        return not question.folded[: before.first].rstrip().endswith("pas")
    return between in ("", "et", "ou", "ni", ", ni")


def _on_day_of(before: When, after: When) -> When:
    """« demain à 9 h ou 10 h »: both hours are tomorrow's."""
    moved = first_of("day", before.start) - first_of("day", after.start)
    return after if before.open_start else replace(after, start=after.start + moved, end=after.end + moved, dated=True)


def _hours(stretch: Stretch) -> Hours:
    """The hours said, also when each stands in a bound (« vers 8 h 30 - 9 h »)."""
    if stretch.whole:
        return stretch.whole.hours or Hours()
    first, last = (bound.hours if bound else None for bound in (stretch.start, stretch.end))
    return Hours(first=first.at, last=last.at) if first and last else Hours()


def _when(first: int, last: int, stretch: Stretch, context: Context) -> When:
    bounds = [bound for bound in (stretch.start, stretch.end) if bound]
    if any(not bound.span.grain for bound in bounds):
        return When(first, last, OPEN, OPEN, "day", impossible=True)
    start = stretch.start.span.start if stretch.start else OPEN
    end = stretch.end.span.end if stretch.end else LATEST
    if stretch.start and stretch.end and not stretch.whole and stretch.end.hours:
        end = stretch.end.span.start
    if stretch.start is None and end > context.now:
        start = context.today
    grain = bounds[0].span.grain
    hours = _hours(stretch)
    other = stretch.whole.span.other if stretch.whole else None
    part = next((bound.part.name for bound in bounds if bound.part), "")
    return When(
        first,
        last,
        start,
        end,
        grain,
        dated=any(bound.dated for bound in bounds),
        open_start=stretch.start is None,
        open_end=stretch.end is None,
        part_of_day=part,
        time=str(hours.at or ""),
        after_time=str(hours.first or ""),
        before_time=str(hours.last or ""),
        alternatives=(other,) if other else (),
    )
