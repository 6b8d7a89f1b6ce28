"""The pipeline: read, mark, find slots, decide the intent, keep what the intent takes, say what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.understanding import actions, finishing, hints, intents, outcomes, shortcuts
from assistant.understanding.context import Context
from assistant.understanding.followups import Reading, follow
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
    context = Context(previous)
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


def _one(question: Question, vocabulary: Vocabulary, now: datetime, asker: Asker, context: Context) -> Understood:
    question, is_shortcut = shortcuts.strip(question)
    found = find_slots(Sentence(question, vocabulary, now, past=context.is_past(now)))
    literal = shortcuts.read(found) if is_shortcut else None
    reading = Reading(*literal) if literal else _by_rule(found, asker)
    followed = None if is_shortcut else follow(found, reading, context)
    source = "shortcut" if is_shortcut else "context" if followed else "rule"
    intent = (followed or reading).intent
    slots = finishing.with_defaults(found, intent, (followed or reading).slots)
    outcome, ask_back, missing = outcomes.decide(found, intent, slots, asker)
    return Understood(intent, slots, outcome, found.spans(slots), ask_back, source=source, missing=missing)


def _by_rule(found: Found, asker: Asker) -> Reading:
    rule = intents.decide(found, hints.TESTS)
    intent = rule.intent
    if intent == "agenda":
        intent = "all_appointments" if asker.office and not found.sentence.says_mine() else "my_appointments"
    slots = actions.find(found) if intent == "action_request" else finishing.keep(found, intent)
    if intent == "technician_appointments" and asker.technician and _says_mine_too(found):
        slots = {**(slots or {}), "technicians": [asker.technician, found.values["technician"]]}
        del slots["technician"]
    if intent == "all_appointments" and asker.technician and _leaves_oneself_out(found):
        slots = {**(slots or {}), "exclude": {**(slots or {}).get("exclude", {}), "technician": asker.technician}}
    return Reading(intent, slots or {}, rule)


def _leaves_oneself_out(found: Found) -> bool:
    """« tout le monde sauf moi »."""
    sentence = found.sentence
    return any(sentence.word(mark.last) in ("moi", "me", "myself") for mark in sentence.all("except"))


def _says_mine_too(found: Found) -> bool:
    """« mon agenda et celui de Karim »."""
    sentence = found.sentence
    return sentence.has("mine") and sentence.has("that_one", "those") and "technician" in found.values
