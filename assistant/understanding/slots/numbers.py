"""Numbers that are no date and no reading: limits, ranks, document and serial numbers, ages, phone endings."""

from __future__ import annotations

import re

from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots.days import years_before
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_NUMERALS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "cinquante": 50, "cent": 100,
}  # fmt: skip
_RANKS = {
    "premier": 1, "premiere": 1, "1er": 1, "1ere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "2e": 2, "2eme": 2,
    "2ieme": 2, "troisieme": 3, "3e": 3, "3eme": 3, "3ieme": 3, "quatrieme": 4, "4e": 4, "4eme": 4, "cinquieme": 5,
    "5e": 5, "5eme": 5, "sixieme": 6, "6e": 6, "septieme": 7, "7e": 7, "huitieme": 8, "8e": 8, "neuvieme": 9,
    "dixieme": 10, "dernier": -1, "derniere": -1, "first": 1, "second one": 2, "third": 3,
}  # fmt: skip
_SERIAL = re.compile(r"(?=\w*\d)[a-z]{0,3}\d{4,9}[a-z]{0,2}\Z")
_ENDINGS = word_set("fini finit finissant termine se fin finissent terminant derniers chiffres")


def whole(word: str) -> int | None:
    """« 3 », « trois »."""
    return int(word) if word.isdigit() else _NUMERALS.get(word)


def find(found: Found) -> None:
    _phone(found)
    _documents(found)
    _serial(found)
    _ages(found)
    _limit(found)
    _overdue(found)


def rank(sentence: Sentence) -> tuple[int, int] | None:
    """« le deuxième », « le 2 », « numéro 3 »: which of the last list, and the word that says it."""
    for place, word in enumerate(sentence.words):
        ordinal = _RANKS.get(word.text)
        after = sentence.word(place + 1)
        if word.text.isdigit() and after in ("e", "er", "eme"):
            ordinal = int(word.text)
        if ordinal:
            return ordinal, place
        digits = whole(word.text)
        if digits and digits <= 50 and sentence.word(place - 1) in ("le", "la", "numero", "no", "#", "choix", "option"):
            return digits, place
    if len(sentence.words) == 1 and (digits := whole(sentence.word(0))) and digits <= 50:
        return digits, 0
    return None


def _free_numbers(sentence: Sentence) -> list[int]:
    taken = {"when", "phone", "quote", "client_id", "appointment_id", "email"}
    return [
        place
        for place, word in enumerate(sentence.words)
        if any(char.isdigit() for char in word.text) and not sentence.kinds_at(place) & taken
    ]


def _phone(found: Found) -> None:
    sentence = found.sentence
    if mark := sentence.first("phone"):
        found.put("phone_suffix", re.sub(r"\D", "", mark.value)[-10:], mark.first, mark.last)
        return
    words = {word.text for word in sentence.words}
    if not (
        words & _ENDINGS
        and (sentence.has("f_phone", "f_number", "client", "who", "search", "which_client") or "chiffres" in words)
    ):
        return
    for place, word in enumerate(sentence.words):
        if word.text.isdigit() and 3 <= len(word.text) <= 7 and not sentence.kinds_at(place) & {"quote", "client_id"}:
            found.put("phone_suffix", word.text, place, place + 1)
            return


def _documents(found: Found) -> None:
    sentence = found.sentence
    for kind, slot in (("estimate", "estimate_number"), ("invoice", "invoice_number")):
        for mark in sentence.all(kind):
            for place in _free_numbers(sentence):
                word = sentence.word(place)
                if (
                    word.isdigit()
                    and 2 <= len(word) <= 7
                    and slot not in found.values
                    and not _is_counted(sentence, place)
                ):
                    if sentence.word(place + 1) in ("%", "jours", "jour", "ans", "$"):
                        continue
                    found.put(slot, int(word), place, place + 1)
            del mark


def _is_counted(sentence: Sentence, place: int) -> bool:
    """« les 3 dernières factures », « 30 factures »."""
    after = sentence.kinds_at(place + 1)
    return bool(after & {"last", "next", "invoice", "estimate"}) and len(sentence.word(place)) < 3


