"""Which question it is: the first rule of `data/intents.txt` that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from assistant.understanding.lexicon import lines
from assistant.understanding.slots.found import Found

Test = Callable[[Found, str], bool]


@dataclass(frozen=True)
class Rule:
    """A line of the page."""

    intent: str
    condition: tuple[str, ...]
    reason: str
    may_follow: bool
    """What fits it may as well be the rest of an earlier question."""


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
    return next(rule for rule in rules() if all(_holds(word, present, found, tests) for word in rule.condition))


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


def _holds(word: str, present: set[str], found: Found, tests: dict[str, Test]) -> bool:
    for choice in word.split("|"):
        wanted = choice.removeprefix("!")
        if wanted.startswith("?"):
            name, _, argument = wanted[1:].partition(":")
            held = tests[name](found, argument)
        else:
            held = wanted in present
        if held != choice.startswith("!"):
            return True
    return False
