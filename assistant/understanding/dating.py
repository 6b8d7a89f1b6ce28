"""Dates among the words of a question: what the grammar of times is given to read, and whether the past is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from assistant.understanding import times
from assistant.understanding.lexicon import house, names
from assistant.understanding.spelling import BEFORE_A_NAME
from assistant.understanding.text import Question
from assistant.understanding.words import Word, word_set

# Words that say a question is about what has happened: « en mars » is then the last March.
_PAST_CUES = word_set(
    "history stats interventions reading humidity temperature pitch service_notes last_time w_past ete invoice billed "
    "recurring notes_search charged_for"
)
_IMPERFECT = word_set("etait etaient avait avaient avions etions")
_AUXILIARIES = word_set("a ai as ont avons avez est sommes suis avait avions")
_PARTICIPLES = word_set(
    "fait faits faite faites vu vus accorde accordes alle alles allee passe passes venu venus facture eu eus travaille "
    "fini repare repares ete roule charge depense note ecrit mentionne mesure"
)
# What the grammar of times would read a date in: « par mois », « la dernière fois », « a été ».
_NOT_TIMES = word_set(
    "per_technician per_month per_week per_day per_city per_neighborhood per_make per_client per_year ete first_one "
    "last_time greeting elsewhere_topic up_to_date revenue free at_once"
)
_SUBJECTS = word_set("on t il elle ils elles nous vous")
_HOURS = frozenset({"h", "heure", "heures"})
_LENGTHS = word_set("une deux trois quatre cinq six demi")
_HOUR = re.compile(r"\d{1,2}h\d{0,2}")
_CLOCK = _HOURS | word_set("matin matinee avant apres midi soir soiree aprem am pm en le la l d a entre et vers")
_SAINTS = frozenset({"saint", "st", "sainte", "ste"})
_ALSO_NAMES = word_set("noel avril mai mars janvier fevrier lundi dimanche samedi printemps hiver paques")
_ENGLISH_WORDS = frozenset({"we", "am"})
_ENGLISH = word_set(
    "time visited were went been saw serviced tuned last working seeing do can have are should will need did had got "
    "the i"
)


def is_year(word: str) -> bool:
    """« 2025 »: a year of this company's books."""
    return word.isdigit() and len(word) == 4 and 1990 <= int(word) <= 2099


def is_past(spelled: list[str]) -> bool:
    """The sentence is about what has been."""
    # « en mesure de » measures nothing.
    spelled = ["#" if word == "mesure" and spelled[place - 1] == "en" else word for place, word in enumerate(spelled)]
    kinds = {
        meaning.kind for place in range(len(spelled)) for _, found in house().at(spelled, place) for meaning in found
    }
    said = [word for word in spelled if word not in _SUBJECTS]  # « est-on allé »
    composed = any(word in _PARTICIPLES and before in _AUXILIARIES for before, word in pairwise(said))
    was = bool(_IMPERFECT & set(spelled))
    return (bool(kinds & _PAST_CUES) or composed or was) and not kinds & {"next", "due_date"}


def find(
    question: Question, words: list[Word], spelled: list[str], taken: set[int], now: datetime, *, past: bool
) -> Iterator[tuple[int, int, times.When]]:
    """Every date with the words that say it, slips mended, without what is no date of this question."""
    struck = taken | _false_times(words, spelled)
    text, starts = "", list[int]()
    for place, word in enumerate(words):
        if place and word.start < words[place - 1].end:
            between = " "
        else:
            between = question.folded[words[place - 1].end if place else 0 : word.start]
            between = between or ("'" if place and words[place - 1].text.isalpha() and word.text.isalpha() else "")
        starts.append(len(text) + len(between))
        text += between + ("#" * len(word.text) if place in struck else spelled[place])
    readable = Question(text, text, tuple(range(len(text))))
    for when in times.find(readable, now, past=past):
        first = max(place for place, start in enumerate(starts) if start <= when.first)
        last = max(place for place, start in enumerate(starts) if start < when.last) + 1
        # « lundi et jeudi » is one expression that names two days.
        if struck.isdisjoint(range(first, last)):
            yield first, last, _of_the_whole_period(when, spelled[first:last], now, past=past)


