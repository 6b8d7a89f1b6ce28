"""Free words: what to find in notes, clues for « which client was it », products, bundles, similar cases."""

from __future__ import annotations

from collections.abc import Callable

from assistant.understanding.lexicon import ordinary
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.words import word_set

# What never belongs to the words looked for, at either end.
_EDGES = word_set(
    "le la les l un une des du de d que qu qui ou ca a au aux en et est sont avec sur dans pour pr par y on je j nous "
    "il elle tu encore t beaucoup assez m mme madame monsieur mr ont mes mon "
    "ma ses son sa quoi quelque chose propos etait c for with the about "
    "have has got stp svp s t ai avons avez eu : , ; . ? ! - parle parlent contient"
)
_ASKING = frozenset({"comment"})
_POLITE = frozenset({"polite", "thanks", "greeting"})
_STOPS = frozenset({"when", "institution", "city", "neighborhood", "quote"})
_SAID = word_set(
    "filler which_client who_has i mine us have search client who whose w_past notes_search where_is when visit going "
    "you his which_pianos appointment last yes no busy polite thanks greeting ack w_make city neighborhood technician "
    "institution except"
)


def after(sentence: Sentence, *kinds: str, keep: Callable[[Mark], bool] = lambda mark: False) -> tuple[int, int]:
    """The words behind the last of these cues, up to a date, a place or the end, without the small words around."""
    cues = sentence.all(*kinds)
    if not cues:
        return 0, 0
    return trim(sentence, cues[-1].last, len(sentence.words), keep)


def trim(
    sentence: Sentence, first: int, last: int, keep: Callable[[Mark], bool] = lambda mark: False
) -> tuple[int, int]:
    """Shrinks a stretch of words to what it is about."""
    for mark in sentence.marks:
        if mark.kind in _STOPS and first < mark.first < last and not keep(mark):
            last = mark.first
            break
        if mark.kind in _STOPS and mark.first == first and not keep(mark):
            first = mark.last
    last = _before_an_aside(sentence, first, last)
    while first < last and (sentence.word(first) in _EDGES or sentence.kinds_at(first) & _POLITE):
        first += 1
    last_words = _EDGES | {"chez", "notes", "note", "depuis"}
    while first < last and (sentence.word(last - 1) in last_words or sentence.kinds_at(last - 1) & _POLITE):
        last -= 1
    return first, last


def _before_an_aside(sentence: Sentence, first: int, last: int) -> int:
    """« … vis dénudées, c'était où »: what follows the last comma says nothing of its own."""
    comma = max((place for place in range(first, last) if sentence.word(place) == ","), default=last)
    said = range(comma + 1, last)
    return comma if said and all("filler" in sentence.kinds_at(place) for place in said) else last


def terms(sentence: Sentence, *, with_places: bool = False) -> list[str]:
    """The content words, folded, singular, in order."""
    found = []
    said = _SAID - {"city", "neighborhood"} if with_places else _SAID
    for place, word in enumerate(sentence.words):
        if (
            not word.text[0].isalnum()
            or word.text == "comment"
            or sentence.kinds_at(place) & said
            or len(word.text) < 3
        ):
            continue
        singular = _singular(word.text)
        if singular not in found:
            found.append(singular)
    return found


def _singular(word: str) -> str:
    """« chiens » → « chien »; « gros », « souris » stay."""
    if not word.endswith("s") or word.endswith(("ss", "ois", "ais")) or len(word) < 4:
        return word
    return word if word in ordinary() and word[:-1] not in ordinary() else word[:-1]


def bundles(sentence: Sentence, first: int, last: int) -> list[str]:
    """« PLS et réglage » → two bundles."""
    found, start = [], first
    for place in range(first, last + 1):
        if place == last or sentence.word(place) in ("et", ",", "+", "plus", "avec", "and", "&", "with"):
            begin, end = trim(sentence, start, place)
            if begin < end:
                found.append(sentence.typed(begin, end))
            start = place + 1
    return found
