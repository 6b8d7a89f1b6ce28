"""Slots that one cue is enough to say: direction, order, what is counted, which fields, yes-or-no filters."""

from __future__ import annotations

from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_GROUPS = {
    "per_technician": "technician", "per_month": "month", "per_week": "week", "per_day": "day", "per_city": "city",
    "per_neighborhood": "neighborhood", "per_make": "make", "per_client": "client", "per_year": "year",
}  # fmt: skip
_FIELDS = {
    "f_address": ["address"], "f_phone": ["phone"], "f_number": ["phone"], "f_email": ["email"],
    "f_contact_all": ["address", "phone", "email"], "f_access_code": ["access_code"], "f_pets": ["pets"],
    "f_language": ["language"], "f_technician": ["technician"], "f_parking": ["parking"], "f_floor": ["floor"],
    "f_contact": ["contact"],
}  # fmt: skip
_METRICS = (
    ("distance", "kilometres"), ("piano", "pianos"), ("appointment", "appointments"), ("tuning", "appointments"),
    ("visit", "appointments"), ("interventions", "appointments"), ("client", "clients"), ("new_clients", "clients"),
    ("cancelled", "appointments"), ("grand", "pianos"), ("upright", "pianos"),
)  # fmt: skip


_WHICH = word_set("quel quelle quels quelles which what notre nos")
_WHO = word_set("qui who lequel laquelle")
_COMPARED = {
    "mois": "month", "month": "month", "semaine": "week", "week": "week", "jour": "day", "journee": "day", "day": "day",
    "ville": "city", "city": "city", "quartier": "neighborhood", "arrondissement": "neighborhood",
    "marque": "make", "fabricant": "make", "annee": "year", "year": "year",
    "technicien": "technician", "tech": "technician", "accordeur": "technician",
}  # fmt: skip


def find(found: Found) -> None:
    sentence = found.sentence
    if mark := sentence.first(*_GROUPS):
        found.put("group_by", _GROUPS[mark.kind], mark.first, mark.last)
    elif mark := sentence.first("most", "superlative"):
        _superlative(found, mark)
    for mark in sentence.marks:
        for field in _FIELDS.get(mark.kind, ()):
            found.add("fields", field, mark.first, mark.last)
    _direction(found)
    if mark := sentence.first("oldest_first"):
        found.put("order", "asc", mark.first, mark.last)
    elif mark := sentence.first("newest_first"):
        found.put("order", "desc", mark.first, mark.last)
    if sentence.has("cancelled"):
        found.put("status", "CANCELED")
    if sentence.has("urgent"):
        found.put("priority", "urgent")
    if sentence.has("full"):
        found.put("full", True)
    if sentence.has("average"):
        found.put("aggregate", "avg")
    elif sentence.has("sum", "sum_word"):
        found.put("aggregate", "sum")
    elif sentence.has("how_many"):
        found.put("aggregate", "count")
    metric(found)


def _superlative(found: Found, most: Mark) -> None:
    """« quel mois a été le plus occupé », « qui a fait le plus de rv »: by what one compares."""
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        before = {sentence.word(place - 1), sentence.word(place - 2)}
        if word.text in _COMPARED and (not _WHICH.isdisjoint(before) or sentence.word(place + 1) == "ou"):
            found.put("group_by", _COMPARED[word.text], place, place + 1)
            return
    if most.kind == "superlative":
        return
    asked = {sentence.word(place) for place in range(most.first + 1)} & _WHO
    if asked and not sentence.has("client", "which_client"):
        found.put("group_by", "technician", most.first, most.last)


def metric(found: Found) -> None:
    """What follows « combien de » is what is counted; else the first countable thing."""
    sentence = found.sentence
    said = [(mark.first, value) for kind, value in _METRICS for mark in sentence.all(kind)]
    counter = sentence.first("how_many")
    if counter:
        after = [(place, value) for place, value in said if place >= counter.last]
        said = after or said
    if said:
        found.values["metric"] = min(said)[1]


def _direction(found: Found) -> None:
    sentence = found.sentence
    if mark := sentence.first("next"):
        found.put("direction", "next", mark.first, mark.last)
    elif mark := sentence.first("last"):
        found.put("direction", "last", mark.first, mark.last)
    elif (mark := sentence.first("first_one")) and (_is_of_a_visit(sentence) or _starts(sentence)):
        found.put("direction", "next", mark.first, mark.last)
    if sentence.has("newest_first", "oldest_first"):
        found.values.pop("direction", None)


def _starts(sentence: Sentence) -> bool:
    """« je commence à quelle heure », « l'adresse du premier »."""
    asked = sentence.has("ask_when") and sentence.has("i", "mine", "technician")
    return asked or sentence.has("mine") or any(mark.kind.startswith("f_") for mark in sentence.marks)


def _is_of_a_visit(sentence: Sentence) -> bool:
    return sentence.has("appointment", "visit", "where_do_i_go", "client", "tuning", "agenda")
