"""Reading a note: its numbers, and what it says of the problems that harm an instrument."""

from __future__ import annotations

from pianos.notes import quantities
from pianos.notes.results import Reading
from pianos.notes.tokens import cut


def read_note(text: str) -> Reading:
    """Everything the note says; an empty one, or one of emojis only, says nothing."""
    return Reading(quantities=tuple(quantities.find(text, cut(text))))
