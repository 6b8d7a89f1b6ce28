"""The slots of a question, a module for each family. The vocabulary is in docs/assistant.md."""

from __future__ import annotations

from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import (
    clients,
    days,
    documents,
    flags,
    instruments,
    numbers,
    people,
    places,
    readings,
)
from assistant.understanding.slots.found import Found

_FAMILIES = (days, readings, documents, numbers, instruments, people, places, flags, clients)


def find(sentence: Sentence) -> Found:
    """Everything the question says, before one knows what it asks."""
    found = Found(sentence)
    for family in _FAMILIES:
        family.find(found)
    return found
