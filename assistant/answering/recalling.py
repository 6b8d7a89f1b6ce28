"""« Le deuxième », « celui de Laval », « oui »: a question completed by what the conversation remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.answering.memory import Listed, Memory
from assistant.understanding.results import Outcome, Understood
from clients.selectors import same_place
from syncing.folding import words

SLOTS = {"client": "client_id", "visit": "appointment_id", "event": "appointment_id", "piano": "piano_id"}
"""Which slot the choice of one line of a list fills."""
SHOWS = {
    "client": "client_summary",
    "visit": "appointment_detail",
    "event": "appointment_detail",
    "piano": "piano_history",
}
"""What is told of a line that is chosen without another question."""
CHOOSING = frozenset({"select_index", "city", "neighborhood", "client_name", "confirm"})
LISTS = frozenset({"client_search", "piano_search", "my_appointments", "technician_appointments", "all_appointments"})


def recalled(understood: Understood, memory: Memory) -> Understood:
    """The question with the line it chooses of the last list; itself when it chooses none."""
    chosen = _chosen(understood.slots, memory)
    if chosen is None:
        return _completed(understood, memory)
    asked = memory.pending or understood
    slots = {name: value for name, value in asked.slots.items() if name not in CHOOSING}
    slots[SLOTS.get(chosen.kind, "client_id")] = chosen.id if chosen.kind in SLOTS else chosen.client
    listing = asked is understood and understood.intent in {*LISTS, "unknown"}
    intent = SHOWS.get(chosen.kind, "client_summary") if listing else asked.intent
    outcome = Outcome.REFUSE_ACTION if intent == "action_request" else Outcome.ANSWERED
    return replace(understood, intent=intent, slots=slots, outcome=outcome, source="context")


def _chosen(slots: Mapping[str, Any], memory: Memory) -> Listed | None:
    rank = slots.get("select_index")
    if rank is not None and memory.listed:
        # The last one is -1.
        index = int(rank) - 1 if int(rank) > 0 else int(rank)
        return memory.listed[index] if -len(memory.listed) <= index < len(memory.listed) else None
    if memory.pending is None or not set(slots) & CHOOSING or set(slots) - CHOOSING - {"default_period", "date_range"}:
        return None
    if slots.get("confirm") and len(memory.listed) == 1:
        return memory.listed[0]
    place = str(slots.get("city") or slots.get("neighborhood") or "")
    name = set(words(str(slots.get("client_name") or "")).split())
    fits = [
        one
        for one in memory.listed
        if (not place or same_place(place, one.city)) and name <= set(words(one.name).split())
    ]
    return fits[0] if len(fits) == 1 else None


def _completed(understood: Understood, memory: Memory) -> Understood:
    """A question that lacked a client only, once the conversation has one."""
    lacks_client = set(understood.missing) & {"client", "client_name", "client_id"}
    if understood.outcome is Outcome.CLARIFY and lacks_client and memory.client:
        slots = {**understood.slots, "client_id": memory.client}
        return replace(understood, slots=slots, outcome=Outcome.ANSWERED, source="context")
    return understood
