"""What an earlier question gives to one that leaves things out: « et Maude ? », « ses pianos », « le lendemain »."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.understanding import actions, finishing, pointing, shifting
from assistant.understanding.context import Context
from assistant.understanding.families import (
    ABOUT_CLIENTS,
    AGENDAS,
    OF_A_CLIENT,
    OF_A_CLIENT_IF_BARE,
    OF_A_DAY,
    OWN_OR_ALL,
)
from assistant.understanding.intents import Rule
from assistant.understanding.results import Understood
from assistant.understanding.slots import days, numbers, texts
from assistant.understanding.slots.found import Found
from assistant.understanding.taking import taken
from assistant.understanding.words import word_set

_HEADS = (
    *("client", "piano", "appointment", "agenda", "invoice", "unpaid", "stats", "top", "new_clients", "search", "make"),
    *("humidity", "temperature", "pitch", "history", "alert", "stock", "tours"),
)
_STANDS_ALONE = frozenset({"reset", "help", "out_of_scope", "knowledge_search"})
_OPENINGS = word_set("et pis puis ok non pour and what juste seulement uniquement only meme sauf mais plutot")
_BARE = frozenset({"measure", "direction", "date_range", "aggregate", "limit"})
# What a question is about, in words that nothing else explains: « et les chevilles ? » after the stock of strings.
_TOPICS = {"inventory_stock": "product", "search_notes": "keyword"}
_OF_THE_VISIT = ("client_name", "client_id", "appointment_id", "date_range", "time", "select_index")
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
        ranked = numbers.rank(found.sentence) and pointing.picked(found, "unknown", {}, False, last, context)
        return Reading(*ranked) if ranked else _agreed(found, last, context)  # « ok, le deuxième »
    picked = pointing.picked(found, reading.intent, reading.slots, not reading.may_follow, last, context)
    if picked:
        return Reading(*picked)
    return (
        _to_write(found, reading, last, context)
        or _counted(found, reading, last)
        or _of_the_client(found, reading, last, context)
        or _of_the_day(found, reading, last)
        or _moved(found, last)
        or _merged(found, reading, last)
    )


def _agreed(found: Found, last: Understood, context: Context) -> Reading | None:
    """« oui » to what was proposed."""
    if not found.sentence.has("yes"):
        return None
    if last.intent == "action_request":
        return Reading("action_request", {**last.slots, "confirm": True})
    if context.proposed:
        slot = "technician" if "technician_raw" in last.slots else "client_name"
        kept = {name: value for name, value in last.slots.items() if name != "technician_raw"}
        return Reading(last.intent, {**kept, slot: context.proposed})
    if context.offered:
        return Reading(context.offered.intent, dict(context.offered.slots))
    return Reading(last.intent, {**last.slots, "confirm": True}) if context.asks else None


def _to_write(found: Found, reading: Reading, last: Understood, context: Context) -> Reading | None:
    """« annule-le », « ajoute-lui une note »: what is to be changed was spoken of."""
    if reading.intent != "action_request" or not (
        found.sentence.has("his", "there") or actions.points_back(found.sentence)
    ):
        return None
    if last.intent in AGENDAS | {"appointment_detail", "client_appointments"}:
        carried = {slot: last.slots[slot] for slot in _OF_THE_VISIT if slot in last.slots}
    else:
        carried = context.client
    replaced = {other for slot in reading.slots for other in (slot, *_REPLACES.get(slot, ()))}
    kept = {slot: value for slot, value in carried.items() if slot not in replaced}
    return Reading("action_request", {**kept, **reading.slots}) if kept else None


def _counted(found: Found, reading: Reading, last: Understood) -> Reading | None:
    """« ça en fait combien ? »: of what was listed."""
    sentence = found.sentence
    counts = sentence.has("how_many") and not found.values.keys() - {"aggregate", "metric"}
    bare = reading.intent in ("unknown", "stats") and not sentence.has("i", "us", "mine", "stats", "distance", "each")
    if not counts or not bare:
        return None
    metric = found.values.get("metric")
    if last.intent in OWN_OR_ALL | {"technician_appointments"}:
        kept = {slot: value for slot, value in last.slots.items() if slot in taken("stats") or slot == "scope"}
        return Reading("stats", {**kept, "metric": metric or "appointments"})
    if last.intent in ABOUT_CLIENTS and metric == "pianos":
        of_whom = {slot: last.slots[slot] for slot in ("client_name", "client_id", "city") if slot in last.slots}
        return Reading("client_pianos", {**of_whom, "aggregate": "count"})
    if metric is None and "aggregate" in taken(last.intent):
        aggregate = "sum" if last.intent in ("unpaid_invoices", "client_invoices") else "count"
        return Reading(last.intent, {**last.slots, "aggregate": aggregate})
    return None


def _of_the_client(found: Found, reading: Reading, last: Understood, context: Context) -> Reading | None:
    """« ses pianos », « le code de porte », « prochains rendez-vous »: of the client spoken of."""
    intent, slots, sentence = reading.intent, reading.slots, found.sentence
    if sentence.has("his") and "technician" in last.slots and intent in OWN_OR_ALL | {"client_appointments"}:
        kept = {
            slot: value for slot, value in slots.items() if slot in taken("technician_appointments") and slot != "scope"
        }
        return Reading("technician_appointments", {"technician": last.slots["technician"], **kept})
    if not context.client or slots.keys() & {"client_name", "client_id"}:
        return None
    said = sentence.has("his", "there")
    target = ""
    about_clients = last.intent in ABOUT_CLIENTS
    if (
        intent in OF_A_CLIENT
        or (intent == "client_invoices" and about_clients)
        or (intent == "unpaid_invoices" and last.intent == "client_invoices" and not sentence.has("invoice"))
        or (intent in OF_A_CLIENT_IF_BARE and about_clients and not slots.keys() - _BARE)
        or (said and intent not in ("client_search", "piano_search", *OWN_OR_ALL) and "client_name" in taken(intent))
    ):
        target = intent
    elif intent == "summary" and not slots and about_clients:
        target = "client_summary"
    elif intent in OWN_OR_ALL and not sentence.has("mine", "i", "everyone", "us"):
        of_next = "direction" in slots and "date_range" not in slots and about_clients
        target = "client_appointments" if said or of_next else ""
    elif said and intent == "piano_search":
        target = "client_pianos"
    if not target:
        return None
    kept = {slot: value for slot, value in slots.items() if slot in taken(target)}
    return Reading(target, {**context.client, **kept})


def _of_the_day(found: Found, reading: Reading, last: Understood) -> Reading | None:
    """« combien de km », « quoi apporter », « lesquels ne sont pas confirmés » after an agenda: of the same day."""
    dated = reading.slots.keys() & {"date_range", "date_ranges"}
    of_those = reading.intent == "unconfirmed_appointments" and found.sentence.has("those", "that_one")
    if not (reading.intent in OF_A_DAY or of_those) or dated or last.intent not in AGENDAS | OF_A_DAY:
        return None
    carried = ["date_range", "date_ranges", "technician", "default_period"]
    if reading.intent == "summary":
        carried.append("scope")
    kept = {slot: last.slots[slot] for slot in carried if slot in last.slots}
    return Reading(reading.intent, {**kept, **reading.slots}) if kept else None


def _moved(found: Found, last: Understood) -> Reading | None:
    slots = shifting.shifted(found, last)
    return Reading(last.intent, slots) if slots else None


def _merged(found: Found, reading: Reading, last: Understood) -> Reading | None:
    """The earlier question with what this one replaces."""
    sentence = found.sentence
    of_those = sentence.has("those", "that_one")
    opened = of_those or sentence.word(0) in _OPENINGS or sentence.has("same")
    same = reading.intent == last.intent and (opened or not sentence.has(*_HEADS))
    if not (reading.may_follow or same or of_those) or (sentence.has("search") and not opened):
        return None
    is_a_name = reading.rule is not None and reading.rule.reason == "a name alone"
    if is_a_name and not (opened or "client" in last.missing or found.surety >= 2):
        return None
    if (year := days.lone_year(found)) and not found.values.keys() & {"date_range", "year_lt"}:
        found.values["date_range"] = year
    target = _target(found, last)
    new = finishing.keep(found, target)
    if is_a_name and "client_name" in taken(target):
        new["client_name"] = found.values["client_name"]
    if opened and target in _TOPICS and (topic := _topic(found)):
        new[_TOPICS[target]] = topic
    if target == last.intent and target in OWN_OR_ALL:
        del new["scope"]
    if not new.keys() - {"scope"} and target == last.intent:
        return None
    replaced = {other for slot in new for other in _REPLACES.get(slot, ())}
    if target == "technician_appointments":
        replaced.add("scope")
    return Reading(target, {**{slot: value for slot, value in last.slots.items() if slot not in replaced}, **new})


def _topic(found: Found) -> str:
    """« et les chevilles ? » → « chevilles »."""
    sentence = found.sentence
    if found.values.keys() & {"date_range", "technician", "city"} or sentence.has("quote"):
        return ""
    first, last = texts.trim(sentence, 1 if sentence.word(0) in _OPENINGS else 0, len(sentence.words))
    return sentence.typed(first, last)


def _target(found: Found, last: Understood) -> str:
    """« et Karim ? » turns one's own agenda into a colleague's, « et tout le monde ? » into everybody's."""
    if last.intent in OWN_OR_ALL and found.values.keys() & {"technician", "technicians"}:
        return "technician_appointments"
    if last.intent in ("technician_appointments", "all_appointments") and found.sentence.text(0, 2) in (
        "et moi",
        "pis moi",
    ):
        return "my_appointments"
    if last.intent in ("my_appointments", "technician_appointments") and found.sentence.has("everyone"):
        return "all_appointments"
    return last.intent
