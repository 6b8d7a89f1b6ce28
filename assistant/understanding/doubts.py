"""What a reading leaves out: when it may say something else than was asked, one rather asks back than guesses."""

from __future__ import annotations

import json
import re
from typing import Any

from assistant.understanding import wants
from assistant.understanding.hints import AREA_CODES
from assistant.understanding.lexicon import everyday, names, ordinary, things, verbs
from assistant.understanding.results import Asker
from assistant.understanding.slots.found import Found
from assistant.understanding.words import plain, word_set

AGENDAS = frozenset({"my_appointments", "technician_appointments", "all_appointments"})
# What is asked over all there is: one word more would have narrowed it.
_OVER_ALL = frozenset(
    {
        *("stats", "summary", "unconfirmed_appointments", "unpaid_invoices", "client_invoices", "piano_search"),
        *("measurements", "humidity_alerts", "day_distance", "departure_time", "parts_needed", "tours"),
        *("client_search", "appointment_detail", "recurring_issues", "client_appointments", "client_pianos"),
        "client_history",
    }
)
_FILTERED = frozenset({"piano_search", "client_search", "humidity_alerts", "unpaid_invoices", "client_invoices"})
_NAMED = frozenset({"client_name", "client_id", "select_index", "serial", "keyword"})
_OF_FREE_WORDS = frozenset(
    {"search_notes", "knowledge_search", "open_question", "semantic_search", "inventory_stock", "action_request"}
)
# What is asked of one client or instrument as well as of all.
_OF_SOMEBODY = frozenset({"recurring_issues", "measurements", "humidity_alerts", "client_invoices", "unpaid_invoices"})
_HIS = frozenset({"ses", "son", "sa", "leurs", "her", "their", "his"})
_SAYING_LITTLE = word_set("dame dames gars bonhomme homme femme parc own owns anything something planned")
_OF_ONE = frozenset({"client_search", "client_pianos", "client_appointments", "client_info"})
_TOLD = frozenset(
    {
        *("client_name", "client_id", "technician", "technicians", "select_index", "serial", "invoice_number"),
        *("piano_make", "value", "city"),
    }
)
_READING = AGENDAS | _OVER_ALL | {"client_info", "client_summary", "client_travel_fee", "piano_history"}
# What narrows an answer when it is said.
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
# « tous les lundis d'avril » is no stretch of days.
_RECURRING = re.compile(
    r"\b(?:tous les|chaque|every) (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\w+day)s?\b"
)
_SUPERLATIVE = re.compile(r"\bl(?:a|e|es) (?:plus|moins) (?!tot|tard|proche|pres|vite|loin)\w+")
_FOUNDED = "1990"  # no visit was written down before
_SURE, _SHORT = 3, 2  # « de », « avec »; letters of a particle
TELLING = 4  # letters


def of(found: Found, intent: str, slots: dict[str, Any], asker: Asker) -> str:
    """What has to be asked back: `client`, `product`, `question`; nothing when every word is accounted for."""
    if intent not in _OF_FREE_WORDS and _is_no_name(found, intent, slots):
        return "client"
    if intent not in _OF_FREE_WORDS and _leaves_a_number(found, slots):
        return "question"
    if intent in _OF_SOMEBODY and not slots.keys() & _TOLD and _means_somebody(found):
        return "client"
    if intent == "recurring_issues" and not slots:
        return "client"
    if intent in _READING and _leaves_a_filter(found, intent, slots, asker):
        return "question"
    if intent in AGENDAS | {"client_appointments"} and (_is_long_ago(slots) or _is_beside_somebody(found)):
        return "question"
    if intent in AGENDAS and "default_period" in slots and found.sentence.past and "time" not in slots:
        return "question"  # « j'ai déjà accordé ça »: not today
    if intent in AGENDAS and _RECURRING.search(found.sentence.question.folded):
        return "question"
    if intent in _READING and found.sentence.has("superlative") and not slots.keys() & {"group_by", "order"}:
        return "question"  # « le plus vieux piano »
    if intent in AGENDAS | _OVER_ALL and _is_half_read(found, intent, slots):
        return "question"
    if intent == "search_notes" and _counts_something(found):
        return "question"
    if intent == "inventory_stock" and "product" not in slots and found.sentence.has("when"):
        return "product"
    if intent == "inventory_stock" and not found.sentence.has("stock") and _is_no_product(found, slots):
        return "product"
    return ""


