"""What the families of slots found in a question: values, what is taken away, and the words that said them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.understanding.results import Span
from assistant.understanding.sentence import Sentence
from assistant.understanding.words import word_set


@dataclass
class Found:
    """Slots under their names in docs/assistant.md, and hints that only decide the intent."""

    sentence: Sentence
    values: dict[str, Any] = field(default_factory=dict)
    excluded: dict[str, Any] = field(default_factory=dict)
    places: list[tuple[str, int, int]] = field(default_factory=list)
    surety: int = 0
    """How surely `client_name` is one: 6 after a title, 5 after « chez », 1 for words standing alone."""
    is_proper: bool = False
    """`client_name` has a capital, a title, or a word known as a name."""
    faults: set[str] = field(default_factory=set)
    """`impossible_date`, `ambiguous_person`: what one has to ask back about."""

    @property
    def has_client(self) -> bool:
        """Somebody is named, by more than a word that nothing else explains."""
        return "client_id" in self.values or ("client_name" in self.values and (self.surety >= 2 or self.is_proper))

    @property
    def unexplained(self) -> list[str]:
        """The words that no cue, no slot and no small word accounts for."""
        told = {place for _, first, last in self.places for place in range(first, last)}
        sentence = self.sentence
        return [
            word.text
            for place, word in enumerate(sentence.words)
            if not (word.is_mark or place in told or sentence.kinds_at(place))
        ]

    def put(self, slot: str, value: Any, first: int = 0, last: int = 0, *, negated: bool = False) -> None:
        """Keeps a value, said by the words from `first` to `last` exclusive."""
        (self.excluded if negated else self.values)[slot] = value
        if first < last:
            self.places.append((slot, first, last))

    def add(self, slot: str, value: Any, first: int = 0, last: int = 0) -> None:
        """Keeps one more value of a list, once."""
        kept = self.values.setdefault(slot, [])
        if value not in kept:
            kept.append(value)
        if first < last:
            self.places.append((slot, first, last))

    def is_negated(self, place: int) -> bool:
        """« sauf X », « pas à X », « sauf les X et les Y »: an exception stands just before this word."""
        return any(mark.last <= place and self._reaches(mark.last, place) for mark in self.sentence.all("except"))

    def _reaches(self, first: int, place: int) -> bool:
        """Only small words stand between, or other excepted things joined by « et »."""
        joined = True
        for between in range(first, place):
            word = self.sentence.word(between)
            if word in _CONJUNCTIONS:
                joined = word != "," or bool(self.sentence.kinds_at(place) & self.sentence.kinds_at(between - 1))
            elif self.sentence.kinds_at(between) & _EXCEPTED:
                joined = False
            elif word not in _JOINTS:
                return False
        return joined or bool(self.sentence.kinds_at(place) & self.sentence.kinds_at(place - 1) & _EXCEPTED)

    def spans(self, kept: Mapping[str, Any]) -> list[Span]:
        """Where the kept slots stand in the question as typed."""
        found = []
        words, question = self.sentence.words, self.sentence.question
        for slot, first, last in self.places:
            if slot in kept or slot in kept.get("exclude", {}):
                start, end = question.typed_span(words[first].start, words[last - 1].end)
                found.append(Span(start, end, slot))
        return sorted(set(found), key=lambda span: (span.start, span.end))


_JOINTS = word_set("a au aux le la les l de du des d en dans chez avec pour ceux celui celles rv rdv rendez vous")
_CONJUNCTIONS = frozenset({"et", "ni", "ou", ","})
_EXCEPTED = frozenset({"city", "neighborhood", "technician", "make", "institution", "when"})
