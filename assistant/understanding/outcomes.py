"""What becomes of a question once understood: answered, asked back, or not for this asker."""

from __future__ import annotations

import json
from typing import Any

from assistant.understanding.hints import AREA_CODES
from assistant.understanding.lexicon import everyday, names, ordinary, verbs
from assistant.understanding.results import Asker, Outcome
from assistant.understanding.slots.found import Found
from assistant.understanding.words import plain

NEEDS_A_CLIENT = frozenset(
    {"client_info", "client_history", "client_summary", "client_pianos", "client_travel_fee", "client_appointments"}
)
_OFFICE_ONLY = frozenset({"all_appointments", "client_invoices", "unpaid_invoices", "open_question"})
_OF_ONESELF = frozenset(
    {
        "technician_appointments",
        "appointment_detail",
        "stats",
        "summary",
        "unconfirmed_appointments",
        "day_distance",
        "departure_time",
        "tours",
    }
)
_AGENDAS = frozenset({"my_appointments", "technician_appointments", "all_appointments"})
# What is asked over all there is: one word more would have narrowed it.
_OVER_ALL = frozenset(
    {
        *("stats", "summary", "unconfirmed_appointments", "unpaid_invoices", "client_invoices", "piano_search"),
        *("measurements", "humidity_alerts", "day_distance", "departure_time", "parts_needed", "tours"),
        *(
            "client_search",
            "appointment_detail",
            "recurring_issues",
            "client_appointments",
            "client_pianos",
            "client_history",
        ),
    }
)
_FILTERED = frozenset({"piano_search", "client_search", "humidity_alerts", "unpaid_invoices", "client_invoices"})
_NAMED = frozenset({"client_name", "client_id", "select_index", "serial", "keyword"})
_OF_FREE_WORDS = frozenset(
    {"search_notes", "knowledge_search", "open_question", "semantic_search", "inventory_stock", "action_request"}
)
_READING = frozenset(
    {
        *_AGENDAS,
        *_OVER_ALL,
        *("client_info", "client_summary", "client_travel_fee", "piano_history"),
    }
)
_FILTERS = frozenset(
    {
        *("technician", "technicians", "city", "cities", "neighborhood", "client_name", "date_range", "date_ranges"),
        *("piano_make", "piano_model", "serial", "limit", "part_of_day", "time", "before_time", "after_time"),
        *("year_lt", "condition", "op", "value", "phone_suffix", "group_by", "overdue_days_gt"),
    }
)
# What says the same in another slot.
_INSTEAD = {
    "date_range": frozenset({"date_ranges", "not_seen_since", "not_serviced_since", "overdue_days_gt", "select_index"}),
    "technician": frozenset({"technicians"}),
    "client_name": frozenset({"client_id", "phone_suffix", "email", "select_index"}),
    "city": frozenset({"cities", "client_name"}),
    "limit": frozenset({"select_index"}),
    "time": frozenset({"client_name"}),
}
_SURE, _SHORT = 3, 2  # « de », « avec »; letters of a particle
_TELLING = 4  # letters
_QUESTIONS = {
    "date": "Cette date n’existe pas. Quelle date voulez-vous ?",
    "day": "Quel jour voulez-vous ?",
    "person": "De qui parlez-vous ?",
    "client": "De quel client parlez-vous ?",
    "serial": "Quel est le numéro de série du piano ?",
    "words": "Quels mots faut-il chercher ?",
    "visit": "De quel rendez-vous parlez-vous ?",
    "product": "De quel produit parlez-vous ?",
    "question": "Que voulez-vous savoir ? Tapez « .aide » pour des exemples.",
}


def decide(found: Found, intent: str, slots: dict[str, Any], asker: Asker) -> tuple[Outcome, str, tuple[str, ...]]:
    """The outcome, the question to ask back, and the slots that are missing."""
    if intent == "action_request":
        return Outcome.REFUSE_ACTION, "", ()
    if not asker.office and _is_beyond(intent, slots, asker):
        return Outcome.DENIED, "", ()
    of_the_office = intent == "technician_appointments" and found.sentence.has("colleague")
    if of_the_office or (intent == "my_appointments" and not asker.technician):
        return Outcome.NOT_A_TECHNICIAN, "", ()
    if intent == "out_of_scope":
        return Outcome.NO_MATCH, "", ()
    if missing := _missing(found, intent, slots, asker):
        return Outcome.CLARIFY, _question(found, missing), (missing,)
    return Outcome.ANSWERED, "", ()


def _question(found: Found, missing: str) -> str:
    """What to ask back; a word that was not understood is shown."""
    strange = next((word for word in found.unexplained if len(word) >= _TELLING and word.isalpha()), "")
    if missing == "question" and strange and len(found.unexplained) < len(found.sentence.words):
        place = next(place for place, word in enumerate(found.sentence.words) if word.text == strange)
        said = found.sentence.typed(place, place + 1)
        return f"Je n’ai pas compris « {said} ». Pouvez-vous le dire autrement ?"
    return _QUESTIONS[missing]


def _is_beyond(intent: str, slots: dict[str, Any], asker: Asker) -> bool:
    """A colleague's or the team's affairs, money, free questions."""
    if intent in _OFFICE_ONLY:
        return True
    people = slots.get("technicians") or [slots["technician"]] if slots.keys() & {"technician", "technicians"} else []
    if intent in _OF_ONESELF and (any(one != asker.technician for one in people) or slots.get("scope") == "all"):
        return True
    return intent == "stats" and slots.get("group_by") == "technician"


