"""Which slots each intent takes, and what it takes by default: the page that docs/assistant.md is written from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import days, texts
from assistant.understanding.slots.found import Found

_WHEN = ("date_range", "date_ranges", "part_of_day", "time", "after_time", "before_time")
_WHERE = ("city", "cities", "neighborhood")
_WHO = ("technician", "technicians", "technician_raw")
_CLIENT = ("client_name", "client_id")
_PIANO = ("piano_make", "piano_model", "piano_type", "serial", "year_lt", "condition")
_LIST = ("direction", "limit", "order")
_AGENDA = (*_WHEN, *_WHERE, *_CLIENT, *_LIST, "piano_make", "piano_model", "piano_type", "status", "priority", "keyword",
           "exclude", "confirmed", "scope")  # fmt: skip

TAKEN: dict[str, tuple[str, ...]] = {
    "my_appointments": (*_AGENDA, "fields"),
    "technician_appointments": (*_AGENDA, *_WHO, "fields"),
    "all_appointments": (*_AGENDA, "fields", "group_by"),
    "unconfirmed_appointments": (*_WHEN, *_WHERE, *_WHO, *_CLIENT, "scope", "exclude", "limit", "order"),
    "client_appointments": (*_WHEN, *_CLIENT, *_LIST, *_WHO, "fields", "status", "city", "aggregate"),
    "appointment_detail": (*_WHEN, "appointment_id", "client_name", "city", "select_index", "full", "direction"),
    "departure_time": (*_WHEN, *_WHO, "client_name"),
    "day_distance": (*_WHEN, *_WHO),
    "summary": (*_WHEN, *_WHO, "scope", "full"),
    "stats": ("metric", "status", "aggregate", "group_by", "scope", "date_range", "date_ranges", *_WHO, *_WHERE, "client_name", "piano_make",
              "piano_model", "piano_type", "limit", "exclude", "part_of_day"),
    "client_search": (*_CLIENT, *_WHERE, "phone_suffix", "missing", "not_seen_since", "piano_make", "piano_model",
                      "piano_type", "exclude", "aggregate", "limit", "email", "order", "status", "not_serviced_since"),
    "client_info": (*_CLIENT, "fields", "city"),
    "client_summary": (*_CLIENT, "select_index", "city", "full"),
    "client_history": (*_CLIENT, "date_range", "date_ranges", *_LIST, *_WHO, "full", "exclude", "piano_make",
                       "piano_model", "piano_type", "keyword", "city", "aggregate"),
    "client_pianos": (*_CLIENT, "aggregate", "piano_make", "piano_model", "piano_type", "year_lt", "fields", "condition",
                      "exclude", "city"),
    "client_travel_fee": (*_CLIENT, "technician", "city"),
    "client_invoices": (*_CLIENT, "invoice_number", "date_range", "date_ranges", *_LIST, "paid", "aggregate", "status",
                        "exclude"),
    "unpaid_invoices": (*_CLIENT, "date_range", "overdue_days_gt", "aggregate", "limit", "order", "exclude"),
    "piano_search": (*_PIANO, *_WHERE, "client_name", "keyword", "missing", "not_serviced_since", "aggregate", "exclude",
                     "status", "limit", "order"),
    "piano_history": ("serial", "date_range", "date_ranges", *_LIST, "technician", "full", "select_index"),
    "search_notes": ("keyword", "search_terms", *_CLIENT, *_WHERE, "date_range", "technician", "serial", "piano_make",
                     "piano_type", "exclude", "limit", "scope"),
    "measurements": ("measure", "op", "value", "aggregate", *_CLIENT, "serial", "piano_make", "piano_type", *_WHERE,
                     "date_range", "date_ranges", *_LIST, "exclude"),
    "humidity_alerts": (*_CLIENT, *_WHERE, "resolved", "date_range", "priority", "aggregate", "exclude", "measure"),
    "parts_needed": (*_WHEN, *_WHO, "client_name", "direction", "city"),
    "recurring_issues": (*_CLIENT, *_WHERE, "piano_make", "piano_model", "piano_type", "serial", "date_range"),
    "semantic_search": ("text", "client_name", "date_range"),
    "knowledge_search": ("text",),
    "open_question": ("text", *_WHERE, "date_range", "aggregate", "limit"),
    "inventory_stock": ("product", *_WHO, "scope"),
    "tours": ("date_range", "direction", *_CLIENT, *_WHERE, *_WHO, "limit"),
}  # fmt: skip

_TODAY_BY_DEFAULT = frozenset(
    {"my_appointments", "technician_appointments", "all_appointments", "departure_time", "day_distance", "parts_needed"}
)
_PERIODS = frozenset({"stats", "summary", "my_appointments", "technician_appointments", "all_appointments", "tours",
                      "day_distance", "unconfirmed_appointments"})  # fmt: skip
_STATS_DAYS = 30


def keep(found: Found, intent: str) -> dict[str, Any]:
    """What the intent takes of what was found, and the free words it needs."""
    taken = TAKEN.get(intent, ())
    slots = {slot: value for slot, value in found.values.items() if slot in taken}
    if intent != "client_search" and not found.has_client:
        slots.pop("client_name", None)
    if "exclude" in taken:
        slots["exclude"] = dict(found.excluded)
        if not slots["exclude"]:
            del slots["exclude"]
    for complete in (_scope, _period, _agenda, _history, _words, _yes_or_no, _fields, _counts):
        complete(found, intent, slots)
    return slots


def with_defaults(found: Found, intent: str, slots: dict[str, Any]) -> dict[str, Any]:
    """Adds the period that applies when none was said."""
    slots = dict(slots)
    if intent == "appointment_detail" and "time" in slots and "date_range" not in slots:
        day = found.sentence.now.date().isoformat()
        return {**slots, "date_range": {"start": day, "end": day}, "default_period": True}
    dated = slots.keys() & {"date_range", "date_ranges", "direction", "select_index"}
    if dated or "impossible_date" in found.faults or "default_period" in slots:
        return slots
    today = found.sentence.now.date()
    if intent in _TODAY_BY_DEFAULT and not (intent == "parts_needed" and "client_name" in slots):
        slots["date_range"] = {"start": today.isoformat(), "end": today.isoformat()}
        if not _names_today(found.sentence):
            slots["default_period"] = True
    elif intent == "stats" and not _counts_what_exists(found, slots):
        start = today - timedelta(days=_STATS_DAYS)
        slots |= {"date_range": {"start": start.isoformat(), "end": today.isoformat()}, "default_period": True}
    elif intent == "summary":
        slots["date_range"] = {"start": today.isoformat(), "end": today.isoformat()}
        if not _names_today(found.sentence):
            slots["default_period"] = True
    return slots


def _names_today(sentence: Sentence) -> bool:
    """« ma journée », « la journée de Karim », « ce soir »: today is said."""
    return any(word.text in ("journee", "day") for word in sentence.words)


def _counts_what_exists(found: Found, slots: dict[str, Any]) -> bool:
    return slots.get("metric") in ("clients", "pianos") and "group_by" not in slots and not found.sentence.has("new_clients", "stats")


def _scope(found: Found, intent: str, slots: dict[str, Any]) -> None:
    if intent == "my_appointments":
        slots["scope"] = "self"
    elif intent == "all_appointments":
        slots["scope"] = "all"
    elif "scope" in TAKEN.get(intent, ()) and intent in ("stats", "summary", "unconfirmed_appointments"):
        if found.values.keys() & {"technician", "technicians", "technician_raw"}:
            return
        if found.sentence.has("everyone") and not _everyone_is_a_quantity(found.sentence):
            slots["scope"] = "all"
        elif found.sentence.says_mine():
            slots["scope"] = "self"


def _everyone_is_a_quantity(sentence: Sentence) -> bool:
    """« tous les rv » for a scope; « tous les mois » for none."""
    mark = sentence.first("everyone")
    return mark is not None and sentence.word(mark.last) == "les" and bool(sentence.kinds_at(mark.last + 1) & {"when", "client", "piano"})


def _period(found: Found, intent: str, slots: dict[str, Any]) -> None:
    """« stats mois », « résumé hebdo », « ma semaine »: a period by its bare name."""
    if intent in _PERIODS and not slots.keys() & {"date_range", "date_ranges"} and not found.sentence.has("when"):
        if (period := days.bare_period(found.sentence)) and not (intent == "stats" and "group_by" in slots):
            slots["date_range"] = period


def _history(found: Found, intent: str, slots: dict[str, Any]) -> None:
    """« quand est-on allé chez X »: the last time."""
    if intent == "client_history" and found.sentence.has("ask_when") and not slots.keys() & {"date_range", "date_ranges"}:
        slots.setdefault("direction", "last")


def _agenda(found: Found, intent: str, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if intent not in ("my_appointments", "technician_appointments", "all_appointments", "client_appointments"):
        return
    if sentence.has("where_is") and sentence.has("appointment") and not slots.keys() & {"technician", "technicians"}:
        slots["fields"] = ["address"]
    if "direction" not in slots:
        if sentence.has("end_of_day") and intent != "client_appointments":
            slots["fields"] = ["end_time"]
        elif sentence.has("ask_when") and sentence.has("going", "free", "there") | (intent == "client_appointments") and not slots.keys() & {"date_range", "date_ranges"}:
            slots["direction"] = "next"
    if (sentence.has("free") or (sentence.has("works") and intent == "technician_appointments")) and intent != "client_appointments":
        slots["fields"] = ["availability"]
    if sentence.has("pls"):
        slots["keyword"] = "PLS"
    if intent == "client_appointments" and sentence.has("who", "f_technician", "who_went") and "technician" not in slots:
        slots["fields"] = ["technician"]
    if sentence.has("confirmed") and not sentence.has("unconfirmed"):
        slots["confirmed"] = True
    if intent == "all_appointments" and "direction" in slots and slots.keys() & {"date_range"} and not sentence.has("first_one", "last"):
        slots.pop("direction")


def _words(found: Found, intent: str, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if intent == "search_notes":
        _notes(found, slots)
    elif intent in ("knowledge_search", "open_question"):
        slots["text"] = sentence.question.typed.strip()
    elif intent == "semantic_search":
        last = max((mark.last for mark in sentence.all("similar")), default=0)
        first, end = texts.trim(sentence, last, len(sentence.words), keep=lambda _: True)
        said = sentence.typed(*_with_article(sentence, first, last, end))
        if said:
            slots["text"] = said
            slots.pop("client_name", None)
            slots.pop("date_range", None)
    elif intent == "inventory_stock":
        _product(found, slots)
    elif intent == "piano_search" and (system := sentence.first("pls")):
        if found.is_negated(system.first) or sentence.kinds_at(system.first - 1) & {"missing"}:
            slots["exclude"] = {**slots.get("exclude", {}), "keyword": "PLS"}
        else:
            slots["keyword"] = "PLS"
        slots.pop("client_name", None) if found.surety < 3 else None
    elif intent == "piano_search" and found.surety < 3 and not sentence.has("institution"):
        slots.pop("client_name", None)
    elif intent == "client_search" and "phone_suffix" in slots:
        slots.pop("client_name", None)
    elif intent == "client_search" and (mark := sentence.first("email")):
        slots["email"] = mark.value


def _with_article(sentence: Sentence, first: int, floor: int, end: int) -> tuple[int, int]:
    """« à une touche enfoncée » keeps its article: the text is a sentence's worth of words."""
    if first > floor and sentence.word(first - 1) in ("un", "une", "le", "la", "l", "les", "des", "du"):
        first -= 1
    return first, end


