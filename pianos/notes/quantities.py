"""The numbers of a note that measure something: temperature, humidity, pitch.

A number counts because of its unit or its label, never alone; what is a date, an hour, a price, a phone number, a range
to aim for or the name of a room measures nothing. Values out of the plausible ranges are slips and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pianos.notes.pages import word_sets
from pianos.notes.results import Kind, Quantity, Span
from pianos.notes.spelling import Speller
from pianos.notes.tokens import Shape, Token

CELSIUS = (-20.0, 45.0)
HUMIDITY = (1.0, 100.0)
BARE_HUMIDITY = (5.0, 95.0)
"""Without the word: « 100 % » is said of everything."""
HERTZ = (400.0, 470.0)
BARE_HERTZ = (430.0, 450.0)
"""Without the unit, beside « accord » or « la »."""
FAHRENHEIT_IF_OVER = 45.0
"""« 72° » is no room in Celsius."""

_NOT_MEASURES = re.compile(
    r"""
      (?<!\d)\(?\d{3}\)?[-.\s]\d{3}[-.\s]\d{4}            # phone
    | (?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2} | (?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?![\d%°])  # date
    | (?<![\w])\d{1,2}(?:\s?h|H)(?:\s?\d{2})?(?![\w%]) | (?<!\d)\d{1,2}:\d{2}(?!\s?[%°])   # hour
    | \$\s?\d{1,9}(?:[\s,.]\d{2,3}){0,3} | (?<!\d)\d{1,9}(?:\s\d{3}){0,3}(?:[.,]\d{1,2})?\s?\$  # price
    | (?<!\d)\d{1,2}/\d{1,2}(?!\s?[%°/\d]|\s?[cCfF]\b|\s?[hH][zZ]|\s?/)                # day and month
    """,
    re.VERBOSE,
)
_RANGE_MARKS = ("-", "~")
_RANGE_WORDS = ("a", "et", "to", "and", "ou", "or")
_OF_NOTES = ("du", "de", "des", "majeur", "mineur", "major", "minor", "#", "diese", "bemol", "sharp", "flat")
"""« 22 C du milieu », « 2 F# »: the names of notes."""
_ENDS = (".", ";", "!", "?")


@dataclass(frozen=True)
class _Labels:
    words: dict[str, frozenset[str]]
    speller: Speller


def _load() -> _Labels:
    words = word_sets("measures.txt")
    labels = {
        word: frozenset(label for label in words if word in words[label]) for each in words.values() for word in each
    }
    return _Labels(words, Speller(labels, meaning=labels.__getitem__))


_LABELS = _load()


