"""A question with its words marked: literals, dates, names of people and places, cues. A word bears one mark."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.understanding import clauses, dating, spelling, times
from assistant.understanding.hearing import sound
from assistant.understanding.lexicon import Lexicon, Meaning, house, names, ordinary
from assistant.understanding.text import Question
from assistant.understanding.vocabulary import Vocabulary
from assistant.understanding.words import cut, is_one_slip, word_set

# What is written once and means itself: nothing else is read inside.
_PATTERNS = (
    ("quote", re.compile(r"«\s*([^»]+?)\s*»|“\s*([^”]+?)\s*”|\"\s*([^\"]+?)\s*\"")),
    ("client_id", re.compile(r"\b((?:cli|con)_\w+)", re.IGNORECASE)),
    ("appointment_id", re.compile(r"\b((?:evt|apt|app|rdv)_\w+)", re.IGNORECASE)),
    ("email", re.compile(r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")),
    ("digits", re.compile(r"(?<![\w-])(\d(?:[ -]\d){2,6})(?![\w-])")),
    ("markup", re.compile(r"(</?[a-z][^>]*>)")),
    ("phone", re.compile(r"(?<![\w-])((?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}|\d{3}-\d{4})(?![\w-])")),
)
_LONGEST_HEARD = 4
"""Words of a name that is put right by its sound."""
_ENGLISH = word_set(
    "my the for next what is are do does have show me give tell when where who how many schedule tomorrow today "
    "week this on at of in all any free appointments address phone number door code can could send list"
)
_ASKED = word_set(
    "appointment agenda visit tuning free busy going departure end_of_day next first_one what_do_i_have where_do_i_go "
    "unconfirmed distance invoice owe piano client_plural summary bring parts stock works unpaid unpaid_noun alert "
    "remaining tours humidity temperature pitch history travel_fee serial search"
)
_OF_WHAT_IS_TOLD = word_set("which_client similar notes_search who_has how_why house_rule quote")
_WRITES = word_set(
    "w_cancel w_move w_create w_confirm w_update w_block w_note w_close w_assign w_other w_statement w_wish"
)
_TOLD = word_set("ai a as ont avons avez est suis on il elle ils elles y qui")
_THAT_DAY = frozenset({"cette journee", "cette journee la", "ce jour", "ce jour la", "that day"})
_NOTHING = frozenset({"pas", "rien"})
_STAY_ASIDE = word_set("when technician institution client_id city neighborhood")
LITERALS = tuple(kind for kind, _ in _PATTERNS)


@dataclass(frozen=True)
class Mark:
    """A run of words, `first` to `last` exclusive, and what it means."""

    kind: str
    first: int
    last: int
    value: str = ""
    when: times.When | None = None


class Sentence:
    """The marked words of one question, and what is asked of them."""

    def __init__(self, question: Question, vocabulary: Vocabulary, now: datetime, *, past: bool = False) -> None:
        self.question = question
        self.words = cut(question)
        capitals = [word.capital for word in self.words if word.text[0].isalpha()]
        # « Mes Rendez-Vous Demain », « MES RV »: a capital there says nothing of a name.
        self._shouted = len(capitals) > 1 and sum(capitals) >= 0.6 * len(capitals)
        if len(capitals) > 2 and sum(capitals) >= 0.8 * len(capitals):
            self.words = [replace(word, capital=False) for word in self.words]
        self.words = spelling.read(self.words, vocabulary)
        self.now = now
        self.marks: list[Mark] = []
        self._taken: set[int] = set()
        self._mark_literals()
        self.spelled = spelled = spelling.mended(question, self.words, vocabulary, shouted=self._shouted)
        self._mark_sounds(vocabulary)
        self.past = past or dating.is_past(
            ["#" if place in self._taken else word for place, word in enumerate(spelled)]
        )
        self._mark_times()
        self._mark_near_names(spelled, vocabulary)
        self._mark_phrases(vocabulary)
        self._mark_surnames(vocabulary)
        self._mark_please()
        self.marks.sort(key=lambda mark: (mark.first, mark.last))
        self.aside: set[int] = set()
        """Where the words stand that only tell something beside the question."""
        self._set_aside()

    # --- reading the marks

    def all(self, *kinds: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind in kinds]

    def first(self, *kinds: str) -> Mark | None:
        return next((mark for mark in self.marks if mark.kind in kinds), None)

    def has(self, *kinds: str) -> bool:
        return self.first(*kinds) is not None

    def says_mine(self) -> bool:
        """« mes rv », « ma semaine », « j'ai »."""
        return self.has("mine", "i") or any(word.text in ("mes", "mon", "ma") for word in self.words)

    def text(self, first: int, last: int) -> str:
        """These words, folded."""
        return " ".join(word.text for word in self.words[first:last])

    def typed(self, first: int, last: int) -> str:
        """These words, as typed."""
        return self.question.as_typed(self.words[first].start, self.words[last - 1].end) if first < last else ""

    def word(self, place: int) -> str:
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def kinds_at(self, place: int) -> set[str]:
        return {mark.kind for mark in self.marks if mark.first <= place < mark.last}

    # --- marking

    def mark(self, mark: Mark) -> None:
        """Gives words a meaning; what they were marked with before is forgotten."""
        places = set(range(mark.first, mark.last))
        self.marks = [other for other in self.marks if not places & set(range(other.first, other.last))]
        self.marks.append(mark)
        self.marks.sort(key=lambda one: (one.first, one.last))

    def _mark_literals(self) -> None:
        folded = self.question.folded
        for kind, pattern in _PATTERNS:
            for found in pattern.finditer(folded):
                start, end = next(found.span(group) for group in range(1, found.re.groups + 1) if found.group(group))
                self._mark_span(kind, *found.span(), value=self.question.as_typed(start, end))

    def _mark_times(self) -> None:
        found = dating.find(self.question, self.words, self.spelled, self._taken, self.now, past=self.past)
        for first, last, when in found:
            self._taken.update(range(first, last))
            self.marks.append(Mark("when", first, last, when=when))

    def _mark_span(self, kind: str, start: int, end: int, value: str) -> None:
        places = [place for place, word in enumerate(self.words) if word.start < end and word.end > start]
        if places and self._taken.isdisjoint(places):
            self._taken.update(places)
            self.marks.append(Mark(kind, places[0], places[-1] + 1, value))

    def _mark_near_names(self, spelled: list[str], vocabulary: Vocabulary) -> None:
        """« Maud » for Maude: near enough to ask whether she is meant, not to be sure."""
        for place, word in enumerate(spelled):
            if place in self._taken or len(word) < 4 or word in names() or word in house().words:
                continue
            for alias, name in vocabulary.single_aliases:
                if word != alias and word not in vocabulary.lexicon.words and is_one_slip(word, alias):
                    self._taken.add(place)
                    self.marks.append(Mark("person_part", place, place + 1, name))
                    break

    def _mark_sounds(self, vocabulary: Vocabulary) -> None:
        """« plasse dé zar »: a name that is only heard right, where some word of it is written like no other."""
        known = (vocabulary.lexicon.words, house().words, ordinary())
        said = [word.text for word in self.words]
        strange = [not any(word in words for words in known) and word.isalpha() for word in said]
        for place, word in enumerate(said):
            for end in range(min(place + _LONGEST_HEARD, len(said)), place, -1):
                if len(word) < 3 or not any(strange[place:end]) or not self._taken.isdisjoint(range(place, end)):
                    continue
                if end - place == 1 and (word in names() or self.words[place].capital):
                    continue
                if meaning := vocabulary.sounds.get(sound(said[place:end])):
                    self._taken.update(range(place, end))
                    self.marks.append(Mark(meaning.kind, place, end, meaning.value))
                    break

    def _mark_surnames(self, vocabulary: Vocabulary) -> None:
        """« l'agenda de Haddad »: behind an agenda, a technician's last name is his."""
        for mark in self.all("agenda"):
            place = mark.last + (self.word(mark.last) in ("de", "d", "a"))
            name = vocabulary.surnames.get(self.word(place))
            if name and place not in self._taken:
                self._taken.add(place)
                self.marks.append(Mark("technician", place, place + 1, name))

    def _mark_please(self) -> None:
        """« my schedule for next week pls »: in small letters beside English words it is no humidity system."""
        for mark in [one for one in self.marks if one.kind == "pls" and one.last - one.first == 1]:
            is_small = self.typed(mark.first, mark.last) == "pls"
            at_an_end = mark.first == 0 or mark.last == len(self.words)
            if is_small and at_an_end and any(word.text in _ENGLISH for word in self.words):
                self.mark(replace(mark, kind="polite"))

    def _set_aside(self) -> None:
        """« il neige à plein, à quelle heure je pars demain »: what is only told narrows the question at most.

        Of it stay the people, the places and, where the question has none, the day. A question that says nothing of
        its own (« c'était chez qui ? ») is about what is told; and a request to write is never told aside.
        """
        told = {place for first, last in clauses.asides(self.words) for place in range(first, last)}
        if not told:
            return
        asked = {mark.kind for mark in self.marks if mark.first not in told}
        inside = [mark for mark in self.marks if mark.first in told]
        own = asked & _ASKED or {"have", "when"} <= asked or any(kind.startswith("f_") for kind in asked)
        ordered = any(mark.kind in _WRITES and self._orders(mark) for mark in inside)
        if not own or ordered or asked & _OF_WHAT_IS_TOLD:
            return
        self.aside = told
        if any(mark.when is not None and not mark.when.dated for mark in self.all("when") if mark.first not in told):
            asked.discard("when")  # « … vendredi, suis-je libre en après-midi »
        if asked & {"who", "i", "mine", "everyone"}:
            asked.add("technician")
        if any(word.text in spelling.BEFORE_A_NAME for place, word in enumerate(self.words) if place not in told):
            asked.add("city")
        of_it = [mark for mark in self.all("when") if mark.first not in told and self._is_that_day(mark)]
        if of_it and any(mark.kind == "when" for mark in inside):
            self.marks = [mark for mark in self.marks if mark not in of_it]
            self.marks += [Mark("filler", mark.first, mark.last) for mark in of_it]
            asked.discard("when")
        stay = [mark for mark in inside if mark.kind in _STAY_ASIDE and mark.kind not in asked]
        kept = {place for mark in stay for place in range(mark.first, mark.last)}
        kept |= {place for place in told if self._names_somebody(place)}
        self.marks = [mark for mark in self.marks if mark.first not in told] + stay
        self.marks += [Mark("aside", place, place + 1) for place in told - kept]
        self.marks.sort(key=lambda mark: (mark.first, mark.last))

    def _is_that_day(self, mark: Mark) -> bool:
        """« ma soeur se marie le 4, ai-je de quoi cette journée-là »."""
        return self.text(mark.first, mark.last) in _THAT_DAY

    def _orders(self, mark: Mark) -> bool:
        """« oublie mon rv »; not « j'ai oublié mon cell », « on avance l'heure », « annule rien »."""
        told = self.word(mark.first - 1) in _TOLD or self.word(mark.last - 1) in _NOTHING
        return not told and self.word(mark.last) not in _NOTHING

    def _names_somebody(self, place: int) -> bool:
        """« Mme Roy », « Luc Roy », inside what is told."""
        word, before = self.words[place], self.word(place - 1)
        if self.question.folded[word.end : word.end + 1] == "'":
            return False  # « m'écrire »
        if word.text in spelling.BEFORE_A_NAME:
            return place + 1 < len(self.words) and self._names_somebody(place + 1)
        before = self.word(place - 2) if before == "." else before
        glued = place > 0 and self.question.folded[word.start - 1] == "'"
        titled = before in spelling.BEFORE_A_NAME and not glued
        is_lone = titled and not self.kinds_at(place) and word.text not in ordinary()
        return is_lone or (word.capital and place > 0 and word.text in names())

    def _mark_phrases(self, vocabulary: Vocabulary) -> None:
        """Names of several words first (« de la Place des Arts » is no free place), then the longest at each place."""
        self._mark_longest((vocabulary.lexicon,), shortest=2)
        self._mark_longest((vocabulary.lexicon, house()), shortest=1)

    def _mark_longest(self, lexicons: tuple[Lexicon, ...], *, shortest: int) -> None:
        place = 0
        while place < len(self.spelled):
            end, meanings = self._longest(place, lexicons)
            if end - place >= shortest:
                self._taken.update(range(place, end))
                self.marks += [Mark(meaning.kind, place, end, meaning.value) for meaning in meanings]
            place = max(end, place + 1)

    def _are_elided(self, first: int, last: int) -> bool:
        """« j'm'en vas »: two letters that are no initials."""
        said = self.words[first:last]
        return (
            last - first == 2
            and all(len(word.text) == 1 for word in said)
            and "'" in self.question.folded[said[0].start : said[1].start]
        )

    def _longest(self, place: int, lexicons: tuple[Lexicon, ...]) -> tuple[int, list[Meaning]]:
        best, meanings = place, list[Meaning]()
        for lexicon in lexicons:
            for end, found in lexicon.at(self.spelled, place):
                if end < best or not self._taken.isdisjoint(range(place, end)) or self._are_elided(place, end):
                    continue
                meanings = [*(meanings if end == best else ()), *found]
                best = end
        return best, list(dict.fromkeys(meanings))
