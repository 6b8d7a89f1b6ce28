"""What becomes of a question once understood: answered, asked back, or not for this asker."""

from __future__ import annotations

from typing import Any

from assistant.understanding import doubts
from assistant.understanding.results import Asker, Outcome
from assistant.understanding.slots.found import Found

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
    strange = next((word for word in found.unexplained if len(word) >= doubts.TELLING and word.isalpha()), "")
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


def _missing(found: Found, intent: str, slots: dict[str, Any], asker: Asker) -> str:
    if "impossible_date" in found.faults:
        return "date"
    if (
        "no_day" in found.faults
        and intent in doubts.AGENDAS
        and not slots.keys() & {"date_range", "date_ranges", "direction"}
    ):
        return "day"
    if "technician_raw" in slots:
        return "person"
    if intent == "unknown":
        return "question"
    if intent in NEEDS_A_CLIENT and not slots.keys() & {"client_name", "client_id", "select_index", "city"}:
        return "client"
    if doubt := doubts.of(found, intent, slots, asker):
        return doubt
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
    if (
        intent in ("departure_time", "day_distance", "parts_needed")
        and not asker.technician
        and not slots.keys() & {"technician", "technicians", "client_name"}
    ):
        return "person"
    return ""