def _serial(found: Found) -> None:
    sentence = found.sentence
    if {"estimate_number", "invoice_number", "phone_suffix"} & found.values.keys():
        return
    cue = sentence.first("serial")
    about_a_piano = sentence.has("serial", "piano", "make", "f_number")
    for place in _free_numbers(sentence):
        word = sentence.word(place)
        first = place
        if not about_a_piano and not (word.isdigit() and 5 <= len(word) <= 8):
            continue
        if cue and place >= cue.last and re.fullmatch(r"[a-z]?\d{2,9}[a-z]{0,2}", word):
            pass
        elif not _SERIAL.match(word) or (
            re.fullmatch(r"(1[6-9]|20)\d\d", word)
            and not sentence.kinds_at(place - 1)
            & {
                "piano",
                "serial",
                "f_number",
            }
        ):
            continue
        if len(sentence.word(place - 1)) == 1 and sentence.word(place - 1).isalpha() and _adjoins(sentence, place):
            first = place - 1
        said = sentence.typed(first, place + 1)
        found.put("serial", re.sub(r"[^0-9A-Za-z]", "", said).upper(), first, place + 1)
        sentence.mark(Mark("serial_number", first, place + 1))
        return


def _adjoins(sentence: Sentence, place: int) -> bool:
    """« F-42817 », « F 42817 » with a capital."""
    before, word = sentence.words[place - 1], sentence.words[place]
    return (before.capital or word.start - before.end == 1) and before.text not in ("a", "l", "d", "y")


def _ages(found: Found) -> None:
    """« plus de 50 ans », « avant 1930 » on instruments; « 2 ans » is a date's affair elsewhere."""
    sentence = found.sentence
    if not sentence.has("piano", "make", "grand", "upright"):
        return
    for mark in sentence.all("more", "older", "when", "at_least"):
        words = [sentence.word(place) for place in range(mark.first, mark.last + 4)]
        years = [
            place
            for place in range(mark.first, min(mark.last + 3, len(sentence.words)))
            if sentence.word(place).isdigit()
        ]
        if not years:
            continue
        amount, place = int(sentence.word(years[0])), years[0]
        if mark.kind in ("more", "at_least") and sentence.word(place + 1) in ("ans", "an", "annees"):
            found.put("year_lt", years_before(sentence.now.date(), amount).year, mark.first, place + 2)
        elif 1700 < amount < 2100 and ("avant" in words or mark.kind == "older"):
            found.put("year_lt", amount, mark.first, place + 1)
        else:
            continue
        found.values.pop("op", None)
        found.values.pop("value", None)
        return


def _limit(found: Found) -> None:
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        amount = whole(word.text)
        if not amount or amount > 100 or sentence.kinds_at(place) & {"when"}:
            continue
        after, before = sentence.kinds_at(place + 1), sentence.kinds_at(place - 1)
        counted = {
            "appointment",
            "visit",
            "interventions",
            "invoice",
            "client",
            "service_notes",
            "piano",
            "estimate",
            "tuning",
        }
        if (
            after & {"last", "next", "first_one", "top"}
            or before & {"last", "next", "first_one", "top"}
            or (
                sentence.word(place + 1) == "plus"
                and before | after & counted | {"filler"}
                and sentence.kinds_at(place + 3) & counted
            )
            or (after & counted and sentence.kinds_at(place + 2) & {"last", "next"})
        ):
            found.put("limit", amount, place, place + 1)
            return


def _overdue(found: Found) -> None:
    """« en retard de plus de 30 jours », « dues depuis 60 jours »; « de plus de 60 jours » said after."""
    sentence = found.sentence
    late = sentence.has("unpaid", "overdue", "owe")
    for place, word in enumerate(sentence.words):
        if word.text.isdigit() and sentence.word(place + 1) in ("jours", "jour", "j", "days"):
            if late or sentence.text(max(place - 2, 0), place) == "plus de":
                found.put("overdue_days_gt", int(word.text), place, place + 2)
            if late:
                found.values.pop("date_range", None)
            return
