"""What an earlier question gives to one that leaves things out: « et Maude ? », « ses pianos », « le deuxième »."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assistant.understanding import finishing
from assistant.understanding.context import Context
from assistant.understanding.intents import Rule
from assistant.understanding.results import Understood
from assistant.understanding.slots import numbers
from assistant.understanding.slots.found import Found
from assistant.understanding.taking import taken
from assistant.understanding.words import word_set

_OWN_OR_ALL = frozenset({"my_appointments", "all_appointments"})
_AGENDAS = _OWN_OR_ALL | {"technician_appointments", "unconfirmed_appointments"}
_OF_A_CLIENT = frozenset(
    {"client_info", "client_summary", "client_history", "client_pianos", "client_travel_fee", "client_appointments"}
)
_ABOUT_CLIENTS = _OF_A_CLIENT | {"client_search", "client_invoices"}
_OF_A_DAY = frozenset({"departure_time", "day_distance", "parts_needed", "summary"})
_OF_A_CLIENT_IF_BARE = frozenset({"measurements", "humidity_alerts", "recurring_issues", "search_notes"})
_HEADS = (
    *("client", "piano", "appointment", "agenda", "invoice", "unpaid", "stats", "top", "new_clients", "search", "make"),
    *("humidity", "temperature", "pitch", "history", "alert", "stock", "tours"),
)
_STANDS_ALONE = frozenset({"reset", "help", "out_of_scope", "knowledge_search"})
_OPENINGS = word_set("et pis puis ok non pour and what")
_BARE = frozenset({"measure", "direction", "date_range", "aggregate", "limit"})
_POINTED = frozenset({"city", "neighborhood", "time", "client_name", "date_range", "part_of_day"})
_BESIDE_A_PICK = word_set(
    "filler polite thanks details search first_one last you i us full tell_everything yes no ack that_one piano client "
    "f_address f_phone f_number f_email f_access_code f_pets history w_create w_make which_client whose who where_is"
)
# « le jour d'après »: days to move by; 0 is the length of the stretch itself (« celle d'après »).
_SHIFTS = (
    (re.compile(r"\b(?:jour d'apres|lendemain|jour suivant|jour apres)\b"), 1),
    (re.compile(r"\b(?:jour d'avant|veille|jour precedent)\b"), -1),
    (re.compile(r"\b(?:semaine d'apres|semaine suivante)\b"), 7),
    (re.compile(r"\b(?:celle|celui) d'apres\b"), 0),
    (re.compile(r"\b(?:semaine d'avant|semaine precedente)\b"), -7),
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


@dataclass(frozen=True)
class Reading:
    """An intent with its slots, and the rule that gave it."""

    intent: str
    slots: dict[str, Any]
    rule: Rule | None = None

    @property
    def may_follow(self) -> bool:
        return self.rule is not None and self.rule.may_follow


def follow(found: Found, reading: Reading, context: Context) -> Reading | None:
    """The reading once completed by the context; nothing when the question stands by itself."""
    last = context.last
    if last is None or reading.intent in _STANDS_ALONE:
        return None
    if reading.intent == "smalltalk":
        return _agreed(found, last, context)
    return (
        _picked(found, reading, last, context)
        or _of_the_client(found, reading, last, context)
        or _of_the_day(reading, last)
        or _shifted(found, last)
        or _merged(found, reading, last)
    )


def _agreed(found: Found, last: Understood, context: Context) -> Reading | None:
    """« oui » to what was proposed."""
    if not found.sentence.has("yes"):
        return None
    if last.intent == "action_request":
        return Reading("action_request", {**last.slots, "confirm": True})
    return Reading(context.offered.intent, dict(context.offered.slots)) if context.offered else None


def _picked(found: Found, reading: Reading, last: Understood, context: Context) -> Reading | None:
    """« le deuxième », « détails du 3e », « celui de Laval »."""
    slots = _pick(found, last)
    if slots is None:
        return None
    if reading.intent in _OF_A_CLIENT and not reading.may_follow:
        fields = {slot: reading.slots[slot] for slot in ("fields",) if slot in reading.slots}
        return Reading(reading.intent, {**fields, **slots})
    if last.intent in _AGENDAS or last.intent == "appointment_detail":
        return Reading("appointment_detail", slots)
    if last.intent in ("piano_search", "client_pianos"):
        return Reading("piano_history", slots)
    if last.intent in _OF_A_CLIENT and context.has_choices:
        return Reading(last.intent, {**last.slots, **slots})
    if last.intent in _ABOUT_CLIENTS | {"search_notes", "open_question", "piano_history"}:
        return Reading("client_summary", slots)
    return None


def _pick(found: Found, last: Understood) -> dict[str, Any] | None:
    sentence = found.sentence
    if sentence.has("appointment", "tuning", "history") and not sentence.has("details"):
        return None
    ranked = numbers.rank(sentence)
    if ranked is not None and _is_only_a_pick(found, ranked[1]):
        return {"select_index": ranked[0]}
    pointed = {slot: found.values[slot] for slot in found.values if slot in _POINTED}
    if not sentence.has("that_one") or not pointed:
        return None
    carried = ("client_name",) if last.intent in _ABOUT_CLIENTS else ("date_range", "date_ranges")
    return {**{slot: last.slots[slot] for slot in carried if slot in last.slots}, **pointed}


def _is_only_a_pick(found: Found, place: int) -> bool:
    """Nothing that would be a question of its own stands beside the rank."""
    sentence = found.sentence
    same = sentence.kinds_at(place)  # « du 3e », « le 2 » may have been read as a date
    return all(
        at == place
        or word.is_mark
        or word.text.isdigit()
        or word.text in ("e", "er", "eme")
        or bool(sentence.kinds_at(at) & _BESIDE_A_PICK)
        or (word.text in ("le", "la", "du", "no", "numero") and bool(sentence.kinds_at(at) & same))
        for at, word in enumerate(sentence.words)
    )


def _of_the_client(found: Found, reading: Reading, last: Understood, context: Context) -> Reading | None:
    """« ses pianos », « le code de porte », « prochains rendez-vous »: of the client spoken of."""
    intent, slots, sentence = reading.intent, reading.slots, found.sentence
    if sentence.has("his") and "technician" in last.slots and intent in _OWN_OR_ALL | {"client_appointments"}:
        kept = {
            slot: value for slot, value in slots.items() if slot in taken("technician_appointments") and slot != "scope"
        }
        return Reading("technician_appointments", {"technician": last.slots["technician"], **kept})
    if not context.client or slots.keys() & {"client_name", "client_id"}:
        return None
    said = sentence.has("his", "there")
    target = ""
    about_clients = last.intent in _ABOUT_CLIENTS
    if (
        intent in _OF_A_CLIENT
        or (intent == "client_invoices" and about_clients)
        or (intent in _OF_A_CLIENT_IF_BARE and about_clients and not slots.keys() - _BARE)
        or (said and intent not in ("client_search", "piano_search", *_OWN_OR_ALL) and "client_name" in taken(intent))
    ):
        target = intent
    elif intent == "summary" and not slots and about_clients:
        target = "client_summary"
    elif intent in _OWN_OR_ALL and not sentence.has("mine", "i", "everyone", "us"):
        of_next = "direction" in slots and "date_range" not in slots and about_clients
        target = "client_appointments" if said or of_next else ""
    elif said and intent == "piano_search":
        target = "client_pianos"
    if not target:
        return None
    kept = {slot: value for slot, value in slots.items() if slot in taken(target)}
    return Reading(target, {**context.client, **kept})


def _of_the_day(reading: Reading, last: Understood) -> Reading | None:
    """« combien de km », « quoi apporter » after an agenda: of the same day."""
    dated = reading.slots.keys() & {"date_range", "date_ranges"}
    if reading.intent not in _OF_A_DAY or dated or last.intent not in _AGENDAS | _OF_A_DAY:
        return None
    carried = ["date_range", "date_ranges", "technician", "default_period"]
    if reading.intent == "summary":
        carried.append("scope")
    kept = {slot: last.slots[slot] for slot in carried if slot in last.slots}
    return Reading(reading.intent, {**kept, **reading.slots}) if kept else None


def _shifted(found: Found, last: Understood) -> Reading | None:
    """« le jour d'après »: after the day spoken of, not after today."""
    said = last.slots.get("date_range", {})
    shift = next((days for pattern, days in _SHIFTS if pattern.search(found.sentence.question.folded)), None)
    if shift is None or len(said) != 2:
        return None
    start, end = (date.fromisoformat(said[edge]) for edge in ("start", "end"))
    moved = timedelta(days=shift or (end - start).days + 1)
    kept = {slot: value for slot, value in last.slots.items() if slot != "default_period"}
    shifted = {"start": (start + moved).isoformat(), "end": (end + moved).isoformat()}
    return Reading(last.intent, {**kept, "date_range": shifted})


