"""Politeness in whatever words: thanks, praise, wishes, leave-taking, and nothing that is asked."""

from __future__ import annotations

from functools import cache

from assistant.understanding.lexicon import lines
from assistant.understanding.sentence import Sentence

_KINDS = frozenset({"greeting", "thanks", "ack", "polite"})
_HEADS = frozenset({"greeting", "thanks", "ack"})
_SMALL = frozenset({"polite", "you"})
_OPENINGS = frozenset({"bon", "ben", "ok", "oki", "alors", "donc", "la", "et", "pis"})
_LONGEST = 16  # words
_MEETINGS = (["on", "se", "revoit"], ["on", "se", "voit"], ["on", "se", "reparle"], ["see", "you"], ["see", "ya"])
_TOLD_TO_BE = frozenset({"t es", "tu es", "vous etes", "you re", "you are", "c est"})
_GRAINS_TO_MEET_IN = frozenset({"day", "week", "month"})


@cache
def _page() -> dict[str, frozenset[str]]:
    said = (line.partition(": ") for line in lines("courtesy.txt"))
    return {name: frozenset(words.split()) for name, _, words in said}


def is_all(sentence: Sentence) -> bool:
    """Nothing but politeness is said: « merci ben gros », « bonne fin d'après-midi », « à demain »."""
    if len(sentence.words) > _LONGEST:
        return False
    return _is_thanks(sentence) or _is_a_wish(sentence) or _is_until(sentence)


def _is_thanks(sentence: Sentence) -> bool:
    if sentence.has("mine") and sentence.has("appointment", "agenda", "visit", "tuning"):
        return False  # « salut, ma journée »
    page = _page()
    told = sentence.text(0, 2) in _TOLD_TO_BE
    beside = page["beside"] | page["wishes"] | page["praise"]
    polite = told and any(word.text in page["praise"] for word in sentence.words)
    for place, word in enumerate(sentence.words):
        kinds = sentence.kinds_at(place)
        if word.text in page["heads"] or kinds & _HEADS:
            polite = True
        elif not (word.is_mark or word.text in beside or kinds & _SMALL):
            return polite and _is_a_wish(sentence, place)
    return polite


def _is_a_wish(sentence: Sentence, first: int = 0) -> bool:
    """« (passe une) belle soirée à toi »: a wish, and nothing behind it but whom it is for."""
    page = _page()
    said = [place for place in range(first, len(sentence.words)) if not sentence.words[place].is_mark]
    while said and sentence.kinds_at(said[0]) & _KINDS and sentence.word(said[0]) not in page["wishes"]:
        said.pop(0)
    if not said or sentence.word(said[0]) not in page["wishes"]:
        return False
    words = [sentence.word(place) for place in said]
    wished = [word for word in words[1:] if word in page["wished"]]
    close = any(word in page["wished"] for word in words[1:4])
    others = set(words) - page["wished"] - page["wishes"] - page["beside"]
    return bool(wished) and close and not others and "?" not in sentence.question.folded


def _is_until(sentence: Sentence) -> bool:
    """« à demain », « on se revoit lundi »: a day to meet again; « à soir » and « à 14 h » are asked about."""
    mark = sentence.first("when")
    if mark is None or mark.when is None or "?" in sentence.question.folded or len(sentence.all("when")) > 1:
        return False
    plain_day = mark.when.grain in _GRAINS_TO_MEET_IN and not (mark.when.part_of_day or mark.when.time)
    page = _page()
    around = [
        word.text
        for place, word in enumerate(sentence.words)
        if not (word.is_mark or mark.first <= place < mark.last or sentence.kinds_at(place) & _KINDS)
    ]
    while around and around[0] in _OPENINGS:
        around.pop(0)
    inside = sentence.word(mark.first) == "a" and mark.last - mark.first > 1
    meets = around[:1] == ["a"] or inside or any(around[: len(said)] == said for said in _MEETINGS)
    return plain_day and meets and set(around) <= page["beside"] | {"revoit", "voit", "reparle"}
