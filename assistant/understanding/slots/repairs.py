"""A slip of the tongue put right in the same breath: « jeudi, euh non, vendredi »; only the second is meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.words import word_set

_REPAIRS = word_set(
    "non attends attend plutot scuse scusez excuse excusez pardon oups oupsi woups sorry dire wait rather"
)
_INSTEAD = word_set(", mais plutot but")
_DENIALS = word_set(
    "pas non not a au aux chez pour de du le la les l celui celle ceux celles c est ce rv rdv , avec dans en"
)
_ASKED_OF = word_set("invoice appointment agenda piano history f_phone f_address f_email f_access_code")
_JOINING = frozenset({"et", "ou", "ni"})
_BETWEEN = _REPAIRS | word_set("euh heu hum ah oh ben bon ok la je j veux voulais c est moi no i mean ou , . … ! - :")


def taken_back(sentence: Sentence, marks: Sequence[Mark]) -> set[int]:
    """Where the marks begin that the next one puts right."""
    return {one.first for one, other in pairwise(marks) if _is_put_right(sentence, one, other)}


def put_right(sentence: Sentence, marks: Sequence[Mark]) -> set[int]:
    """Where the marks begin that are meant instead: « non vendredi » denies nothing."""
    return {other.first for one, other in pairwise(marks) if _is_put_right(sentence, one, other)}


def opposed(sentence: Sentence, marks: Sequence[Mark]) -> tuple[set[int], set[int]]:
    """« pas Simon, Karim », « pas à Laval mais à Longueuil »: where the one not meant begins, and the other."""
    if len(marks) != 2 or not _denies(sentence):
        return set(), set()
    one, other = marks
    before = {sentence.word(place) for place in range(one.first) if not sentence.kinds_at(place) & _ASKED_OF}
    between = {
        sentence.word(place)
        for place in range(one.last, other.first)
        if sentence.kinds_at(place) != {"filler"} or sentence.word(place) in _DENIALS | _JOINING | _INSTEAD
    }
    if before <= _DENIALS and between & _INSTEAD and between <= _INSTEAD | _DENIALS:
        return {one.first}, {other.first}
    return set(), set()


def _denies(sentence: Sentence) -> bool:
    """« pas … », « non … », « c'est pas … »."""
    return sentence.word(0) in ("pas", "non", "not") or sentence.text(0, 3) in ("c est pas", "ce n est")


def _is_put_right(sentence: Sentence, one: Mark, other: Mark) -> bool:
    between = {sentence.word(place) for place in range(one.last, other.first)}
    denied = sentence.word(one.first - 1) in ("pas", "non", "sauf")  # « pas demain, non, jeudi »
    return bool(between & _REPAIRS) and between <= _BETWEEN and not denied
