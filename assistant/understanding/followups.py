"""What an earlier question gives to one that leaves things out: « et Maude ? », « ses pianos », « le deuxième »."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from assistant.understanding import finishing
from assistant.understanding.results import Outcome, Understood
from assistant.understanding.slots import numbers
from assistant.understanding.slots.found import Found

_AGENDAS = frozenset({"my_appointments", "technician_appointments", "all_appointments", "unconfirmed_appointments"})
_CLIENT_INTENTS = frozenset(
    {"client_search", "client_info", "client_summary", "client_history", "client_pianos", "client_travel_fee",
     "client_appointments", "client_invoices"}
)  # fmt: skip
_OF_A_CLIENT = _CLIENT_INTENTS - {"client_search", "client_invoices"}
_OF_A_DAY = frozenset({"departure_time", "day_distance", "parts_needed"})
# Rules that hold for what may as well be the rest of an earlier question.
_WEAK = frozenset(
    {"a date alone", "an hour alone", "a name alone", "a place alone", "a make alone", "a type alone", "somebody alone",
     "nothing recognised", "a client and a date", "filters of instruments", "an instrument by its number"}
)  # fmt: skip
_POINTED = frozenset({"city", "neighborhood", "time", "client_name", "date_range", "part_of_day"})
_OPENINGS = frozenset("et pis puis ok non pour and what".split())
_SHIFTS = (
    (re.compile(r"\b(?:le )?(?:jour d'apres|lendemain|jour suivant|jour apres)\b"), 1),
    (re.compile(r"\b(?:le )?(?:jour d'avant|veille|jour precedent)\b"), -1),
    (re.compile(r"\b(?:la )?(?:semaine d'apres|semaine suivante)\b"), 7),
    (re.compile(r"\b(?:celle|celui) d'apres\b"), 0),
    (re.compile(r"\b(?:la )?(?:semaine d'avant|semaine precedente)\b"), -7),
)
_REPLACES = {
    "technician": ("technicians", "technician_raw", "scope"),
    "technicians": ("technician", "technician_raw", "scope"),
    "city": ("cities", "neighborhood"),
    "cities": ("city", "neighborhood"),
    "neighborhood": ("city", "cities"),
    "client_name": ("client_id", "select_index"),
    "client_id": ("client_name", "select_index"),
    "date_range": ("date_ranges", "default_period"),
    "date_ranges": ("date_range", "default_period"),
    "time": ("after_time", "before_time", "part_of_day"),
    "part_of_day": ("time", "after_time", "before_time"),
    "scope": ("technician", "technicians"),
}


class Context:
    """What was understood so far, and whom it was about."""

    def __init__(self, previous: Understood | None = None) -> None:
        self.last: Understood | None = None
        self.client: dict[str, Any] = {}
        self.proposed: Understood | None = None
        """What the last answer offered instead, for « oui »."""
        self.has_choices = False
        """The assistant's last answer is a numbered list."""
        if previous is not None:
            self.hear(previous)

    def hear(self, said: Understood) -> None:
        """Remembers a question; « nouvelle recherche » forgets, politeness changes nothing."""
        self.proposed = None
        if said.intent == "reset":
            self.last, self.client = None, {}
        elif said.intent not in ("smalltalk", "help", "empty"):
            if said.outcome is Outcome.NOT_A_TECHNICIAN:
                said = replace(said, intent="all_appointments", slots={**said.slots, "scope": "all"})
                self.proposed = said
            self.last = said
            client = {slot: said.slots[slot] for slot in ("client_name", "client_id") if slot in said.slots}
            self.client = client or self.client
        self.has_choices = False

    def see(self, answer: str) -> None:
        self.has_choices = bool(re.search(r"(?m)^\s*\d+[.)]\s", answer))


def follow(found: Found, intent: str, reason: str, slots: dict[str, Any], context: Context) -> tuple[str, dict[str, Any]] | None:
    """The intent and slots once completed by the context; nothing when the question stands by itself."""
    last = context.last
    if last is None or intent in ("reset", "help", "out_of_scope", "knowledge_search"):
        return None
    if intent == "smalltalk":
        return _agreed(found, last, context)
    if picked := _picked(found, intent, reason, last, context):
        return picked
    if completed := _with_client(found, intent, slots, context):
        return completed
    if intent in _OF_A_DAY and not slots.keys() & {"date_range", "date_ranges"} and last.intent in _AGENDAS | _OF_A_DAY:
        kept = {slot: last.slots[slot] for slot in ("date_range", "date_ranges", "technician", "default_period") if slot in last.slots}
        return (intent, {**kept, **slots}) if kept else None
    if shifted := _shifted(found, last):
        return last.intent, shifted
    return _merged(found, intent, reason, slots, last)


def _agreed(found: Found, last: Understood, context: Context) -> tuple[str, dict[str, Any]] | None:
    """« oui » to what was proposed."""
    if not found.sentence.has("yes"):
        return None
    if last.intent == "action_request":
        return "action_request", {**last.slots, "confirm": True}
    if context.proposed is not None:
        return context.proposed.intent, dict(context.proposed.slots)
    return None