def _merged(found: Found, reading: Reading, last: Understood) -> Reading | None:
    """The earlier question with what this one replaces."""
    sentence = found.sentence
    opened = sentence.word(0) in _OPENINGS or (reading.intent == last.intent and not sentence.has(*_HEADS))
    if not reading.may_follow and not (opened and reading.intent == last.intent):
        return None
    is_a_name = reading.rule is not None and reading.rule.reason == "a name alone"
    if is_a_name and not (opened or "client" in last.missing or found.surety >= 2):
        return None
    target = _target(found, last)
    new = finishing.keep(found, target)
    if target == last.intent and target in _OWN_OR_ALL:
        del new["scope"]
    if not new.keys() - {"scope"} and target == last.intent:
        return None
    replaced = {other for slot in new for other in _REPLACES.get(slot, ())}
    if target == "technician_appointments":
        replaced.add("scope")
    return Reading(target, {**{slot: value for slot, value in last.slots.items() if slot not in replaced}, **new})


def _target(found: Found, last: Understood) -> str:
    """« et Karim ? » turns one's own agenda into a colleague's, « et tout le monde ? » into everybody's."""
    if last.intent in _OWN_OR_ALL and found.values.keys() & {"technician", "technicians"}:
        return "technician_appointments"
    if last.intent in ("technician_appointments", "all_appointments") and found.sentence.text(0, 2) in (
        "et moi",
        "pis moi",
    ):
        return "my_appointments"
    if last.intent in ("my_appointments", "technician_appointments") and found.sentence.has("everyone"):
        return "all_appointments"
    return last.intent
