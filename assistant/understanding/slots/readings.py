"""Readings: what was measured, the comparison and the number."""

from __future__ import annotations

from assistant.understanding.sentence import Sentence
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_UNITS = {
    "%": "humidity", "pourcent": "humidity", "pourcents": "humidity", "pour": "humidity",
    "degre": "temperature", "degres": "temperature", "celsius": "temperature", "c": "temperature",
    "hz": "pitch", "hertz": "pitch",
}  # fmt: skip
_PLAUSIBLE = range(10, 96)
_DIAPASONS = range(430, 447)
_COMPARISONS = {"less": "<", "more": ">", "at_most": "<=", "at_least": ">="}
_BETWEEN = word_set("les le la l barre des du de d humidite humidity temperature")


def number(word: str) -> float | int | None:
    """« 42 », « 41,5 »."""
    try:
        value = float(word.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def find(found: Found) -> None:
    """Fills `measure`, and `op` with `value` for a number with its unit, or compared beside the name of its measure."""
    sentence = found.sentence
    named = sentence.first("humidity", "temperature", "pitch")
    measure = named.kind if named else "humidity" if sentence.has("too_dry", "too_humid") else ""
    for place, word in enumerate(sentence.words):
        value = number(word.text) if word.text[0].isdigit() else None
        if value is None or sentence.kinds_at(place) & {"when", "phone"}:
            continue
        op, first, last = _comparison(sentence, place)
        if (
            sentence.word(place - 1) == "et"
            and sentence.word(place - 3) == "entre"
            and sentence.word(place - 2).isdigit()
        ):
            value, op, first, last = int(sentence.word(place - 2)), ">=", place - 3, place  # « entre 30 et 40 % »
        of_unit = _unit(sentence, place) or ("" if measure else _unsaid_unit(sentence, place, value, op))
        if of_unit or (measure and op):
            found.put("op", op or "=", first, last)
            found.put("value", value, place, place + 1)
            measure = of_unit or measure
            break
    if measure:
        found.values["measure"] = measure


def _unsaid_unit(sentence: Sentence, place: int, value: float, op: str) -> str:
    """« pianos à 440 » is a pitch; « pianos en bas de 30 » a humidity, nothing else of a piano being compared so."""
    if not sentence.has("piano", "which_pianos", "tuning", "those"):
        return ""
    if value in _DIAPASONS and sentence.word(place - 1) in ("a", "au", "en"):
        return "pitch"
    return "humidity" if op and value in _PLAUSIBLE and _is_last(sentence, place) else ""


def _is_last(sentence: Sentence, place: int) -> bool:
    return place + 1 >= len(sentence.words) or not sentence.words[place + 1].text.isalpha()


def _unit(sentence: Sentence, place: int) -> str:
    unit = sentence.word(place + 1)
    after = sentence.word(place + 2)
    if sentence.question.folded[sentence.words[place].end :].startswith("-"):
        return ""  # « 77-1203-C »
    if (unit == "pour" and after not in ("cent", "cents")) or (unit == "c" and after.isalpha()):
        return ""  # « le piano 204511 c'est à qui »
    return _UNITS.get(unit, "")


def _comparison(sentence: Sentence, place: int) -> tuple[str, int, int]:
    """The comparison before the number (« sous les 30 ») or after it (« 60 et plus »)."""
    for mark in sentence.all(*_COMPARISONS):
        between = range(mark.last, place) if mark.last <= place else range(place + 1, mark.first)
        if all(sentence.word(one) in _BETWEEN or sentence.word(one) in _UNITS for one in between):
            return _COMPARISONS[mark.kind], mark.first, mark.last
    return "", 0, 0