def _means_somebody(found: Found) -> bool:
    """« ses factures », « les bobos du piano », when nobody was spoken of."""
    sentence = found.sentence
    his = any(sentence.word(mark.first) in _HIS for mark in sentence.all("his"))
    of_a_client = any(sentence.word(mark.last - 1) in ("client", "cliente") for mark in sentence.all("there"))
    return his or of_a_client or (wants.is_of_a_piano(found, "") and not sentence.has("which_client", "who_has"))


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


def _is_long_ago(slots: dict[str, Any]) -> bool:
    """« les pianos entre 1900 et 1950 » asks for no visits."""
    return str(slots.get("date_range", {}).get("start", _FOUNDED)) < _FOUNDED


def _is_beside_somebody(found: Found) -> bool:
    """« qui j'ai après Rivard »: somebody who says when, not where."""
    before = {found.sentence.word(first - 1) for slot, first, _ in found.places if slot == "client_name"}
    return bool(before & {"apres", "avant"})


def _counts_something(found: Found) -> bool:
    """« clients qui ont plus de 3 pianos »: no words that notes would bear."""
    compared = found.sentence.has("more", "less", "at_least", "at_most")
    return compared and _has_number(found.unexplained) and not found.sentence.has("quote")


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
    if intent in _OF_ONE and "client_name" in slots and any(_asks_something(word) for word in left):
        return True  # « la couleur du piano de Mme Roy »
    sought = found.sentence.has("search", "client")
    if intent == "client_search" and "client_name" in slots and not sought and any(_is_unheard(word) for word in left):
        return True  # « la date de naissance de Mme Roy »
    if intent == "piano_search" and "aggregate" in slots and any(word in verbs() for word in left):
        return True  # « combien pèse un piano à queue »
    if intent in AGENDAS and "group_by" not in slots and _SUPERLATIVE.search(found.sentence.question.folded):
        return True  # « la job la plus plate de la semaine »
    if intent in _FILTERED and not slots.keys() & _NAMED and _narrows(left):
        return True
    strange = [word for word in left if len(word) >= TELLING and word not in ordinary() and word.isalpha()]
    unsure = "client_name" in found.values and found.surety < 3 and not found.is_proper
    if unsure and "client_name" not in slots:
        strange += [word for word in plain(found.values["client_name"]) if word not in ordinary()]
    if intent == "client_search" and not things().isdisjoint(left):
        return True
    if intent not in AGENDAS:
        return bool(strange) and not slots.keys() & {"client_name", "client_id", "select_index", "serial"}
    if not things().isdisjoint(left) or any(word in verbs() and word.endswith(("er", "ir")) for word in left):
        return True  # « il me reste assez de cordes pour vendredi », « me réveiller demain »
    if "default_period" in slots:
        return bool(left) or unsure
    return bool(strange) or unsure or len([word for word in left if len(word) >= TELLING]) > 1 or _has_number(left)


def _asks_something(word: str) -> bool:
    """A noun of every day, beside somebody's name."""
    return len(word) >= _SURE and word in everyday() and word not in verbs() and word not in _SAYING_LITTLE


def _is_unheard(word: str) -> bool:
    """On no page, and nobody's name."""
    return len(word) > TELLING and word.isalpha() and word not in names() and word not in ordinary()


def _narrows(words: list[str]) -> bool:
    """« pianos blancs », « factures bizarres »: a filter that would be left out; a verb is none."""
    return any(word.isalpha() and len(word) >= TELLING and word not in verbs() for word in words)


def _has_number(words: list[str]) -> bool:
    return any(word[0].isdigit() for word in words)