def _notes(found: Found, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if said := texts.quoted(found):
        slots["keyword"] = said
        if not sentence.has("institution") and found.surety < 5:
            slots.pop("client_name", None)
        return
    if (which := sentence.first("which_client")) and not sentence.has("notes_search"):
        # « quel client à Laval a un chat » filters; « le client qui déménage à Québec » is a clue.
        place = sentence.first("city", "neighborhood")
        is_filter = place is not None and place.first <= which.last + 1
        if place is not None and not is_filter:
            slots.pop(place.kind, None)
        slots["search_terms"] = texts.terms(sentence, with_places=not is_filter)
        for slot in ("client_name", "technician", "piano_make", "piano_type", "date_range"):
            slots.pop(slot, None)
        return
    keyed = found.surety >= 5 or sentence.has("institution") or "client_id" in slots
    if not keyed:
        slots.pop("client_name", None)
    name = {place for slot, first, last in found.places if slot == "client_name" and keyed for place in range(first, last)}
    if sentence.has("service_notes") and not sentence.has("notes_search") and (about := _place_of_sur(sentence)):
        first, last = texts.trim(sentence, about, len(sentence.words))
        slots["keyword"] = sentence.typed(first, last)
        return
    first, last = texts.after(sentence, "notes_search", "who_has", "which_pianos", "search", "service_notes")
    if first >= last and (instrument := sentence.first("piano")):
        first, last = texts.trim(sentence, instrument.last, len(sentence.words))
    if first >= last and (cue := sentence.first("notes_search")):
        opening = sentence.first("search", "which_client", "where_is")
        first, last = texts.trim(sentence, opening.last if opening and opening.last <= cue.first else 0, cue.first)
    while first < last and last - 1 in name:
        last -= 1
    first, last = texts.trim(sentence, first, last)
    if first < last:
        slots["keyword"] = sentence.typed(first, last)


def _place_of_sur(sentence: Sentence) -> int:
    """Where « sur X » begins in « notes de Maude sur X »; 0 when nobody says it."""
    return next((place + 1 for place, word in enumerate(sentence.words) if word.text in ("sur", "concernant")), 0)


def _product(found: Found, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    cue = next((mark for kind in ("how_many", "stock", "have") if (mark := sentence.first(kind))), None)
    if cue is None:
        return
    if (left := sentence.first("remaining")) and left.first == cue.last:
        cue = left
    stops = [mark.first for mark in sentence.all("remaining", "stock", "technician", "have", "i") if mark.first > cue.last]
    first, last = texts.trim(sentence, cue.last, min(stops, default=len(sentence.words)))
    if first >= last and stops:
        after = [mark.last for mark in sentence.all("remaining", "stock") if mark.first >= cue.last]
        first, last = texts.trim(sentence, max(after, default=len(sentence.words)), len(sentence.words))
    if first < last and not sentence.kinds_at(first) & {"technician", "mine"}:
        slots["product"] = sentence.typed(first, last)


def _yes_or_no(found: Found, intent: str, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if intent == "humidity_alerts":
        slots.pop("measure", None)
        if sentence.has("unresolved"):
            slots["resolved"] = False
        elif sentence.has("resolved"):
            slots["resolved"] = True
    if intent == "client_invoices":
        if sentence.has("unpaid"):
            slots["paid"] = False
        elif sentence.has("paid"):
            slots["paid"] = True
    if intent == "piano_search":
        slots.pop("status", None)
        if sentence.has("inactive"):
            slots["status"] = "INACTIVE"
    elif intent == "client_search" and sentence.has("inactive"):
        slots["status"] = "INACTIVE"


def _fields(found: Found, intent: str, slots: dict[str, Any]) -> None:
    fields = slots.get("fields")
    if fields and len(fields) > 1 and "phone" in fields and found.sentence.has("f_number") and not found.sentence.has("f_phone", "f_contact_all"):
        fields.remove("phone")
    if intent == "client_info" and not fields and found.sentence.has("where_is"):
        slots["fields"] = ["address"]
    if intent == "client_pianos":
        asked = [field for kind, field in (("serial", "serial"), ("model", "model"), ("make_word", "make")) if found.sentence.has(kind)]
        slots |= {"fields": asked} if asked else {}


def _counts(found: Found, intent: str, slots: dict[str, Any]) -> None:
    """« combien » of money is a sum."""
    if intent == "unpaid_invoices" and "overdue_days_gt" in slots:
        slots.pop("date_range", None)
    money = intent in ("unpaid_invoices", "client_invoices")
    if money and slots.get("aggregate") == "count" and not found.sentence.has("count_of_invoices"):
        slots["aggregate"] = "sum"
    if intent == "stats" and slots.get("aggregate") == "count":
        slots.pop("aggregate")
    if intent == "open_question" and slots.get("aggregate") == "count":
        slots.pop("aggregate")
