"""Reading a note: its numbers, and what it says of the problems that harm an instrument."""

from __future__ import annotations

from pianos.notes import findings, quantities
from pianos.notes.lexicon import DEFAULT, Lexicon
from pianos.notes.results import Reading
from pianos.notes.tokens import cut


def read_note(text: str, *, lexicon: Lexicon = DEFAULT) -> Reading:
    """Everything the note says; an empty one, or one of emojis only, says nothing."""
    tokens = cut(text)
    return Reading(
        quantities=tuple(quantities.find(text, tokens)),
        findings=tuple(findings.find(text, tokens, lexicon)),
    )