def _picked(found: Found, intent: str, reason: str, last: Understood, context: Context) -> tuple[str, dict[str, Any]] | None:
    """« le deuxième », « détails du 3e », « celui de Laval »."""
    sentence = found.sentence
    if sentence.has("appointment", "tuning", "history") and not sentence.has("details"):
        return None
    ranked = numbers.rank(sentence)
    if ranked is not None and _is_only_a_pick(found, ranked[1]):
        slots: dict[str, Any] = {"select_index": ranked[0]}
    elif sentence.has("that_one") and found.values.keys() & _POINTED:
        slots = {slot: found.values[slot] for slot in _POINTED if slot in found.values}
        carried = ("client_name",) if last.intent in _CLIENT_INTENTS else ("date_range", "date_ranges")
        slots = {**{slot: last.slots[slot] for slot in carried if slot in last.slots}, **slots}
    else:
        return None
    if intent in _OF_A_CLIENT and reason not in _WEAK:
        return intent, {**{slot: value for slot, value in finishing.keep(found, intent).items() if slot == "fields"}, **slots}
    if last.intent in _AGENDAS or last.intent == "appointment_detail":
        return "appointment_detail", slots
    if last.intent in ("piano_search", "client_pianos"):
        return "piano_history", slots
    if last.intent in _OF_A_CLIENT and context.has_choices:
        return last.intent, {**last.slots, **slots}
    if last.intent in _CLIENT_INTENTS | {"search_notes", "open_question", "piano_history"}:
        return "client_summary", slots
    return None


def _is_only_a_pick(found: Found, place: int) -> bool:
    """Nothing that would be a question of its own stands beside the rank."""
    sentence = found.sentence
    allowed = {"filler", "polite", "thanks", "details", "search", "first_one", "last", "you", "i", "us", "full", "tell_everything", "yes", "no", "ack", "that_one",
               "piano", "client", "f_address", "f_phone", "f_number", "history", "more", "w_create", "w_make"}  # fmt: skip
    return all(
        at == place
        or word.is_mark
        or (word.text in ("le", "la", "du", "no", "numero") and bool(sentence.kinds_at(at) & sentence.kinds_at(place)))
        or bool(sentence.kinds_at(at) & allowed) or word.text.isdigit() or word.text in ("e", "er", "eme")
        for at, word in enumerate(sentence.words)
    )


def _with_client(found: Found, intent: str, slots: dict[str, Any], context: Context) -> tuple[str, dict[str, Any]] | None:
    """« ses pianos », « le code de porte », « prochains rendez-vous »: of the client spoken of."""
    if not context.client or slots.keys() & {"client_name", "client_id"}:
        return None
    sentence, last = found.sentence, context.last
    assert last is not None
    of_client = sentence.has("his", "there")
    if intent in _OF_A_CLIENT:
        return intent, {**context.client, **slots}
    if intent == "summary" and not slots and last.intent in _CLIENT_INTENTS:
        return "client_summary", dict(context.client)
    if intent in ("my_appointments", "all_appointments") and not sentence.has("mine", "i", "everyone", "us") and (
        of_client or ("direction" in slots and "date_range" not in slots and last.intent in _CLIENT_INTENTS)
    ):
        kept = {slot: value for slot, value in slots.items() if slot in finishing.TAKEN["client_appointments"] and slot != "scope"}
        return "client_appointments", {**context.client, **kept}
    if of_client or (last.intent in _CLIENT_INTENTS and intent in ("client_invoices", "client_pianos")):
        if intent == "piano_search":
            return "client_pianos", {**context.client, **{k: v for k, v in slots.items() if k in finishing.TAKEN["client_pianos"]}}
        if "client_name" in finishing.TAKEN.get(intent, ()) and intent != "client_search":
            return intent, {**context.client, **slots}
    return None


def _shifted(found: Found, last: Understood) -> dict[str, Any] | None:
    """« le jour d'après »: after the day spoken of, not after today."""
    said = last.slots.get("date_range")
    if said is None:
        return None
    length = (date.fromisoformat(said["end"]) - date.fromisoformat(said["start"])).days + 1 if len(said) == 2 else 1
    for pattern, days in _SHIFTS:
        if pattern.search(found.sentence.question.folded):
            shift = days or length
            moved = {edge: (date.fromisoformat(day) + timedelta(days=shift)).isoformat() for edge, day in said.items()}
            return {**{slot: value for slot, value in last.slots.items() if slot != "default_period"}, "date_range": moved}
    return None


def _merged(found: Found, intent: str, reason: str, slots: dict[str, Any], last: Understood) -> tuple[str, dict[str, Any]] | None:
    """The earlier question with what this one replaces."""
    opened = found.sentence.word(0) in _OPENINGS or (
        intent == last.intent == "stats" and "metric" not in slots and not found.sentence.has("stats", "top", "new_clients")
    )
    if reason not in _WEAK and not (opened and intent == last.intent):
        return None
    target = last.intent
    if found.values.keys() & {"technician", "technicians"} and target in ("my_appointments", "all_appointments"):
        target = "technician_appointments"
    if found.sentence.has("everyone") and target in ("my_appointments", "technician_appointments"):
        target = "all_appointments"
    new = {slot: value for slot, value in finishing.keep(found, target).items() if slot in finishing.TAKEN.get(target, ())}
    if target == last.intent and "scope" in new and target in ("my_appointments", "all_appointments"):
        new.pop("scope")
    if not opened and reason == "a name alone" and not ("client" in last.missing or found.surety >= 2):
        return None
    if not new.keys() - {"scope"} and target == last.intent:
        return None
    kept = dict(last.slots)
    for slot in new:
        for replaced in _REPLACES.get(slot, ()):
            kept.pop(replaced, None)
    if target == "technician_appointments":
        kept.pop("scope", None)
    return target, {**kept, **new}
