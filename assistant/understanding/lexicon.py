"""Phrases with what they mean, read from pages of data, found in a question longest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from assistant.understanding.words import Speller, plain, word_set

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Meaning:
    """What a phrase hints at (`kind`: a cue, `city`, `make`, `technician`…), and its canonical form."""

    kind: str
    value: str = ""


class Lexicon:
    """A tree of words; every phrase ends on the meanings it has."""

    def __init__(self) -> None:
        self._tree: dict[str, dict] = {}  # type: ignore[type-arg]  # a tree of itself; "" holds the meanings
        self.words: set[str] = set()

    def add(self, phrase: Sequence[str], meaning: Meaning) -> None:
        branch = self._tree
        for word in phrase:
            branch = branch.setdefault(word, {})
        meanings = branch.setdefault("", {})
        meanings[meaning] = None
        self.words.update(phrase)

    def at(self, words: Sequence[str], place: int) -> Iterator[tuple[int, tuple[Meaning, ...]]]:
        """Every phrase that starts at this word, with where it ends, shortest first."""
        branch = self._tree
        for end in range(place, len(words)):
            found = branch.get(words[end])
            if found is None:
                return
            branch = found
            if "" in branch:
                yield end + 1, tuple(branch[""])


def lines(name: str) -> list[str]:
    """The lines of a page of data, without its comments."""
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def names() -> frozenset[str]:
    """First and last names, folded."""
    return frozenset(" ".join(lines("names.txt")).split())


@cache
def cues() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Every cue with its phrases, as words."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in lines("cues.txt"):
        label, _, phrases = line.partition(":")
        found[label] = tuple(
            tuple(word for word in choice if word != "_")
            for phrase in phrases.split(",")
            for choice in product(*(plain_choices(word) for word in phrase.split()))
        )
    return found


def plain_choices(word: str) -> list[str]:
    """« confirme/confirmée » → both, folded."""
    return ["_" if choice == "_" else " ".join(plain(choice)) for choice in word.split("/")]


@cache
def listed(name: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The lines of a page of places or makes: block, canonical name, every way to write it."""
    block, found = "", []
    for line in lines(name):
        if line.startswith("["):
            block = line.strip("[]")
            continue
        canonical, _, others = line.partition(" = ")
        found.append((block, canonical, (canonical, *(other.strip() for other in others.split(",") if other.strip()))))
    return tuple(found)


def written(name: str) -> Iterator[tuple[str, ...]]:
    """The ways a name is written: « Saint » also « St », « Sainte » « Ste », glued when the words are two."""
    words = plain(name)
    forms = [words]
    for full, short in (("saint", "st"), ("sainte", "ste"), ("notre", "n"), ("mont", "mt")):
        if full in words:
            forms.append(tuple(short if word == full else word for word in words))
    if words[0] in ("le", "la", "l", "les") and len(words) > 1:
        forms.append(words[1:])
    yield from forms


@cache
def house() -> Lexicon:
    """The cues, the places and the makes: everything that is no name of this company's people."""
    lexicon = Lexicon()
    for label, phrases in cues().items():
        for phrase in phrases:
            lexicon.add(tuple(" ".join(phrase).split()), Meaning(label))
    for block, canonical, ways in listed("places.txt"):
        for way in ways:
            for form in written(way):
                lexicon.add(form, Meaning(block, canonical))
    for _, canonical, ways in listed("makes.txt"):
        for way in ways:
            lexicon.add(plain(way), Meaning("make", canonical))
    return lexicon


@cache
def speller() -> Speller:
    """Mends the words of the house and of dates; short words that say nothing are near too many others."""
    fillers = {phrase[0] for phrase in cues()["filler"] if len(phrase) == 1}
    telling = {word for label, phrases in cues().items() if label != "filler" for phrase in phrases for word in phrase}
    long_fillers = {word for word in fillers if len(word) > 5}
    return Speller(telling | long_fillers | _proper() | time_words(), kept=names() | ordinary() | fillers)


@cache
def proper_speller() -> Speller:
    """Mends places, makes and dates only: what a capital in mid-sentence may be."""
    return Speller(_proper() | time_words(), kept=names() | ordinary() | house().words)


# Of « donner » and of « finir », folded.
_ENDINGS = {
    "er": word_set(
        "er e es ons ez ent ai as a ais ait ions iez aient ant ee ees "
        "era erai eras erons erez eront erais erait eraient"
    ),
    "ir": word_set("ir i is it ie ies issons issez issent issais issait issaient issant ira irai irait iront"),
}


@cache
def ordinary() -> frozenset[str]:
    """Words of the trade and of every day, and verbs in all their forms, folded."""
    return verbs() | everyday()


@cache
def everyday() -> frozenset[str]:
    """Words of the trade and of every day that are no verbs, folded."""
    return frozenset(" ".join(lines("words.txt")).split())


@cache
def verbs() -> frozenset[str]:
    """Verbs in all their forms, folded."""
    said: set[str] = set()
    for infinitive in " ".join(lines("verbs.txt")).split():
        stem, endings = infinitive[:-2], _ENDINGS[infinitive[-2:]]
        said.update(stem + ending for ending in endings)
        if stem.endswith("g"):  # « déménageait »
            said.update(f"{stem}e{ending}" for ending in endings if ending[0] in "ao")
    return frozenset(said)


@cache
def time_words() -> frozenset[str]:
    """What dates and hours are said with."""
    return frozenset(" ".join(lines("time_words.txt")).split())


@cache
def _proper() -> frozenset[str]:
    pages = (listed("places.txt"), listed("makes.txt"))
    return frozenset(word for page in pages for _, _, ways in page for way in ways for word in plain(way))
