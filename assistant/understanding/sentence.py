"""A question with its words marked: literals, dates, names of people and places, cues. A word bears one mark."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from assistant.understanding import times
from assistant.understanding.lexicon import Lexicon, Meaning, house, names, proper_speller, speller
from assistant.understanding.text import Question
from assistant.understanding.vocabulary import Vocabulary
from assistant.understanding.words import cut, is_one_slip, word_set

# What is written once and means itself: nothing else is read inside.
_PATTERNS = (
    ("quote", re.compile(r"«\s*([^»]+?)\s*»|“\s*([^”]+?)\s*”|\"\s*([^\"]+?)\s*\"")),
    ("client_id", re.compile(r"\b((?:cli|con)_\w+)", re.IGNORECASE)),
    ("appointment_id", re.compile(r"\b((?:evt|apt|app|rdv)_\w+)", re.IGNORECASE)),
    ("email", re.compile(r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")),
    ("markup", re.compile(r"(</?[a-z][^>]*>)")),
    ("phone", re.compile(r"(?<![\w-])((?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}|\d{3}-\d{4})(?![\w-])")),
)
LITERALS = tuple(kind for kind, _ in _PATTERNS)
# Words that say a question is about what has happened: « en mars » is then the last March.
_PAST_CUES = word_set(
    "history stats interventions reading humidity temperature pitch service_notes last_time w_past ete invoice billed "
    "recurring notes_search charged_for"
)
_IMPERFECT = word_set("etait etaient avait avaient avions etions")
_AUXILIARIES = word_set("a ai as ont avons avez est sommes suis avait avions")
_PARTICIPLES = word_set(
    "fait faits faite faites vu vus accorde accordes alle alles allee passe passes venu venus facture eu travaille "
    "fini repare repares ete roule charge depense note ecrit mentionne mesure"
)
# What the grammar of times would read a date in: « par mois », « la dernière fois », « a été ».
_NOT_TIMES = word_set(
    "per_technician per_month per_week per_day per_city per_neighborhood per_make per_client per_year ete first_one "
    "last_time greeting elsewhere_topic"
)


_GREETINGS = word_set("salut allo bonjour hey hi bonsoir s il te vous plait stp svp")
_HOURS = frozenset({"h", "heure", "heures"})
_HOUR = re.compile(r"\d{1,2}h\d{0,2}")
_CLOCK = _HOURS | word_set("matin matinee avant apres midi soir soiree aprem am pm en le la l d a entre et vers")
_SAINTS = frozenset({"saint", "st", "sainte", "ste"})
_ALSO_NAMES = frozenset({"noel", "avril", "mai", "mars", "janvier", "dimanche", "printemps", "hiver", "paques"})
_BEFORE_A_NAME = word_set("chez m mme madame monsieur mr dr client cliente famille rue")
# Phone spelling that the grammar of times does not know.
_SPELLED_OUT = {"ds": "dans", "pr": "pour", "sem": "semaine"}


def is_year(word: str) -> bool:
    """« 2025 »: a year of this company's books."""
    return word.isdigit() and len(word) == 4 and 1990 <= int(word) <= 2099


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
        self.now = now
        self.marks: list[Mark] = []
        self._taken: set[int] = set()
        self._mark_literals()
        self.spelled = spelled = [self._spelled(place, vocabulary) for place in range(len(self.words))]
        self.past = past or self._is_past(spelled)
        self._mark_times()
        self._mark_near_names(spelled, vocabulary)
        self._mark_phrases(vocabulary)
        self.marks.sort(key=lambda mark: (mark.first, mark.last))

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
        """Dates are read with slips mended, and without what is no date of this question."""
        struck = self._taken | self._false_times()
        text, starts = "", list[int]()
        for place, word in enumerate(self.words):
            between = self.question.folded[self.words[place - 1].end if place else 0 : word.start]
            starts.append(len(text) + len(between))
            said = _SPELLED_OUT.get(self.spelled[place], self.spelled[place])
            text += between + ("#" * len(word.text) if place in struck else said)
        readable = Question(text, text, tuple(range(len(text))))
        for when in times.find(readable, self.now, past=self.past):
            first = max(place for place, start in enumerate(starts) if start <= when.first)
            last = max(place for place, start in enumerate(starts) if start < when.last)
            if struck.isdisjoint(range(first, last + 1)):
                # « lundi et jeudi » is one expression that names two days.
                self._taken.update(range(first, last + 1))
                self.marks.append(Mark("when", first, last + 1, when=self._of_the_whole_period(when, first, last + 1)))

    def _of_the_whole_period(self, when: times.When, first: int, last: int) -> times.When:
        """« avant 9 h cette semaine » is about every morning of the week, not of its first day."""
        if not when.dated or not (when.part_of_day or when.time or when.after_time or when.before_time):
            return when
        words = self.spelled[first:last]
        clock = {at for at, word in enumerate(words) if word in _CLOCK or _HOUR.fullmatch(word)}
        clock |= {
            at for at, word in enumerate(words) if word[0].isdigit() and at + 1 in clock and words[at + 1] in _HOURS
        }
        text = " ".join("#" if at in clock else word for at, word in enumerate(words))
        read = times.find(Question(text, text, tuple(range(len(text)))), self.now, past=self.past)
        if len(read) != 1 or read[0].grain not in ("week", "month", "quarter", "year"):
            return when
        return replace(when, start=read[0].start, end=read[0].end, grain=read[0].grain)

    def _false_times(self) -> set[int]:
        """The words of « par mois », « la dernière fois », « a été »."""
        struck: set[int] = set()
        for place, word in enumerate(self.spelled):
            for end, meanings in house().at(self.spelled, place):
                kinds = {meaning.kind for meaning in meanings}
                if (end - place > 1 and kinds & _NOT_TIMES) or (end - place > 2 and kinds & {"city", "neighborhood"}):
                    struck.update(range(place, end))
            if word in ("annee", "an") and is_year(self.word(place + 1)):
                struck.update((place, place + 1))  # « de l'année 2025 » is no current year
            if self._is_in_a_name(place, word):
                struck.update((place, place + 1) if word in _SAINTS else (place,))
        return struck

    def _is_in_a_name(self, place: int, word: str) -> bool:
        """« l'église Saint-Jean », « Mme Avril », « Noël Gagnon » are no feast and no month."""
        before = self.spelled[place - 1] if place else ""
        if before == "." and place > 1:
            before = self.spelled[place - 2]
        if word in _SAINTS:
            organisations = {
                meaning.kind for _, found in house().at(self.spelled, max(place - 1, 0)) for meaning in found
            }
            return before in _BEFORE_A_NAME or "organisation" in organisations
        if word not in _ALSO_NAMES:
            return False
        return before in _BEFORE_A_NAME or (
            self.words[place].capital and {before, self.word(place + 1)} & names() != set()
        )

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

    def _spelled(self, place: int, vocabulary: Vocabulary) -> str:
        """The word with a slip mended; of what may be somebody's name, only towards a place, a make or a date."""
        word = self.words[place]
        if word.text in vocabulary.lexicon.words or word.text in house().words:
            return word.text
        starts = all(one.text in _GREETINGS or one.is_mark for one in self.words[:place])
        cried = len(word.text) > 5 and self.question.as_typed(word.start, word.end).isupper()
        is_capital = word.capital and not (starts or cried or self._shouted)
        if is_capital or self.word(place - 1) in _BEFORE_A_NAME:
            return proper_speller().mend(word.text)
        return speller().mend(word.text)

    def _is_past(self, spelled: list[str]) -> bool:
        kinds = {
            meaning.kind
            for place in range(len(spelled))
            for _, found in house().at(spelled, place)
            for meaning in found
        }
        composed = any(word in _PARTICIPLES and before in _AUXILIARIES for before, word in pairwise(spelled))
        was = bool(_IMPERFECT & set(spelled))
        return (bool(kinds & _PAST_CUES) or composed or was) and "next" not in kinds

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

    def _longest(self, place: int, lexicons: tuple[Lexicon, ...]) -> tuple[int, list[Meaning]]:
        best, meanings = place, list[Meaning]()
        for lexicon in lexicons:
            for end, found in lexicon.at(self.spelled, place):
                if end < best or not self._taken.isdisjoint(range(place, end)):
                    continue
                meanings = [*(meanings if end == best else ()), *found]
                best = end
        return best, list(dict.fromkeys(meanings))
