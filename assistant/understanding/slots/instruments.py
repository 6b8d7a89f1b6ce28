"""Makes, models, types, states and gaps of instruments and cards."""

from __future__ import annotations

import re

from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import repairs
from assistant.understanding.slots.days import years_before
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_MODEL = re.compile(r"[a-z]{1,3}\d{1,3}[a-z]{0,2}|\d{3}[a-z]?|cfx?|cfiii|s[kx]|r?gx")
# Models that are said without their make; a lone letter is one only beside its make.
_KNOWN_MODELS = re.compile(
    r"(?:u[135]h?|c[1-7]x?|g[1-7]|gb1k?|gc[12]|gl\d\d|k\d{3}|p22|p116|b[123]|m5[0-9]{2}|ux\d?|yus\d)"
)
_FIELDS = {
    "f_phone": "phone", "f_number": "phone", "f_email": "email", "f_address": "address", "serial": "serial",
    "f_access_code": "access_code", "f_language": "language", "f_technician": "technician", "model": "model",
    "make_word": "make", "piano": "piano", "f_contact_all": "contact", "f_contact": "contact", "contact": "contact",
}  # fmt: skip
_YEAR_WORDS = word_set("annee age")
_WHO = word_set("chez m mme madame monsieur mr client cliente famille dr")


def find(found: Found) -> None:
    sentence = found.sentence
    gone, meant = repairs.opposed(sentence, sentence.all("make"))
    for mark in sentence.all("make"):
        if is_a_name(sentence, mark) or not mark.value or mark.first in gone:
            continue
        negated = mark.first not in meant and found.is_negated(mark.first)
        found.put("piano_make", mark.value, mark.first, mark.last, negated=negated)
        if not negated:
            _model(found, mark.last)
    if "piano_model" not in found.values:
        _lone_model(found)
    for mark in sentence.all("grand", "upright"):
        found.put("piano_type", mark.kind, mark.first, mark.last, negated=found.is_negated(mark.first))
    for mark in sentence.all("condition_word"):
        first = mark.first + (sentence.word(mark.first) == "en")
        found.put("condition", sentence.typed(first, mark.last), first, mark.last)
    _not_since(found)
    _missing(found)


def is_a_name(sentence: Sentence, mark: Mark) -> bool:
    """« Mme Bell », « chez Weber »: a make where a person stands."""
    before = sentence.word(mark.first - 1)
    if before == ".":
        before = sentence.word(mark.first - 2)
    return before in _WHO or (before == "de" and "invoice" in sentence.kinds_at(mark.first - 2))


def _model(found: Found, place: int) -> None:
    """« Yamaha U1 », « Steinway modèle B », « Kawai GL-10 »: what stands behind the make."""
    sentence = found.sentence
    named = bool(sentence.kinds_at(place) & {"model"})
    place += named
    if place >= len(sentence.words):
        return
    word, after = sentence.words[place], sentence.word(place + 1)
    if sentence.kinds_at(place) - {"filler", "pitch"} or sentence.typed(place, place + 1) in ("À", "à"):
        return
    elided = sentence.question.folded[word.end : word.end + 1] == "'"
    glued = place + 1 < len(sentence.words) and sentence.words[place + 1].start - word.end <= 1
    if word.text.isalpha() and len(word.text) <= 3 and after.isdigit() and len(after) <= 3 and glued:
        _put_model(found, place, place + 2)
    elif _MODEL.fullmatch(word.text) or (
        len(word.text) == 1
        and word.text.isalpha()
        and (word.capital or word.text not in ("a", "y", "l", "d", "j") or (named and not elided))
    ):
        _put_model(found, place, place + 1)


def _lone_model(found: Found) -> None:
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        if sentence.kinds_at(place) & {"when", "quote", "client_id", "appointment_id"}:
            continue
        after = sentence.word(place + 1)
        if _KNOWN_MODELS.fullmatch(word.text):
            _put_model(found, place, place + 1)
        elif (
            word.text.isalpha()
            and len(word.text) <= 2
            and after.isdigit()
            and _KNOWN_MODELS.fullmatch(word.text + after)
        ):
            _put_model(found, place, place + 2)
        elif (
            sentence.kinds_at(place) & {"model"}
            and after
            and len(after) <= 5
            and ((len(after) == 1 and after not in "ad") or re.search(r"\d", after))
        ):
            _put_model(found, place + 1, place + 2)
        else:
            continue
        return


def _put_model(found: Found, first: int, last: int) -> None:
    found.put("piano_model", found.sentence.typed(first, last).upper(), first, last)
    found.sentence.mark(Mark("model_name", first, last))


def _not_since(found: Found) -> None:
    """« pas vus depuis un an », « pas accordés depuis 2 ans »: the day the period starts on."""
    sentence = found.sentence
    for kind, slot in (("not_seen", "not_seen_since"), ("not_serviced", "not_serviced_since")):
        mark = sentence.first(kind)
        if mark is None:
            continue
        if slot == "not_seen_since" and sentence.has("piano") and not sentence.has("client"):
            slot = "not_serviced_since"
        for when in sentence.all("when"):
            if when.when is not None and not when.when.impossible:
                found.put(slot, when.when.start.date().isoformat(), when.first, when.last)
        for place, word in enumerate(sentence.words):
            if slot not in found.values and word.text.isdigit() and sentence.word(place + 1) in ("an", "ans"):
                found.put(slot, years_before(sentence.now.date(), int(word.text)).isoformat(), place, place + 2)
        if slot in found.values:
            found.values.pop("date_range", None)
            found.values.pop("date_ranges", None)


def _missing(found: Found) -> None:
    """« sans courriel ni téléphone », « qui n'ont pas de numéro de série »."""
    sentence = found.sentence
    for mark in sentence.all("missing", "except"):
        if mark.kind == "except" and sentence.word(mark.first) not in ("sans", "pas", "without"):
            continue
        place = mark.last
        while place < len(sentence.words):
            marks = [one for one in sentence.marks if one.first == place and one.kind in _FIELDS]
            if sentence.word(place) in _YEAR_WORDS:
                found.add("missing", "year", place, place + 1)
                place += 1
            elif marks:
                found.add("missing", _FIELDS[marks[0].kind], place, marks[0].last)
                place = marks[0].last
            elif sentence.word(place) in (
                "ni",
                "et",
                "ou",
                "de",
                "d",
                "leur",
                "le",
                "la",
                "l",
                "une",
                ",",
                "au",
                "dossier",
            ):
                place += 1
            else:
                break
    if "missing" in found.values:
        found.values.pop("fields", None)