def _of_the_whole_period(when: times.When, words: list[str], now: datetime, *, past: bool) -> times.When:
    """« avant 9 h cette semaine » is about every morning of the week, not of its first day."""
    if not when.dated or not (when.part_of_day or when.time or when.after_time or when.before_time):
        return when
    clock = {at for at, word in enumerate(words) if word in _CLOCK or _HOUR.fullmatch(word)}
    clock |= {at for at, word in enumerate(words) if word[0].isdigit() and at + 1 in clock and words[at + 1] in _HOURS}
    text = " ".join("#" if at in clock else word for at, word in enumerate(words))
    read = times.find(Question(text, text, tuple(range(len(text)))), now, past=past)
    if len(read) != 1 or read[0].grain not in ("week", "month", "quarter", "year"):
        return when
    return replace(when, start=read[0].start, end=read[0].end, grain=read[0].grain)


def _false_times(words: list[Word], spelled: list[str]) -> set[int]:
    """The words of « par mois », « la dernière fois », « a été »."""
    struck: set[int] = set()
    for place, word in enumerate(spelled):
        for end, meanings in house().at(spelled, place):
            kinds = {meaning.kind for meaning in meanings}
            if (end - place > 1 and kinds & _NOT_TIMES) or (end - place > 2 and kinds & {"city", "neighborhood"}):
                struck.update(range(place, end))
        if word in ("annee", "an") and place + 1 < len(words) and is_year(spelled[place + 1]):
            struck.update((place, place + 1))  # « de l'année 2025 » is no current year
        if word == "passe" and place and spelled[place - 1] in ("je", "tu", "on", "y"):
            struck.add(place)  # « où je passe demain »
        if word in _HOURS and _is_a_length(spelled, place):
            struck.update(range(place - 1, place + (3 if spelled[place + 1 : place + 2] == ["et"] else 1)))
        if word == "mrs" or (word in _ENGLISH_WORDS and _is_english(spelled, place)):
            struck.add(place)
        if _is_in_a_name(words, spelled, place):
            struck.update((place, place + 1) if word in _SAINTS else (place,))
    return struck


def _is_a_length(spelled: list[str], place: int) -> bool:
    """« booke-moi une heure lundi », « bloque 3 heures »: how long, not when."""
    if place < 2 or not (spelled[place - 1] in _LENGTHS or spelled[place - 1].isdigit()):
        return False
    kinds = {meaning.kind for end, found in house().at(spelled, place - 2) for meaning in found if end <= place}
    return bool(kinds & {"w_create", "w_block", "w_put"}) or (spelled[place - 2] in ("moi", "me") and place > 2)


def _is_english(spelled: list[str], place: int) -> bool:
    """« do we have », « am I working »: no week-end, no morning."""
    return bool({*spelled[max(place - 1, 0) : place], *spelled[place + 1 : place + 2]} & _ENGLISH)


def _is_in_a_name(words: list[Word], spelled: list[str], place: int) -> bool:
    """« l'église Saint-Jean », « Mme Avril », « Noël Gagnon », « Philippe Lundi » are no feast, no month, no day."""
    word, before = spelled[place], spelled[place - 1] if place else ""
    if before == "." and place > 1:
        before = spelled[place - 2]
    if before in ("client", "cliente") and not words[place].capital:
        return False  # « un client lundi matin »
    if word in _SAINTS:
        organisations = {meaning.kind for _, found in house().at(spelled, max(place - 1, 0)) for meaning in found}
        return before in BEFORE_A_NAME or "organisation" in organisations
    if word not in _ALSO_NAMES:
        return False
    after = spelled[place + 1] if place + 1 < len(spelled) else ""
    follows_a_name = place > 0 and words[place - 1].capital and (before in names() or before not in house().words)
    return before in BEFORE_A_NAME or (words[place].capital and (follows_a_name or after in names()))
