"""Requests to write: recognised with their details, never executed here."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistant.understanding import orders
from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import numbers, texts
from assistant.understanding.slots.days import years_before
from assistant.understanding.slots.found import Found

_VISIT = frozenset({"appointment", "visit", "agenda", "tuning"})
_DETAILS = (
    *("client_name", "client_id", "appointment_id", "invoice_number", "estimate_number", "city"),
    *("date_range", "date_ranges", "time", "after_time", "before_time", "part_of_day"),
    *("technician", "technicians", "technician_raw"),
)
_PRONOUNS = frozenset({"le", "la", "les", "lui", "leur", "ca"})
_ASKING = frozenset({"who", "which_client", "who_has", "ask_when", "notes_search", "search", "where_is", "how_many"})


def find(found: Found) -> dict[str, Any] | None:
    """The slots of a request to write, or nothing when the sentence asks for something to read."""
    sentence = found.sentence
    action = _action(found, sentence)
    if action is None:
        return None
    slots: dict[str, Any] = {"action": action} if action else {}
    for slot in _DETAILS:
        if slot in found.values and (slot != "client_name" or found.has_client):
            slots[slot] = found.values[slot]
    if action == "send_message" and any(mark.when and mark.when.grain == "minute" for mark in sentence.all("when")):
        slots.pop("date_range", None)  # « texte-lui que j'arrive dans 10 min »
    said = slots.get("date_range", {})
    if action == "move_appointment" and said.get("start") != said.get("end") and _is_from_day_to_day(sentence):
        # « de jeudi à vendredi » is from one day to another, no stretch of two days.
        slots["date_ranges"] = [{"start": day, "end": day} for day in said.values()]
        del slots["date_range"]
    if (ranked := numbers.rank(sentence)) and sentence.word(ranked[1] - 1) in _PRONOUNS and points_back(sentence):
        slots["select_index"] = ranked[0]
    if action == "joint_appointment":
        _companion(found, slots)
    if action in ("estimate_duplicate", "estimate_create") and sentence.has("up_to_date"):
        slots["reprice"] = True
    if action == "invoice_duplicate" and "date_range" in slots:
        slots["due_on"] = _to_come(date.fromisoformat(slots.pop("date_range")["start"]), sentence.now.date())
    if action == "estimate_create" and (bundles := _bundles(found)):
        slots["bundles"] = bundles
    return slots


def _is_from_day_to_day(sentence: Sentence) -> bool:
    """« de jeudi à vendredi »; not « à la semaine prochaine »."""
    mark = sentence.first("when")
    return mark is not None and mark.when is not None and mark.when.grain not in ("week", "month", "year")


def _to_come(day: date, today: date) -> str:
    """A bill falls due later: « pour le 30 avril » is the next one."""
    while day < today:
        day = years_before(day, -1)
    return day.isoformat()


# Read from top to bottom: the verb that leads, and what it is about; "" is a request that docs/assistant.md has no name
# for. `numbered`: a document is named by its number.
_ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("", "w_other", "!alert"),
    ("", "", "send_me by_mail"),
    ("", "", "w_trailing"),
    ("move_appointment", "", "w_wish timed"),
    ("update_client", "", "w_statement somebody !asking"),
    ("send_message", "w_message", "!estimate !invoice"),
    ("estimate_duplicate", "w_duplicate", "estimate"),
    ("estimate_duplicate", "w_new", "estimate numbered"),
    ("estimate_review", "w_review w_review_noun", "estimate"),
    ("send_message", "w_send", "estimate"),
    ("estimate_delete", "w_cancel", "estimate"),
    ("estimate_create", "w_make w_create w_new", "estimate"),
    ("estimate_review", "w_update", "estimate"),
    ("invoice_duplicate", "w_duplicate", "invoice"),
    ("send_message", "w_send", "invoice"),
    ("invoice_delete", "w_cancel", "invoice"),
    ("invoice_create", "w_make w_create", "invoice"),
    ("mark_paid", "w_mark w_update", "invoice paid"),
    ("invoice_update", "w_update", "invoice"),
    ("joint_appointment", "", "joint"),
    ("add_note", "w_note", ""),
    ("add_note", "w_create w_update w_mark", "quote"),
    ("complete_appointment", "w_mark w_update w_close", "visit w_done"),
    ("create_appointment", "w_put", "technician somebody when !visit"),
    ("send_message", "w_send", "!f_phone"),
    ("update_stock", "w_create w_cancel w_move w_update", "stock"),
    ("resolve_alert", "w_close", "alert"),
    ("block_time", "w_block", "agenda"),
    ("block_time", "w_block", "when"),
    ("move_appointment", "w_assign w_update", "visit !service_notes"),
    ("add_note", "w_update w_create", "service_notes"),
    ("update_client", "w_update", "somebody"),
    ("update_client", "w_update", "piano"),
    ("client_create", "w_create w_make", "new_clients"),
    ("client_create", "w_create", "client somebody !visit !service_notes !estimate !invoice"),
    ("", "w_cancel", "client somebody !visit !service_notes !estimate !invoice"),
    ("", "w_cancel", "there somebody !visit !service_notes !estimate !invoice"),
    ("", "w_cancel", "history"),
    ("", "w_cancel", "piano !visit"),
    ("delete_note", "w_cancel", "service_notes"),
    ("cancel_appointment", "w_cancel", "visit"),
    ("cancel_appointment", "w_cancel", "when"),
    ("update_client", "w_cancel", "somebody field"),
    ("", "w_cancel", "somebody"),
    ("confirm_appointment", "w_confirm", "visit"),
    ("create_appointment", "w_create", "visit"),
    ("create_appointment", "w_create", "when somebody"),
    ("move_appointment", "w_move", "visit"),
    ("move_appointment", "w_move", "when"),
    # Whatever it is about: better to say where it is done than to answer something else.
    ("", "", "commanded"),
)


def _action(found: Found, sentence: Sentence) -> str | None:
    about = {mark.kind for mark in sentence.marks}
    if any(kind.startswith("f_") for kind in about):
        about.add("field")
    if "time" in found.values:
        about.add("timed")
    if about & _ASKING:
        about.add("asking")
    if about & _VISIT or points_back(sentence):
        about.add("visit")
    if found.values.keys() & {"estimate_number", "invoice_number"}:
        about.add("numbered")
    if found.has_client or "appointment_id" in found.values or "his" in about:
        about.add("somebody")
    if _is_joint(found, sentence):
        about.add("joint")
    if orders.commands(sentence):
        about.add("commanded")
    for action, verbs, objects in _ACTIONS:
        if all((word[1:] not in about) if word[0] == "!" else word in about for word in objects.split()) and (
            not verbs or any(orders.asks(sentence, verb) for verb in verbs.split())
        ):
            return action
    return None


def points_back(sentence: Sentence) -> bool:
    """« annule-le », « déplace-la à lundi », « ajoute-lui une note »: what the verb is about was said before."""
    for mark in sentence.marks:
        pronoun = mark.last
        if not mark.kind.startswith("w_") or sentence.word(pronoun) not in _PRONOUNS:
            continue
        after = pronoun + 1
        glued = sentence.question.folded[sentence.words[pronoun].start - 1] == "-"
        ranked = numbers.rank(sentence)
        if ranked is not None and ranked[1] == after:  # « annule le premier »
            return True
        if glued or after >= len(sentence.words) or sentence.words[after].is_mark or "when" in sentence.kinds_at(after):
            return True
    return False


def _is_joint(found: Found, sentence: Sentence) -> bool:
    """Somebody goes along: « accompagne », « ajoute Maude au rv », « duplique le rv de Simon pour Maude »."""
    people = _people(found)
    if not people:
        return False
    visit = sentence.has(*_VISIT)
    if sentence.has("w_companion") and (visit or len(people) > 1 or sentence.has("when", "his", "i", "mine")):
        return True
    if orders.asks(sentence, "w_duplicate") and visit:
        return True
    verb = sentence.first("w_create", "w_move")
    if verb is None or not orders.leads(sentence, verb):
        return False
    is_next = "technician" in sentence.kinds_at(verb.last)
    return (is_next and (verb.kind == "w_create" or len(people) > 1)) or (visit and sentence.word(verb.last) == "avec")


def _people(found: Found) -> list[str]:
    return found.values.get("technicians") or [one for one in (found.values.get("technician"),) if one]


def _companion(found: Found, slots: dict[str, Any]) -> None:
    """« ajoute Maude au rv de Karim »: the first named goes along, the second is whose visit it is."""
    people = _people(found)
    slots.pop("technicians", None)
    slots.pop("technician", None)
    if orders.asks(found.sentence, "w_duplicate"):  # « duplique le rv de Simon pour Maude »
        people = people[::-1]
    slots["companion"] = people[0]
    if len(people) > 1:
        slots["technician"] = people[1]


def _bundles(found: Found) -> list[str]:
    """« avec PLS et réglage », « une soumission grand entretien pour X »: the services, not the client."""
    sentence = found.sentence
    noun = sentence.all("estimate")[0]
    client = [(first, last) for slot, first, last in found.places if slot in ("client_name", "client_id")]
    start, end = client[0] if client else (len(sentence.words), len(sentence.words))
    stretches = (
        [(noun.last, start), (end, len(sentence.words))] if start >= noun.last else [(noun.last, len(sentence.words))]
    )
    said: list[str] = []
    for first, last in stretches:
        said += texts.bundles(sentence, first, last)
    return said
