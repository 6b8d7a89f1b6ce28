"""What a question wants that one cue does not say: of a piano nobody named, compared by number, what will be needed."""

from __future__ import annotations

from assistant.understanding.slots import numbers
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_LACKS = word_set("manque manquer manquera manquerait")
_COUNTABLE = word_set("piano appointment visit tuning invoice interventions estimate client make grand upright")


def is_of_a_piano(found: Found, _: str) -> bool:
    """« historique du piano », « de ce piano »: of one, which was not said."""
    sentence = found.sentence
    return any(
        sentence.word(mark.first - 1) in ("du", "ce", "cet", "l", "le", "son")
        and not sentence.word(mark.first).endswith("s")
        for mark in sentence.all("piano")
    )


def is_counted_by(found: Found, _: str) -> bool:
    """« plus de deux pianos », « au moins 3 visites »: clients by how many they have."""
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        after = place + 1 + (sentence.word(place + 1) in ("seul", "seule"))
        before = sentence.text(max(place - 2, 0), place)
        of_one = before in ("plus d", "plus que") or before.endswith((" qu", "juste")) or after > place + 1
        if word.text in ("un", "une") and of_one and sentence.kinds_at(after) & _COUNTABLE:
            return True
    for mark in sentence.all("more", "less", "at_least", "at_most"):
        number, after = mark.last, mark.last + 1
        if numbers.whole(sentence.word(number)) is None and sentence.word(number) not in ("un", "une"):
            continue
        counted = sentence.kinds_at(after) & _COUNTABLE or sentence.word(after) in ("fois", "times")
        if counted and not sentence.kinds_at(after) & {"when"}:
            return True
    return False


def needs_what(found: Found, _: str) -> bool:
    """« de quoi vais-je avoir besoin », « que me manque-t-il »."""
    words = {word.text for word in found.sentence.words}
    if "besoin" in words:
        return bool(words & {"quoi", "what", "qu"}) and not words & {"client", "tu"}
    told = bool(words & {"quoi", "que", "qu", "quelque"}) or found.sentence.has("parts", "stock")
    return bool(words & _LACKS) and bool(words & {"me", "m"}) and told
