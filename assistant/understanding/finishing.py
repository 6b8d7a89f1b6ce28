"""From what was found to the slots of an intent: what only makes sense there, and the period that applies unsaid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from assistant.understanding import wording
from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import days
from assistant.understanding.slots.days import years_before
from assistant.understanding.slots.found import Found
from assistant.understanding.taking import take

_AGENDAS = frozenset({"my_appointments", "technician_appointments", "all_appointments"})
_TODAY_BY_DEFAULT = _AGENDAS | {"departure_time", "day_distance", "parts_needed", "summary"}
_BY_BARE_PERIOD = _AGENDAS | {"stats", "summary", "tours", "day_distance", "unconfirmed_appointments"}
_SCOPE_WHEN_SAID = frozenset({"stats", "summary", "unconfirmed_appointments"})
_DATES = frozenset({"date_range", "date_ranges"})
_STATS_DAYS = 30
_THEN = frozenset({"apres", "ensuite"})
_FAR = 270  # days ahead


def keep(found: Found, intent: str) -> dict[str, Any]:
    """The slots of the intent, before any default."""
    slots = take(found, intent)
    _scope(found, intent, slots)
    _bare_period(found, intent, slots)
    if intent in _AGENDAS:
        _agenda(found.sentence, intent, slots)
    elif finish := _FINISHES.get(intent):
        finish(found, slots)
    wording.find(found, intent, slots)
    return slots


def with_defaults(found: Found, intent: str, slots: dict[str, Any]) -> dict[str, Any]:
    """Adds the period that applies when none was said: an agenda's is today, the statistics' the last 30 days."""
    if slots.keys() & {*_DATES, "direction", "select_index", "default_period"} or found.faults & {
        "impossible_date",
        "no_day",
    }:
        return slots
    today = found.sentence.now.date()
    start = today
    if intent == "stats" and not _counts_what_exists(found, slots):
        start = today - timedelta(days=_STATS_DAYS)
    elif not _is_of_today(intent, slots):
        return slots
    slots = {**slots, "date_range": {"start": start.isoformat(), "end": today.isoformat()}}
    return slots if _names_today(found.sentence, intent) else {**slots, "default_period": True}


def _is_of_today(intent: str, slots: dict[str, Any]) -> bool:
    if intent == "parts_needed":
        return "client_name" not in slots
    return intent in _TODAY_BY_DEFAULT or (intent == "appointment_detail" and "time" in slots)


def _names_today(sentence: Sentence, intent: str) -> bool:
    """« ma journée », « la journée de Karim »."""
    return intent != "stats" and any(word.text in ("journee", "day") for word in sentence.words)


def _counts_what_exists(found: Found, slots: dict[str, Any]) -> bool:
    """« combien de clients »: all there are, not those of a period."""
    counted = slots.get("metric") in ("clients", "pianos")
    return counted and "group_by" not in slots and not found.sentence.has("new_clients", "stats")


def _scope(found: Found, intent: str, slots: dict[str, Any]) -> None:
    if intent in ("my_appointments", "all_appointments"):
        slots["scope"] = "self" if intent == "my_appointments" else "all"
    elif intent in _SCOPE_WHEN_SAID and not slots.keys() & {"technician", "technicians", "technician_raw"}:
        if found.sentence.has("everyone"):
            slots["scope"] = "all"
        elif found.sentence.says_mine():
            slots["scope"] = "self"


def _bare_period(found: Found, intent: str, slots: dict[str, Any]) -> None:
    """« stats mois », « résumé hebdo »: a period by its bare name."""
    if intent not in _BY_BARE_PERIOD or found.sentence.has("when") or slots.keys() & {*_DATES, "group_by"}:
        return
    if period := days.bare_period(found.sentence):
        slots["date_range"] = period


def _agenda(sentence: Sentence, intent: str, slots: dict[str, Any]) -> None:
    undated = not slots.keys() & _DATES
    if (
        sentence.has("end_of_day")
        and not sentence.has("where_do_i_go")
        and ("direction" not in slots or sentence.has("ask_when"))
    ):
        slots["fields"] = ["end_time"]
    ends = sentence.word(len(sentence.words) - 1 - sentence.words[-1].is_mark)
    if undated and sentence.has("where_do_i_go", "where_is") and sentence.has("i") and ends in _THEN:
        slots["direction"] = "next"  # « où est-ce que je m'en vais après »
    somewhere = sentence.has("going", "free", "there") or bool(slots.keys() & {"city", "cities", "neighborhood"})
    if undated and sentence.has("ask_when") and somewhere and "time" not in slots:
        slots["direction"] = "next"
    if sentence.has("where_is") and sentence.has("appointment") and intent != "technician_appointments":
        slots["fields"] = ["address"]
    off = sentence.has("free") and not (sentence.has("appointment") and sentence.has("have"))
    if off or (
        sentence.has("works")
        and intent == "technician_appointments"
        and not any(w.text == "ou" for w in sentence.words)
    ):
        slots["fields"] = ["availability"]
    if sentence.has("pls"):
        slots["keyword"] = "PLS"
    if sentence.has("confirmed") and not sentence.has("unconfirmed"):
        slots["confirmed"] = True


def _client_appointments(found: Found, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if sentence.has("ask_when") and not slots.keys() & {*_DATES, "direction"}:
        slots["direction"] = "next"
    if sentence.has("who", "f_technician", "who_went") and "technician" not in slots:
        slots["fields"] = ["technician"]


def _client_history(found: Found, slots: dict[str, Any]) -> None:
    """« quand est-on allé chez X »: the last time."""
    asks_when = found.sentence.has("ask_when", "last_time") and not found.sentence.has("since_when")
    if asks_when and not slots.keys() & {*_DATES, "order", "full", "aggregate"}:
        slots.setdefault("direction", "last")


def _client_info(found: Found, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    if "fields" not in slots and sentence.has("where_is"):
        slots["fields"] = ["address"]
    if sentence.has("f_number") and not sentence.has("f_phone", "f_contact_all") and len(slots.get("fields", ())) > 1:
        slots["fields"] = [field for field in slots["fields"] if field != "phone"]  # « le numéro du code »


def _client_pianos(found: Found, slots: dict[str, Any]) -> None:
    """The make and the model are on every card; a serial is asked for."""
    slots.pop("fields", None)
    if found.sentence.has("grand") and found.sentence.has("upright"):
        slots.pop("piano_type", None)  # « un droit ou une queue ? »
    if found.sentence.has("serial"):
        slots["fields"] = ["serial"]


def _humidity_alerts(found: Found, slots: dict[str, Any]) -> None:
    if found.sentence.has("unresolved"):
        slots["resolved"] = False
    elif found.sentence.has("resolved"):
        slots["resolved"] = True


def _client_invoices(found: Found, slots: dict[str, Any]) -> None:
    if found.sentence.has("unpaid"):
        slots["paid"] = False
    elif found.sentence.has("paid"):
        slots["paid"] = True
    _money(found, slots)


def _unpaid_invoices(found: Found, slots: dict[str, Any]) -> None:
    today = found.sentence.now.date().isoformat()
    if "overdue_days_gt" in slots or slots.get("date_range") == {"start": today, "end": today}:
        slots.pop("date_range", None)
    _money(found, slots)


def _money(found: Found, slots: dict[str, Any]) -> None:
    """« combien » of money is a sum."""
    sentence = found.sentence
    if any("combien" in sentence.text(mark.first, mark.last) for mark in sentence.all("billed")):
        slots.setdefault("aggregate", "sum")
    if slots.get("aggregate") == "count" and not found.sentence.has("count_of_invoices"):
        slots["aggregate"] = "sum"


def _drop_count(_: Found, slots: dict[str, Any]) -> None:
    """An open question says it in its own words."""
    if slots.get("aggregate") == "count":
        del slots["aggregate"]


def _measurements(found: Found, slots: dict[str, Any]) -> None:
    today = found.sentence.now.date().isoformat()
    compared = found.sentence.has("too_dry", "too_humid") or "op" in slots
    if compared and slots.get("date_range") == {"start": today, "end": today}:
        del slots["date_range"]  # « trop secs en ce moment »: as last measured
    if not found.sentence.has("piano"):  # « il fait combien d'humidité » counts nothing
        _drop_count(found, slots)


def _stats(found: Found, slots: dict[str, Any]) -> None:
    """They count anyway; an average is said. « en janvier », asked in March, has been."""
    said = slots.get("date_range", {})
    today = found.sentence.now.date()
    if said.get("start", "") > (today + timedelta(days=_FAR)).isoformat():
        slots["date_range"] = {edge: years_before(date.fromisoformat(day), 1).isoformat() for edge, day in said.items()}
    counter = found.sentence.first("how_many")
    counted = found.sentence.text(counter.first, counter.last + 1) if counter else ""
    if counter and (found.sentence.has("i", "mine") or "technician" in slots) and not counted.endswith("heures"):
        slots.setdefault("metric", "appointments")
    if slots.get("aggregate") != "avg":
        slots.pop("aggregate", None)
    if found.sentence.has("most", "superlative") and slots.keys() & {"group_by"}:
        slots.setdefault("metric", "appointments")


def _search(found: Found, slots: dict[str, Any]) -> None:
    slots.pop("status", None)
    if found.sentence.has("inactive"):
        slots["status"] = "INACTIVE"
    if "phone_suffix" in slots:
        slots.pop("client_name", None)


def _piano_search(found: Found, slots: dict[str, Any]) -> None:
    _search(found, slots)
    sentence = found.sentence
    if found.surety < 3:
        slots.pop("client_name", None)
    if system := sentence.first("pls"):
        if found.is_negated(system.first) or "missing" in sentence.kinds_at(system.first - 1):
            slots["exclude"] = {**slots.get("exclude", {}), "keyword": "PLS"}
        else:
            slots["keyword"] = "PLS"


_FINISHES = {
    "client_appointments": _client_appointments,
    "client_history": _client_history,
    "client_info": _client_info,
    "client_invoices": _client_invoices,
    "client_pianos": _client_pianos,
    "client_search": _search,
    "humidity_alerts": _humidity_alerts,
    "measurements": _measurements,
    "open_question": _drop_count,
    "piano_search": _piano_search,
    "stats": _stats,
    "unpaid_invoices": _unpaid_invoices,
}
