"""Which slots an intent takes: `data/slots.txt`, read once."""

from __future__ import annotations

from functools import cache
from typing import Any

from assistant.understanding.lexicon import lines
from assistant.understanding.slots.found import Found


@cache
def _page() -> dict[str, frozenset[str]]:
    page: dict[str, frozenset[str]] = {}
    for line in lines("slots.txt"):
        intent, _, slots = line.partition(":")
        page[intent] = frozenset(slot for word in slots.split() for slot in page.get(word, {word}))
    return page


def taken(intent: str) -> frozenset[str]:
    """The slots it takes; none for politeness and the like."""
    return _page().get(intent, frozenset())


def take(found: Found, intent: str) -> dict[str, Any]:
    """What was found of the slots the intent takes, and what is excepted."""
    slots = {slot: value for slot, value in found.values.items() if slot in taken(intent)}
    if intent != "client_search" and not found.has_client:
        slots.pop("client_name", None)
    if found.excluded and "exclude" in taken(intent):
        slots["exclude"] = dict(found.excluded)
    return slots
