"""« le deuxième », « celui de Laval », « l'historique du 3e »: one of what was listed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from assistant.understanding.context import Context
from assistant.understanding.dating import is_year
from assistant.understanding.families import ABOUT_CLIENTS, AGENDAS, OF_A_CLIENT
from assistant.understanding.results import Understood
from assistant.understanding.slots import numbers
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_POINTED = frozenset({"city", "neighborhood", "time", "client_name", "date_range", "part_of_day"})
_OF_BILLS = frozenset({"client_invoices", "unpaid_invoices"})
_NUMBERING = word_set("la le no numero # facture")
_OF_PIANOS = frozenset({"piano_search", "client_pianos", "piano_history"})
_BESIDE_A_PICK = word_set(
    "filler polite thanks greeting details search first_one last you i us full tell_everything yes no ack that_one "
    "piano client f_address f_phone f_number f_email f_access_code f_pets f_language f_parking f_contact_all history "
    "w_create w_make which_client whose who where_is list_word contact f_contact his"
)


def picked(
    found: Found, intent: str, slots: dict[str, Any], is_sure: bool, last: Understood, context: Context
) -> tuple[str, dict[str, Any]] | None:
    """The intent and slots of what is pointed at; nothing when the question points at nothing."""
    if intent in ("client_search", "unknown") and last.intent in _OF_BILLS and (number := _bill(found)):
        return "client_invoices", {"invoice_number": number}
    pick = _middle(found, context) or _pick(found, last)
    if pick is None or "date" in last.missing:
        return None
    if last.intent == "client_search" and found.sentence.has("f_number") and _is_a_phone(found):
        return "client_info", {"fields": ["phone"], **pick}
    if intent in OF_A_CLIENT and is_sure and last.intent in AGENDAS:
        return "appointment_detail", {**{slot: slots[slot] for slot in ("fields",) if slot in slots}, **pick}
    if intent in OF_A_CLIENT and is_sure:
        if intent == "client_history" and last.intent in _OF_PIANOS:
            return "piano_history", pick
        return intent, {**{slot: slots[slot] for slot in ("fields",) if slot in slots}, **pick}
    if found.sentence.has("piano") and last.intent in ABOUT_CLIENTS:
        return "client_pianos", pick
    if last.intent in AGENDAS or last.intent == "appointment_detail":
        return "appointment_detail", pick
    if last.intent in ("piano_search", "client_pianos"):
        return "piano_history", pick
    if last.intent in OF_A_CLIENT and context.has_choices:
        return last.intent, {**last.slots, **pick}
    if last.intent in ABOUT_CLIENTS | {"search_notes", "open_question", "piano_history"}:
        return "client_summary", pick
    return None


def _middle(found: Found, context: Context) -> dict[str, Any] | None:
    """« celui du milieu », of an odd number."""
    in_the_middle = any(word.text in ("milieu", "middle") for word in found.sentence.words)
    return {"select_index": context.choices // 2 + 1} if in_the_middle and context.choices % 2 else None


def _bill(found: Found) -> int:
    """« ouvre la 5512 », after invoices."""
    words = [word.text for word in found.sentence.words]
    said = [word for before, word in pairwise(words) if before in _NUMBERING and word.isdigit() and 3 <= len(word) <= 6]
    return int(said[0]) if len(said) == 1 and not is_year(said[0]) else 0


def _pick(found: Found, last: Understood) -> dict[str, Any] | None:
    sentence = found.sentence
    if sentence.has("appointment", "tuning") and not sentence.has("details"):
        return None
    ranked = numbers.rank(sentence)
    if ranked is not None and _is_only_a_pick(found, ranked[1]):
        return None if sentence.has("history") and ranked[0] == -1 else {"select_index": ranked[0]}
    pointed = {slot: found.values[slot] for slot in found.values if slot in _POINTED}
    if not sentence.has("that_one") or not pointed:
        return None
    if "client_name" in pointed and last.intent in OF_A_CLIENT | _OF_PIANOS:
        return None  # « et celui de Roy », after a phone: another client's
    carried = ("client_name",) if last.intent in ABOUT_CLIENTS else ("date_range", "date_ranges")
    return {**{slot: last.slots[slot] for slot in carried if slot in last.slots}, **pointed}


def _is_a_phone(found: Found) -> bool:
    """« le numéro du 2e », not « le numéro 2 »."""
    number = found.sentence.first("f_number")
    return number is not None and found.sentence.word(number.last) in ("du", "de")


def _is_only_a_pick(found: Found, place: int) -> bool:
    """Nothing that would be a question of its own stands beside the rank."""
    sentence = found.sentence
    same = sentence.kinds_at(place)  # « du 3e », « le 2 » may have been read as a date
    return all(
        at == place
        or word.is_mark
        or word.text.isdigit()
        or word.text in ("e", "er", "eme", "one")
        or bool(sentence.kinds_at(at) & _BESIDE_A_PICK)
        or (word.text in ("le", "la", "du", "no", "numero") and bool(sentence.kinds_at(at) & same))
        for at, word in enumerate(sentence.words)
    )
