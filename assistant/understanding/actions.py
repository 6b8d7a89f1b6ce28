"""Requests to write: recognised with their details, never executed here."""

from __future__ import annotations

import re

from typing import Any

from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import texts
from assistant.understanding.slots.found import Found

_BEFORE = frozenset({"filler", "polite", "you", "i", "greeting", "us", "yes", "ack", "urgent", "technician", "thanks"})
_VISIT = ("appointment", "visit", "agenda", "tuning")
_AUXILIARIES = frozenset("chu chui suis est es sont ai as a ont avons jai ete y".split())  # « chu booké », « est annulé »
_INFINITIVE = re.compile(r"\w+(?:er|ir|re|ez)\Z")


def find(found: Found) -> dict[str, Any] | None:
    """The slots of a request to write, or nothing when the sentence asks for something to read."""
    sentence = found.sentence
    action = _action(found, sentence)
    if action is None:
        return None
    slots: dict[str, Any] = {"action": action}
    for slot in ("client_name", "client_id", "date_range", "date_ranges", "time", "part_of_day", "technician", "technicians",
                 "technician_raw", "appointment_id", "invoice_number", "estimate_number", "after_time", "before_time",
                 "city"):  # fmt: skip
        if slot in found.values:
            slots[slot] = found.values[slot]
    if action == "move_appointment" and (said := slots.get("date_range")) and said.get("start") != said.get("end"):
        # « de jeudi à vendredi » is from one day to another, no stretch of two days.
        slots["date_ranges"] = [{"start": day, "end": day} for day in said.values()]
        del slots["date_range"]
    if action == "joint_appointment":
        _companion(found, slots)
    if action in ("estimate_duplicate", "estimate_create") and sentence.has("up_to_date"):
        slots["reprice"] = True
    if action == "invoice_duplicate" and "date_range" in slots:
        slots["due_on"] = slots.pop("date_range")["start"]
    if action == "estimate_create":
        if said := _bundles(found):
            slots["bundles"] = said
    return slots


def _action(found: Found, sentence: Sentence) -> str | None:
    visit = sentence.has(*_VISIT)
    numbered = bool(found.values.keys() & {"estimate_number", "invoice_number"})
    about_client = bool(found.values.keys() & {"client_name", "client_id", "appointment_id"}) or sentence.has("his")
    if sentence.has("estimate"):
        if _asks(sentence, "w_duplicate") or (numbered and _asks(sentence, "w_new")):
            return "estimate_duplicate"
        if sentence.has("w_review_noun") or _asks(sentence, "w_review"):
            return "estimate_review"
        if _asks(sentence, "w_send"):
            return "send_message"
        if _asks(sentence, "w_cancel"):
            return "estimate_delete"
        if _asks(sentence, "w_make") or _asks(sentence, "w_create") or _asks(sentence, "w_new"):
            return "estimate_create"
        if _asks(sentence, "w_update"):
            return "estimate_review"
    if sentence.has("invoice"):
        if _asks(sentence, "w_duplicate"):
            return "invoice_duplicate"
        if _asks(sentence, "w_send"):
            return "send_message"
        if _asks(sentence, "w_cancel"):
            return "invoice_delete"
        if _asks(sentence, "w_make") or _asks(sentence, "w_create"):
            return "invoice_create"
        if _asks(sentence, "w_update"):
            return "invoice_update"
    if _is_joint(found, sentence, visit):
        return "joint_appointment"
    if _asks(sentence, "w_note"):
        return "add_note"
    if _asks(sentence, "w_send") and not sentence.has("f_phone"):
        return "send_message"
    if _asks(sentence, "w_update") and (about_client or visit or sentence.has("piano", "service_notes", "stock")):
        if visit and not sentence.has("service_notes"):
            return "move_appointment"
        return "add_note" if sentence.has("service_notes", "w_note") else "client_update"
    if visit or about_client or sentence.has("when", "last", "next"):
        if _asks(sentence, "w_cancel"):
            return "cancel_appointment" if visit or sentence.has("when") or not about_client else "client_update"
        if _asks(sentence, "w_confirm") and visit:
            return "confirm_appointment"
        if _asks(sentence, "w_create") and visit:
            return "create_appointment"
        if _asks(sentence, "w_move") and (visit or sentence.has("when")):
            return "move_appointment"
    return None


def _asks(sentence: Sentence, kind: str) -> bool:
    """The verb leads the sentence (« annule le rv », « peux-tu annuler »), so it is no participle (« rv annulé »)."""
    return any(_leads(sentence, mark) for mark in sentence.all(kind))


def _leads(sentence: Sentence, mark: Mark) -> bool:
    before = range(mark.first)
    if sentence.word(mark.first - 1) in _AUXILIARIES:
        return False
    if _INFINITIVE.match(sentence.word(mark.last - 1)) and mark.last - mark.first == 1 and mark.first > 0:
        return sentence.word(mark.first - 1) not in ("a", "pour") or mark.first > 1
    return all(sentence.words[place].is_mark or bool(sentence.kinds_at(place) & _BEFORE) for place in before)


def _is_joint(found: Found, sentence: Sentence, visit: bool) -> bool:
    people = found.values.get("technicians") or [one for one in (found.values.get("technician"),) if one]
    if not people:
        return False
    if sentence.has("w_companion") and (visit or len(people) > 1 or sentence.has("when", "his", "i", "mine")):
        return True
    return visit and (_asks(sentence, "w_create") or _asks(sentence, "w_move")) and (
        sentence.word(_after_verb(sentence)) in ("avec",) or sentence.kinds_at(_after_verb(sentence)) & {"technician"} != set()
    )


def _after_verb(sentence: Sentence) -> int:
    mark = sentence.first("w_create", "w_move", "w_companion")
    return mark.last if mark else 0


def _companion(found: Found, slots: dict[str, Any]) -> None:
    """« ajoute Maude au rv de Karim »: the first named goes along, the second is whose visit it is."""
    people = slots.pop("technicians", None) or [slots.pop("technician")]
    slots["companion"] = people[0]
    if len(people) > 1:
        slots["technician"] = people[1]


def _bundles(found: Found) -> list[str]:
    """« avec PLS et réglage », « une soumission grand entretien pour X »: the services, not the client."""
    sentence = found.sentence
    noun = sentence.first("estimate")
    assert noun is not None
    client = [(first, last) for slot, first, last in found.places if slot in ("client_name", "client_id")]
    start, end = client[0] if client else (len(sentence.words), len(sentence.words))
    stretches = [(noun.last, start), (end, len(sentence.words))] if start >= noun.last else [(noun.last, len(sentence.words))]
    said: list[str] = []
    for first, last in stretches:
        said += texts.bundles(sentence, first, last)
    return said
