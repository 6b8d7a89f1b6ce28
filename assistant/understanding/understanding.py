"""The pipeline: read, mark, find slots, decide the intent, keep what the intent takes, say what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assistant.understanding import actions, finishing, followups, hints, intents, outcomes, shortcuts
from assistant.understanding.results import Asker, Turn, Understood
from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import find as find_slots
from assistant.understanding.slots.found import Found
from assistant.understanding.text import Question, read
from assistant.understanding.vocabulary import Vocabulary

LONGEST = 2_000
"""Letters; a longer question is refused rather than read in part."""


class Refused(ValueError):
    """A question that nothing can be made of; `code` is `empty` or `too_long`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def understand(
    typed: str,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    asker: Asker,
    history: Sequence[Turn] = (),
    previous: Understood | None = None,
) -> Understood:
    """What is asked, in the words of docs/assistant.md. Raises `Refused` when there is nothing to read.

    `now` is the company's local time. Earlier turns give what a follow-up leaves out; so does `previous`, the
    understanding of the last question, which is not read again.
    """
    question = _readable(typed)
    context = followups.Context(previous)
    for turn in history:
        if turn.role == "user":
            try:
                said = _one(_readable(turn.content), vocabulary, now, asker, context)
            except Refused:
                continue
            context.hear(said)
        else:
            context.see(turn.content)
    return _one(question, vocabulary, now, asker, context)


def _readable(typed: str) -> Question:
    if len(typed) > LONGEST:
        raise Refused("too_long", f"Votre question dépasse {LONGEST} caractères. Posez-la en quelques phrases.")
    question = read(typed)
    if question.is_wordless:
        raise Refused("empty", "Posez une question, par exemple « mes rv demain ».")
    return question


def _one(question: Question, vocabulary: Vocabulary, now: datetime, asker: Asker, context: followups.Context) -> Understood:
    question, is_shortcut = shortcuts.strip(question)
    sentence = Sentence(question, vocabulary, now)
    found = find_slots(sentence)
    reason = "a shortcut"
    literal = shortcuts.read(found) if is_shortcut else None
    intent, reason, slots = (literal[0], "a shortcut", literal[1]) if literal else _rules(found, asker)
    source = "shortcut" if is_shortcut else "rule"
    followed = None if is_shortcut else followups.follow(found, intent, reason, slots, context)
    if followed is not None:
        intent, slots = followed
        source = "context"
    slots = finishing.with_defaults(found, intent, slots)
    outcome, ask_back, missing = outcomes.decide(found, intent, slots, asker, context)
    return Understood(intent, slots, outcome, found.spans(slots), ask_back, source=source, missing=missing)


def _rules(found: Found, asker: Asker) -> tuple[str, str, dict[str, Any]]:
    intent, reason = intents.decide(found, hints.TESTS)
    if intent == "agenda":
        intent = "all_appointments" if asker.office and not found.sentence.says_mine() else "my_appointments"
    if intent == "action_request":
        return intent, reason, actions.find(found) or {}
    return intent, reason, finishing.keep(found, intent)
