"""Numbers that count: how many, which of the last list, how old, how late."""

from __future__ import annotations

from assistant.understanding.sentence import Sentence
from assistant.understanding.slots.days import years_before
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_NUMERALS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "cinquante": 50, "cent": 100,
}  # fmt: skip
_RANKS = {
    "premier": 1, "premiere": 1, "1er": 1, "1ere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "2e": 2, "2eme": 2,
    "2ieme": 2, "troisieme": 3, "3e": 3, "3eme": 3, "3ieme": 3, "quatrieme": 4, "4e": 4, "4eme": 4, "cinquieme": 5,
    "5e": 5, "5eme": 5, "sixieme": 6, "6e": 6, "septieme": 7, "7e": 7, "huitieme": 8, "8e": 8, "neuvieme": 9,
    "dixieme": 10, "dernier": -1, "derniere": -1, "first": 1, "third": 3, "last": -1,
}  # fmt: skip
_COUNTED = word_set("appointment visit interventions invoice client service_notes piano estimate tuning")
_AGED = word_set("vieux vieille vieilles vieil ages agees anciens anciennes")
_DAYS_OF = {
    "jours": 1, "jour": 1, "j": 1, "days": 1, "day": 1, "semaine": 7, "semaines": 7, "weeks": 7,
    "mois": 30, "months": 30, "month": 30, "an": 365, "ans": 365, "year": 365,
}  # fmt: skip
_SECOND = 2
_RANKED = frozenset({"last", "next", "first_one", "top"})


def whole(word: str) -> int | None:
    """« 3 », « trois »."""
    return int(word) if word.isdigit() else _NUMERALS.get(word)


def find(found: Found) -> None:
    """Fills `limit`, `year_lt` and `overdue_days_gt`."""
    _ages(found)
    _limit(found)
    _overdue(found)
    _which_visit(found)


def _which_visit(found: Found) -> None:
    """« l'adresse du 2e rv », « le troisième client de demain »."""
    ranked = rank(found.sentence)
    if ranked is None or ranked[0] < _SECOND:
        return
    number, place = ranked
    after = place + 1 + (found.sentence.word(place + 1) in ("e", "eme"))
    ordinal = after > place + 1 or found.sentence.spelled[place] in _RANKS
    if ordinal and found.sentence.kinds_at(after) & {"appointment", "visit", "client", "tuning"}:
        found.put("select_index", number, place, after)


def rank(sentence: Sentence) -> tuple[int, int] | None:
    """« le deuxième », « le 2 », « numéro 3 »: which of the last list, and the word that says it."""
    for place, word in enumerate(sentence.words):
        ordinal = _RANKS.get(sentence.spelled[place])
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


def _ages(found: Found) -> None:
    """« plus de 50 ans », « avant 1930 » on instruments; elsewhere that is a date's affair."""
    sentence = found.sentence
    of_age = any(
        sentence.word(place) in _AGED and sentence.word(place - 1) == "plus" for place in range(len(sentence.words))
    )
    if not (of_age or sentence.has("piano", "make", "grand", "upright", "those")) and len(sentence.words) > 3:
        return  # « avant 1930 » alone may follow a question on instruments
    for mark in sentence.all("more", "older", "when", "at_least"):
        year = sentence.word(mark.first - 2)
        if sentence.text(mark.first - 1, mark.last) == "ou avant" and year.isdigit() and len(year) == 4:
            found.put("year_lt", int(year) + 1, mark.first - 2, mark.last)
            found.values.pop("date_range", None)
            return
        near = range(mark.first, min(mark.last + 3, len(sentence.words)))
        place = next((place for place in near if sentence.word(place).isdigit()), None)
        if place is None:
            continue
        amount = int(sentence.word(place))
        is_before = mark.kind == "older" or any(sentence.word(at) == "avant" for at in near)
        if (of_age or mark.kind in ("more", "at_least")) and sentence.word(place + 1) in ("ans", "an", "annees"):
            found.put("year_lt", years_before(sentence.now.date(), amount).year, mark.first, place + 2)
        elif 1700 < amount < 2100 and is_before:
            found.put("year_lt", amount, mark.first, place + 1)
        else:
            continue
        for slot in ("op", "value", "date_range"):
            found.values.pop(slot, None)
        return


def _limit(found: Found) -> None:
    """« 3 prochains rv », « top 10 », « les 5 plus grosses factures »."""
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        amount = whole(word.text)
        if not amount or amount > 100 or "when" in sentence.kinds_at(place):
            continue
        before, after = sentence.kinds_at(place - 1), sentence.kinds_at(place + 1)
        superlative = sentence.word(place + 1) == "plus" and sentence.kinds_at(place + 3) & _COUNTED
        if (before | after) & _RANKED or superlative or (after & _COUNTED and sentence.kinds_at(place + 2) & _RANKED):
            found.put("limit", amount, place, place + 1)
            return


def _overdue(found: Found) -> None:
    """« en retard de plus de 30 jours », « dues depuis 60 jours », « trois mois et plus »; « de plus de 60 jours » after."""
    sentence = found.sentence
    late = sentence.has("unpaid", "unpaid_noun", "overdue", "owe")
    for place, word in enumerate(sentence.words):
        amount, unit = whole(word.text), sentence.word(place + 1)
        if amount is None or unit not in _DAYS_OF:
            continue
        in_days = _DAYS_OF[unit] == 1
        more = sentence.text(max(place - 2, 0), place) == "plus de" or sentence.word(place - 1) in ("than", "over", "+")
        and_more = sentence.text(place + 2, place + 4) in ("et plus", "ou plus", "and more", "or more")
        # « impayées depuis deux mois » is a date as well.
        if (late and (in_days or more or and_more)) or (in_days and more):
            found.put("overdue_days_gt", amount * _DAYS_OF[unit], place, place + 2)
        if late and "overdue_days_gt" in found.values:
            found.values.pop("date_range", None)
            return
