"""The technicians a question names."""

from __future__ import annotations

from assistant.understanding.lexicon import names
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import repairs
from assistant.understanding.slots.found import Found
from assistant.understanding.words import plain, word_set

_TITLES = word_set("m mme madame monsieur mr mrs ms dr client cliente famille")
_WHICH = word_set("quel quelle quels quelles")


def find(found: Found) -> None:
    """Fills `technician`, `technicians`, or `technician_raw` when the word fits several people or only a part of one.

    A first name beside a last name that is not the technician's is somebody else's: it is left for the client's name.
    """
    sentence = found.sentence
    said: list[str] = []
    excepted: list[str] = []
    marks = sentence.all("technician", "colleague", "person_part")
    dropped = repairs.taken_back(sentence, [mark for mark in marks if mark.kind == "technician"])
    gone, meant = repairs.opposed(sentence, [mark for mark in marks if mark.kind == "technician"])
    dropped |= gone
    for first, last in sorted({(mark.first, mark.last) for mark in marks if mark.first not in dropped}):
        fitting = [mark for mark in sentence.marks if (mark.first, mark.last) == (first, last)]
        if is_of_a_client(sentence, fitting[0]):
            continue
        people = sorted({mark.value for mark in fitting if mark.kind in ("technician", "colleague")})
        negated = first not in meant and found.is_negated(first)
        if len(people) != 1:
            found.put("technician_raw", sentence.typed(first, last), first, last)
            found.faults.add("ambiguous_person")
        elif negated:
            excepted.append(people[0])
            found.places.append(("technician", first, last))
        elif people[0] not in said:
            said.append(people[0])
            found.places.append(("technician", first, last))
    for slots, named in ((found.values, said), (found.excluded, excepted)):
        if len(named) == 1:
            slots["technician"] = named[0]
        elif named:
            slots["technicians"] = named


def is_of_a_client(sentence: Sentence, mark: Mark) -> bool:
    """« Mme Pilote », « Maude Tremblay », « le client Simon »."""
    after, before = mark.last, mark.first - 1
    if mark.kind == "person_part" and (
        sentence.has("search", "history", "f_phone", "f_email", "f_address", "tell_everything")
    ):
        return True
    if sentence.word(before - 1) in _WHICH:
        return False  # « chez quel client Simon a-t-il changé »
    if sentence.word(before) in _TITLES or (sentence.word(before) == "." and sentence.word(before - 1) in _TITLES):
        return True
    if mark.value and " " in sentence.text(mark.first, mark.last) and mark.kind != "person_part":
        full = plain(mark.value)
        if sentence.text(mark.first, mark.last) == " ".join(full):
            return False
    return _is_last_name(sentence, after) or _is_first_name(sentence, before)


def _is_last_name(sentence: Sentence, place: int) -> bool:
    word = sentence.word(place)
    if not word.isalpha() or len(word) < 3 or sentence.kinds_at(place) - {"city", "make", "neighborhood"}:
        return False
    if sentence.kinds_at(place):
        return sentence.words[place].capital and word in names()
    return sentence.words[place].capital or word in names()


def _is_first_name(sentence: Sentence, place: int) -> bool:
    word = sentence.word(place)
    return place >= 0 and word in names() and not sentence.kinds_at(place)
