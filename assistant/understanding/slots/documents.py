"""Numbers that name something: a phone, an invoice, an estimate, an instrument."""

from __future__ import annotations

import re

from assistant.understanding.dating import is_year
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_SERIAL = re.compile(r"[a-z]{0,3}\d{4,9}[a-z]{0,2}")
_ALONE = re.compile(r"\d{5,8}|[a-z]{1,2}\d{5,8}")
_AFTER_ITS_CUE = re.compile(r"[a-z]?\d{2,9}[a-z]{0,2}")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_ENDINGS = word_set(
    "fini finit finissant termine se fin finissent terminant derniers chiffres appel manque bout terminent finissait "
    "terminait suffixe ending ends"
)
_SOMEBODY = word_set("chiffres madame monsieur dame gars bonhomme famille cell tel")
_OTHER_NUMBERED = ("piano", "make", "serial", "invoice", "estimate", "model", "pitch", "quote")
_UNITS = word_set("% jours jour ans $")
_TAKEN = frozenset({"when", "phone", "quote", "client_id", "appointment_id", "email"})


def find(found: Found) -> None:
    """Fills `phone_suffix`, `estimate_number`, `invoice_number` or `serial`."""
    _phone(found)
    for kind, cues in (("estimate", ("estimate",)), ("invoice", ("invoice", "paid", "billed"))):
        if found.sentence.has(*cues):
            _document(found, kind)
    if not found.values.keys() & {"estimate_number", "invoice_number", "phone_suffix"}:
        _serial(found)


def _free_numbers(sentence: Sentence) -> list[int]:
    """Where a word with a digit stands that is no date and no literal."""
    return [
        place
        for place, word in enumerate(sentence.words)
        if any(char.isdigit() for char in word.text) and not sentence.kinds_at(place) & _TAKEN
    ]


def _phone(found: Found) -> None:
    """A whole number, or « dont le téléphone finit par 4321 »."""
    sentence = found.sentence
    if mark := sentence.first("phone"):
        found.put("phone_suffix", re.sub(r"\D", "", mark.value)[-10:], mark.first, mark.last)
        return
    if mark := sentence.first("digits"):
        found.put("phone_suffix", re.sub(r"\D", "", mark.value), mark.first, mark.last)
        return
    words = {word.text for word in sentence.words}
    if _whose_number(found):
        return
    asked = sentence.has("f_phone", "f_number", "client", "who", "search", "which_client", "whose")
    asked = asked or bool(words & _SOMEBODY)
    if not asked or not words & _ENDINGS:
        return
    for place in range(len(sentence.words)):
        end = _end_of_digits(sentence, place)
        digits = "".join(word.text for word in sentence.words[place:end])
        if 3 <= len(digits) <= 7 and not sentence.kinds_at(place) & {"quote", "client_id"}:
            found.put("phone_suffix", digits, place, end)
            return


def _end_of_digits(sentence: Sentence, place: int) -> int:
    """« 4471 », « 0-6-1-2 », « 44 71 »: where the figures said one after the other end."""
    longest = len(sentence.word(place))
    while sentence.word(place).isdigit() and len(sentence.word(place)) <= max(2, longest):
        place += 1
        longest = 2 if longest <= 2 else 0
        if longest == 0:
            break
    return place


def _whose_number(found: Found) -> bool:
    """« c'est qui le 0198 », « la madame au 8823 »: four figures alone are the end of a phone number."""
    sentence = found.sentence
    if not sentence.has("who", "whose", "f_phone", "f_number", "search") or sentence.has(*_OTHER_NUMBERED):
        return False
    for place, word in enumerate(sentence.words):
        is_free = not sentence.kinds_at(place) and word.text.isdigit() and len(word.text) == 4
        if is_free and not is_year(word.text) and sentence.word(place - 1) in ("le", "au", "du", "par", "numero"):
            found.put("phone_suffix", word.text, place, place + 1)
            return True
    return False


def _document(found: Found, kind: str) -> None:
    sentence = found.sentence
    for place in _free_numbers(sentence):
        word = sentence.word(place)
        if is_year(word) and sentence.word(place - 1) in ("factures", "soumissions", "estimes", "de", "en", "pour"):
            continue  # « factures 2025 »
        ranked = sentence.kinds_at(place + 1) & {"last", "next", "invoice", "estimate"}
        counts = len(word) < 3 and (ranked or sentence.word(place + 1) == "plus")
        if word.isdigit() and 2 <= len(word) <= 7 and not counts and sentence.word(place + 1) not in _UNITS:
            after = sentence.word(place + 1)
            if re.fullmatch(r"\d{3}", after) and len(word) < 4 and place + 1 in _free_numbers(sentence):
                found.put(f"{kind}_number", int(word + after), place, place + 2)  # « 17 804 »
                return
            found.put(f"{kind}_number", int(word), place, place + 1)
            return


def _serial(found: Found) -> None:
    sentence = found.sentence
    cue = sentence.first("serial")
    for place in _free_numbers(sentence):
        if not _is_serial(sentence, place, behind_its_cue=cue is not None and place >= cue.last):
            continue
        first = place - 1 if _has_a_letter(sentence, place) else place
        last = place + 1
        while cue is not None and (re.fullmatch(r"\d{2,3}", sentence.word(last)) or _is_hyphened(sentence, last)):
            last += 1  # « A 123 456 », « 88-4021-B »
        said = sentence.typed(first, last)
        found.put("serial", re.sub(r"[^0-9A-Za-z]", "", said).upper(), first, last)
        sentence.mark(Mark("serial_number", first, last))
        return


def _is_hyphened(sentence: Sentence, place: int) -> bool:
    """« -4021 », « -B »."""
    if not 0 < place < len(sentence.words) or not re.fullmatch(r"\d{1,6}|[a-z]", sentence.word(place)):
        return False
    word, before = sentence.words[place], sentence.words[place - 1]
    return sentence.question.folded[before.end : word.start] == "-"


def _is_serial(sentence: Sentence, place: int, *, behind_its_cue: bool) -> bool:
    word, before = sentence.word(place), sentence.kinds_at(place - 1)
    if behind_its_cue:
        return _AFTER_ITS_CUE.fullmatch(word) is not None
    if not sentence.has("piano", "make", "f_number", "serial"):
        return _ALONE.fullmatch(word) is not None
    is_year = _YEAR.fullmatch(word) and not before & {"piano", "f_number"}
    return _SERIAL.fullmatch(word) is not None and not is_year


def _has_a_letter(sentence: Sentence, place: int) -> bool:
    """« F-42817 », « F 42817 » with a capital."""
    letter, is_capital = sentence.word(place - 1), sentence.words[place - 1].capital
    if len(letter) != 1 or not letter.isalpha() or (letter in ("a", "l", "d", "y") and not is_capital):
        return False
    return is_capital or sentence.words[place].start - sentence.words[place - 1].end == 1
