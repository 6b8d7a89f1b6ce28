"""Cities and neighbourhoods, in their canonical spelling."""

from __future__ import annotations

from assistant.understanding.lexicon import names
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import repairs
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_WHERE = word_set("a au aux dans vers sur en proche pres autour in cote secteur ville quartier de la le l d")
_WHO = word_set("chez m mme madame monsieur mr client cliente famille pour dr")


def find(found: Found) -> None:
    """Fills `city` or `cities`, and `neighborhood`."""
    sentence = found.sentence
    said: list[str] = []
    marks = sentence.all("city", "neighborhood")
    gone, meant = repairs.opposed(sentence, marks)
    for mark in marks:
        if mark.first in gone or is_a_name(sentence, mark):
            continue
        slot = "city" if mark.kind == "city" else "neighborhood"
        if mark.first not in meant and found.is_negated(mark.first):
            found.put(slot, mark.value, mark.first, mark.last, negated=True)
        elif slot == "neighborhood":
            found.put(slot, mark.value, mark.first, mark.last)
        elif mark.value not in said:
            said.append(mark.value)
            found.places.append(("city", mark.first, mark.last))
    if len(said) == 1:
        found.values["city"] = said[0]
    elif said:
        found.values["cities"] = said


def is_a_name(sentence: Sentence, mark: Mark) -> bool:
    """« chez Labelle », « Mme Prévost », « Julie Mercier »: a place that stands where a person does."""
    before = sentence.word(mark.first - 1)
    if before == ".":
        before = sentence.word(mark.first - 2)
    if before in _WHO:
        return before != "pour" or mark.value in ("", None)
    single = mark.last - mark.first == 1 and sentence.word(mark.first) in names()
    return single and (before not in _WHERE or before in ("de", "d"))
