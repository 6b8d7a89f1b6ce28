"""Which question it is: the first rule of `data/intents.txt` that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.understanding.lexicon import lines
from assistant.understanding.slots.found import Found

Test = Callable[[Found, str], bool]


@dataclass(frozen=True)
class Choice:
    """One way for a word of a condition to hold: `cue`, `!cue`, `?test:argument`."""

    wanted: str
    denied: bool
    is_test: bool
    argument: str


@dataclass(frozen=True)
class Rule:
    """A line of the page."""

    intent: str
    condition: tuple[str, ...]
    reason: str
    may_follow: bool
    """What fits it may as well be the rest of an earlier question."""

    @cached_property
    def choices(self) -> tuple[tuple[Choice, ...], ...]:
        """Its condition, read once: every word of it with the choices that it offers."""
        return tuple(tuple(_choice(text) for text in word.split("|")) for word in self.condition)

    @cached_property
    def openings(self) -> frozenset[str]:
        """One of these cues has to be there before the rest is worth a look; none when that cannot be said."""
        plain = [choices for choices in self.choices if not any(one.denied or one.is_test for one in choices)]
        return frozenset(one.wanted for one in plain[0]) if plain else frozenset()


@cache
def rules() -> tuple[Rule, ...]:
    """The page, in its order."""
    read = []
    for line in lines("intents.txt"):
        rule, _, reason = line.partition(" -- ")
        intent, _, condition = rule.partition(":")
        read.append(Rule(intent.rstrip(" ~"), tuple(condition.split()), reason, intent.endswith("~")))
    return tuple(read)


def decide(found: Found, tests: dict[str, Test]) -> Rule:
    """The rule that decides; the last one always holds."""
    present = _present(found)
    return next(
        rule
        for rule in rules()
        if not (rule.openings and rule.openings.isdisjoint(present))
        and all(_holds(word, present, found, tests) for word in rule.choices)
    )


def _present(found: Found) -> set[str]:
    """The cues of the sentence and, behind `=`, its slots."""
    present = {mark.kind for mark in found.sentence.marks} | {f"={slot}" for slot in found.values}
    if "when" in present or "=date_range" in present:
        present.add("when_said")
    if any(kind.startswith("f_") and kind != "f_number" for kind in present):
        present.add("field")
    if "client_name" in found.values and not found.has_client:
        present.remove("=client_name")
        present.add("weak_name")
    return present


def _choice(text: str) -> Choice:
    wanted = text.removeprefix("!")
    name, _, argument = wanted.removeprefix("?").partition(":")
    return Choice(name, text.startswith("!"), wanted.startswith("?"), argument)


def _holds(choices: tuple[Choice, ...], present: set[str], found: Found, tests: dict[str, Test]) -> bool:
    for choice in choices:
        held = tests[choice.wanted](found, choice.argument) if choice.is_test else choice.wanted in present
        if held != choice.denied:
            return True
    return False