def _is_no_name(found: Found, intent: str, slots: dict[str, Any]) -> bool:
    """A client named by words that no capital, title, « chez » nor list of names makes somebody's."""
    name = str(slots.get("client_name", ""))
    alone = intent == "client_search" and found.surety < 2
    if found.values.get("client_name") != name or found.surety > _SURE or not name.islower() or alone:
        return False
    if found.sentence.has("organisation") or name.startswith(("st-", "st ", "saint", "ste-", "ste ")):
        return False
    said = [word for word in plain(name) if len(word) > _SHORT]
    return not said or any(word not in names() for word in said)


def _is_no_product(found: Found, slots: dict[str, Any]) -> bool:
    """« pis le reste », « il m'en reste-tu d'autres »: nothing that is kept in stock."""
    sentence = found.sentence
    small = {word.text for place, word in enumerate(sentence.words) if "filler" in sentence.kinds_at(place)}
    small |= verbs() - everyday()
    return all(word in small for word in plain(str(slots.get("product", ""))))


def _leaves_a_number(found: Found, slots: dict[str, Any]) -> bool:
    """A figure that no slot bears (« rv 14 »), where it counts no kilometres and is no area code."""
    kept = json.dumps(slots)
    sentence = found.sentence
    told = {place for _, first, last in found.places for place in range(first, last)}
    return any(
        word.text[0].isdigit()
        and place not in told
        and not sentence.kinds_at(place)
        and word.text not in kept
        and word.text not in AREA_CODES
        and not sentence.kinds_at(place + 1) & {"distance"}
        and sentence.word(place + 1) not in ("e", "eme", "er", "ieme")
        for place, word in enumerate(sentence.words)
    )


def _leaves_a_filter(found: Found, intent: str, slots: dict[str, Any], asker: Asker) -> bool:
    """Something said would narrow the answer and the intent does not take it: « impayés de Maude »."""
    kept = json.dumps(slots, ensure_ascii=False)
    today = found.sentence.now.date().isoformat()
    for slot, value in found.values.items():
        if slot not in _FILTERS or slot in slots or value in (asker.technician, {"start": today, "end": today}):
            continue
        if (slot == "client_name" and not found.has_client) or (slot == "city" and intent == "departure_time"):
            continue
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if said.strip("{}[]") not in kept and not slots.keys() & _INSTEAD.get(slot, frozenset()):
            return True
    return any(slot in _FILTERS and slot not in slots.get("exclude", {}) for slot in found.excluded)


def _is_half_read(found: Found, intent: str, slots: dict[str, Any]) -> bool:
    """Words were not understood, where nothing but them may say what is asked: rather ask than guess."""
    left = found.unexplained
    if intent in _FILTERED and not slots.keys() & _NAMED and _narrows(left):
        return True
    strange = [word for word in left if len(word) >= _TELLING and word not in ordinary() and word.isalpha()]
    unsure = "client_name" in found.values and found.surety < 3 and not found.is_proper
    if unsure and "client_name" not in slots:
        strange += [word for word in plain(found.values["client_name"]) if word not in ordinary()]
    if intent not in _AGENDAS:
        return bool(strange) and not slots.keys() & {"client_name", "client_id", "select_index", "serial"}
    if "default_period" in slots:
        return bool(left) or unsure
    return bool(strange) or unsure or len([word for word in left if len(word) >= _TELLING]) > 1 or _has_number(left)


def _narrows(words: list[str]) -> bool:
    """« pianos blancs », « factures bizarres »: a filter that would be left out; a verb is none."""
    return any(word.isalpha() and len(word) >= _TELLING and word not in verbs() for word in words)


def _has_number(words: list[str]) -> bool:
    return any(word[0].isdigit() for word in words)


def _missing(found: Found, intent: str, slots: dict[str, Any], asker: Asker) -> str:
    if "impossible_date" in found.faults:
        return "date"
    if (
        "no_day" in found.faults
        and intent in _AGENDAS
        and not slots.keys() & {"date_range", "date_ranges", "direction"}
    ):
        return "day"
    if "technician_raw" in slots:
        return "person"
    if intent == "unknown":
        return "question"
    if intent in NEEDS_A_CLIENT and not slots.keys() & {"client_name", "client_id", "select_index", "city"}:
        return "client"
    if intent not in _OF_FREE_WORDS and _is_no_name(found, intent, slots):
        return "client"
    if intent not in _OF_FREE_WORDS and _leaves_a_number(found, slots):
        return "question"
    if intent in _READING and _leaves_a_filter(found, intent, slots, asker):
        return "question"
    if intent in _AGENDAS | _OVER_ALL and _is_half_read(found, intent, slots):
        return "question"
    if intent == "client_invoices" and not slots and any(word.text == "facture" for word in found.sentence.words):
        return "client"  # « la facture »: whose?
    if intent == "piano_search" and not slots and found.unexplained:
        return "question"
    if intent == "client_search" and not slots:
        return "client"
    if intent == "piano_history" and not slots.keys() & {"serial", "select_index"}:
        return "serial"
    if intent == "semantic_search" and "text" not in slots:
        return "words"
    if intent == "search_notes" and not slots.keys() & {"keyword", "search_terms"}:
        return "words"
    if intent == "appointment_detail" and not slots.keys() & {
        "appointment_id",
        "select_index",
        "time",
        "date_range",
        "client_name",
        "direction",
        "city",
    }:
        return "visit"
    if intent == "inventory_stock" and not found.sentence.has("stock") and _is_no_product(found, slots):
        return "product"
    if (
        intent in ("departure_time", "day_distance", "parts_needed")
        and not asker.technician
        and not slots.keys() & {"technician", "technicians", "client_name"}
    ):
        return "person"
    return ""