def find(text: str, tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Every measure of the text, in order."""
    if not any(token.shape is Shape.NUMBER for token in tokens):
        return
    note = _Note(text, tokens)
    taken = [(place, found) for place in note.numbers for found in [note.measure(place)] if found]
    climate = {place for place, (kind, *_) in taken if kind is not Kind.PITCH}
    for _, (kind, value, first, last) in sorted([*taken, *note.paired(climate)], key=lambda one: one[0]):
        start, end = tokens[first].start, tokens[last].end
        yield Quantity(kind, round(value, 1), Span(start, end, text[start:end]))


_Measured = tuple[Kind, float, int, int]


class _Note:
    """The tokens of one note and the questions asked about their neighbours."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        masked = [match.span() for match in _NOT_MEASURES.finditer(text)]
        self.masked = {
            place
            for start, end in masked
            for place in _places_within(tokens, start, end)
        }  # fmt: skip
        self.numbers = [
            place for place, token in enumerate(tokens) if token.shape is Shape.NUMBER and place not in self.masked
        ]
        self.words = [_LABELS.speller.mend(token.text) if token.shape is Shape.WORD else token.text for token in tokens]

    def word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def has(self, place: int, label: str) -> bool:
        return self.word(place) in _LABELS.words[label]

    def touches(self, place: int) -> bool:
        """Nothing stands between this token and the next."""
        return place + 1 < len(self.tokens) and self.tokens[place].end == self.tokens[place + 1].start

    def measure(self, place: int) -> _Measured | None:
        return self.humidity(place) or self.pitch(place) or self.temperature(place)

    # --- humidity

    def humidity(self, place: int) -> _Measured | None:
        last = self._percent(place)
        value = self.tokens[place].value
        start = place - 2 if self._ends_a_change(place) else place  # « passée de 28 à 41 % »
        label = self.label_before(start, "humidity", any_words=last is not None)
        if last is None:
            if label is None or not self._ends_bare(place) or self.in_range(place):
                return None
            return self._plausible(Kind.HUMIDITY, value, HUMIDITY, label, place)
        after = self._label_after(last, "humidity")
        if self.in_range(place) or self.clause_has(place, "advice", before=True):
            return None
        if label is not None and not self._between_has(label, place, "other_percent"):
            return self._plausible(Kind.HUMIDITY, value, HUMIDITY, label, last)
        if after is not None:
            return self._plausible(Kind.HUMIDITY, value, HUMIDITY, place, after)
        if self._other_percent(place, last):
            return None
        return self._plausible(Kind.HUMIDITY, value, BARE_HUMIDITY, place, last)

    def _percent(self, place: int) -> int | None:
        if self.word(place + 1) == "%" or self.has(place + 1, "percent"):
            return place + 1
        if self.word(place + 1) in ("pour", "per", "p") and self.word(place + 2) in ("cent", "cents"):
            return place + 2
        return None

    def _other_percent(self, place: int, last: int) -> bool:
        """« rabais 10 % », « usés à 60 % », « 30 % de plus », « baisse de 5 % »."""
        if self.clause_has(place, "other_percent") or self.word(last + 1) in ("de", "d", "des", "du", "of", "off"):
            return True
        before = self.word(place - 1)
        if before == "+":
            return True
        if self.is_word(place - 1) and not self._after_a_reading(place):
            return not (self.has(place - 1, "tuning") or self.has(place - 1, "filler")) or before in (
                "a", "de", "d", "at", "of",
            )  # fmt: skip
        return False

    def _after_a_reading(self, place: int) -> bool:
        """« 21 C 40 % », « 20 degrés et 40 % »: the word before is a unit, or joins two readings."""
        back = place - 2 if self.word(place - 1) in ("et", "and", "avec", "with") else place - 1
        if self.has(back, "degrees") or self.has(back, "celsius") or self.has(back, "fahrenheit"):
            return True
        return self.word(back) == "°"

    # --- temperature

    def temperature(self, place: int) -> _Measured | None:
        value, first = self._signed(place)
        label = self.label_before(place if first == place else first, "temperature")
        sure, scale, last = self._degrees(place)
        if self.in_range(place) or self.clause_has(place, "advice", before=True):
            return None
        if last is None:
            if label is None or not self._ends_bare(place):
                return None
            last, sure = place, True
        elif not sure and label is None and self._is_a_name(place, last):
            return None
        if self.word(place - 1) in ("de", "by") and self.clause_has(place, "change", before=True) and label is None:
            return None
        bare_degrees = scale == "" and last != place and label is None
        beside = self._beside_humidity(last)
        if bare_degrees and 0 <= value < 5 and not beside:
            return None  # « 1° Accord 2° Réglage »
        is_room = label is not None or beside or self.word(last) in ("degrees", "degree")
        if scale == "f" or (scale == "" and value > FAHRENHEIT_IF_OVER and is_room):
            value = (value - 32) * 5 / 9
        return self._plausible(Kind.TEMPERATURE, value, CELSIUS, first if label is None else label, last)

    def _degrees(self, place: int) -> tuple[bool, str, int | None]:
        """Whether the unit is certain, its scale (« c », « f » or unsaid), and its last token."""
        after = place + 1
        if self.word(after) == "°" or self.has(after, "degrees"):
            if self.word(after + 1) == "." and self.has(after, "degrees"):
                after += 1  # « deg. »
            scale = self._scale(after + 1)
            return True, scale, after + 1 if scale else after
        scale = self._scale(after)
        return (len(self.word(after)) > 1, scale, after) if scale else (False, "", None)

    def _scale(self, place: int) -> str:
        if self.word(place + 1) == "'" and self.touches(place):
            return ""  # « 20 c’est »
        return "c" if self.has(place, "celsius") else "f" if self.has(place, "fahrenheit") else ""

    def _is_a_name(self, place: int, last: int) -> bool:
        """« local 20C », « corde 22 C », « 22 C du milieu », « les 12 F »."""
        before, after = self.word(place - 1), self.word(last + 1)
        if self.has(place - 1, "place") or before in ("#", "°", "les", "des", "the"):
            return True
        if self.word(place - 1) == "-" and self.is_word(place - 2) and self.touches(place - 2):
            return True  # « B-12 C »
        return after in (
            "du",
            "de",
            "des",
            "majeur",
            "mineur",
            "major",
            "minor",
            "#",
            "diese",
            "bemol",
            "sharp",
            "flat",
        )

    def _beside_humidity(self, last: int) -> bool:
        ahead = last + 1
        while self.word(ahead) in (",", "/", "-", "et", "and", ";", "|") or self.has(ahead, "humidity"):
            ahead += 1
        return self._is_number(ahead) and self._percent(ahead) is not None

    def _signed(self, place: int) -> tuple[float, int]:
        """A minus counts when it stands against the number and after nothing: « -5C », never « 21C-40 »."""
        value = self.tokens[place].value
        if self.word(place - 1) == "-" and self.touches(place - 1) and not (place >= 2 and self.touches(place - 2)):
            return -value, place - 1
        if self.word(place - 1) in ("moins", "minus"):
            return -value, place - 1
        return value, place

    # --- pitch

    def pitch(self, place: int) -> _Measured | None:
        value = self.tokens[place].value
        if self.has(place + 1, "hertz"):
            return self._plausible(Kind.PITCH, value, HERTZ, place, place + 1)
        if not BARE_HERTZ[0] <= value <= BARE_HERTZ[1] or len(self.tokens[place].text) > 6:
            return None
        if self.word(place + 1) in ("/", "-") and self._is_number(place + 2) and self.has(place + 3, "hertz"):
            return self._plausible(Kind.PITCH, value, HERTZ, place, place)  # « 440/441 Hz »
        follows = self.word(place + 1)
        if follows in ("$", "%", "°", "#") or self.has(place + 1, "money_or_time"):
            return None
        if self.touches(place) and self.is_word(place + 1):
            return None  # « 440C », « 440b »
        is_pitch = self._is_tuned_to(place) or self._stands_alone(place)
        return self._plausible(Kind.PITCH, value, BARE_HERTZ, place, place) if is_pitch else None

    def _stands_alone(self, place: int) -> bool:
        """« Accord du 12 mars, 440, 21 C »: alone between two commas, in a sentence that speaks of tuning."""
        if self.word(place - 1) != "," or self.word(place + 1) not in (",", ".", ""):
            return False
        for back in range(place - 2, max(-1, place - 30), -1):
            if self.has(back, "tuning") or self.word(back) in ("diapason", "pitch"):
                return True
            if self.word(back) in _ENDS or self.has(back, "place"):
                return False
        return False

    def _is_tuned_to(self, place: int) -> bool:
        back = place - 1
        if self.is_word(back) and self.tokens[back].text == "a" and self._is_capital(back):
            return True  # « A440 », « A 440 »
        while back >= 0 and place - back <= 6:
            if self.has(back, "pitch") or self.has(back, "tuning") or self.word(back) == "@":
                return True
            if self.word(back) == "a4" or (self.word(back) == "a" and self._is_capital(back)):
                return True
            free = self.has(back, "filler") and self.word(back) not in ("piano", "salle", "room", "studio", "piece")
            if self._is_number(back) and BARE_HERTZ[0] <= self.tokens[back].value <= BARE_HERTZ[1]:
                free = True  # « accord 438 à 440 »
            if not free and self.word(back) not in ("=", ":", ",", "to", "de", "4", "au", "-", "+", "/", "("):
                return False
            back -= 1
        return False

    def _is_capital(self, place: int) -> bool:
        return self.text[self.tokens[place].start] == "A" and (
            self.touches(place) or self.word(place + 1) in ("=", ":") or place > 0
        )

    # --- neighbours

    def is_word(self, place: int) -> bool:
        return 0 <= place < len(self.tokens) and self.tokens[place].shape is Shape.WORD

    def _is_number(self, place: int) -> bool:
        return 0 <= place < len(self.tokens) and self.tokens[place].shape is Shape.NUMBER

    def label_before(self, place: int, label: str, *, any_words: bool = False) -> int | None:
        """Where the label of this number stands; only fillers between, or any words without a number or a full stop."""
        back = place - 1
        while back >= 0 and place - back <= 12:
            if self.has(back, label):
                return (
                    None if label == "temperature" and self.word(back) == "temps" and not self._is_temp(back) else back
                )
            word = self.word(back)
            if self.tokens[back].shape is Shape.NUMBER or (word in _ENDS and not self._is_abbreviated(back)):
                return None
            if self.tokens[back].shape is Shape.WORD:
                if not (any_words or self.has(back, "filler")):
                    return None
            elif word not in (":", "=", "~", "(", ")", "-", "±", "'", "°", ".", "%") and not any_words:
                return None
            back -= 1
        return None

    def _is_temp(self, place: int) -> bool:
        """« temps » is the weather or an hour unless a sign follows: « temps: 21 »."""
        return self.word(place + 1) in (":", "=", ".")

    def _is_abbreviated(self, place: int) -> bool:
        """The full stop of « temp. 21 » or « hum. 40 »."""
        return self.has(place - 1, "temperature") or self.has(place - 1, "humidity")

    def _label_after(self, last: int, label: str) -> int | None:
        """« 42 % d’humidité », « 40 % HR »."""
        ahead = last + 1
        while ahead <= last + 4:
            if self.has(ahead, label):
                further = ahead + 1
                while self.has(further, "filler") or self.word(further) in (":", "="):
                    further += 1
                # « 21 % humidité 40 % »: the label is the next number’s
                return None if self._is_number(further) and self._percent(further) else ahead
            if self.word(ahead) not in ("d", "'", "de", "l", "relative", "(", "of", "taux"):
                return None
            ahead += 1
        return None

    def _ends_bare(self, place: int) -> bool:
        """A labelled number without unit ends there: « Temp 20 Hum 40 », not « humidité 3 fois », « temp 2 h »."""
        if place in self.masked or (self.touches(place) and self.is_word(place + 1)):
            return False
        after = self.word(place + 1)
        if after in ("$", "%", "°", "/", "-", "x") and not (after in ("/", "-") and self.is_word(place + 2)):
            return False
        return not self.has(place + 1, "money_or_time") and not self.has(place + 1, "hertz")

    def in_range(self, place: int) -> bool:
        """« 42-45 % », « entre 40 et 45 % »; « passé de 35 à 42 % » ends on a reading."""
        before = self._joined(place - 1) and self._is_number(place - 2) and not self._minus(place)
        if self._ends_a_change(place):
            return False
        ahead = place + 1
        return before or (
            self._joined(ahead) and self._is_number(ahead + 1) and not self._unit_follows_differs(ahead + 1)
        )

    def _ends_a_change(self, place: int) -> bool:
        """The second number of « passé de 35 à 42 % », « from 28 to 41 % »."""
        if self.word(place - 1) not in ("a", "to") or not self._is_number(place - 2):
            return False
        return self.word(place - 3) in ("de", "from") and self.clause_has(place - 2, "change", before=True)

    def _joined(self, place: int) -> bool:
        return self.word(place) in _RANGE_MARKS or self.word(place) in _RANGE_WORDS

    def _minus(self, place: int) -> bool:
        return self.word(place - 1) == "-" and not self.touches(place - 2)

    def _unit_follows_differs(self, other: int) -> bool:
        """« humidité 40 et 21 °C », « RH 40 - 21C »: two measures, no range."""
        return self._percent(other) is None and self._degrees(other)[2] is not None

    def clause_has(self, place: int, label: str, *, before: bool = False) -> bool:
        """Whether the clause of this number holds a word of that page."""
        for step in (-1,) if before else (-1, 1):
            at = place + step
            while 0 <= at < len(self.tokens) and abs(at - place) <= 12:
                word = self.word(at)
                if self.has(at, label):
                    return True
                if word in _ENDS or word in (",", "/", "|") or self._line_breaks(at, step):
                    break
                if self._is_number(at) and self._percent(at) is not None and step == -1:
                    break
                at += step
        return False

    def _line_breaks(self, place: int, step: int) -> bool:
        other = place + step
        if not 0 <= other < len(self.tokens):
            return True
        first, last = sorted((place, other))
        return "\n" in self.text[self.tokens[first].end : self.tokens[last].start]

    def _between_has(self, first: int, last: int, label: str) -> bool:
        return any(self.has(place, label) for place in range(first + 1, last))

    @staticmethod
    def _plausible(kind: Kind, value: float, ranged: tuple[float, float], first: int, last: int) -> _Measured | None:
        return (kind, value, first, last) if ranged[0] <= round(value, 1) <= ranged[1] else None

    def paired(self, taken: set[int]) -> Iterator[tuple[int, _Measured]]:
        """« T 21 H 40 », « T: 21 / H: 40 % »: each letter is a label because the other is there."""
        for place in self.numbers:
            if place in taken or self.label_letter(place) != "t":
                continue
            other = next((one for one in self.numbers if place < one <= place + 6), None)
            if other is None or not (self.label_letter(other) == "h" or other in taken):
                continue
            degrees, first = self._signed(place)
            warm = self._plausible(Kind.TEMPERATURE, degrees, CELSIUS, first, place)
            humid = self._plausible(Kind.HUMIDITY, self.tokens[other].value, HUMIDITY, other, other)
            if warm and humid:
                yield place, warm
                if other not in taken:
                    yield other, humid

    def label_letter(self, place: int) -> str:
        back = place - 1
        while self.word(back) in (":", "=", "°", ".", "-"):
            back -= 1
        return self.word(back) if self.word(back) in ("t", "h") else ""


def _places_within(tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if tokens[middle].start < start:
            low = middle + 1
        else:
            high = middle
    while low < len(tokens) and tokens[low].start < end:
        yield low
        low += 1
