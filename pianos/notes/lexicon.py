"""The words of each type of problem and those that turn their meaning, found in a note longest phrase first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product

from pianos.notes.pages import lines
from pianos.notes.spelling import Speller
from pianos.notes.tokens import Shape, cut

ARTICLES = frozenset(("le", "la", "les", "l", "de", "du", "des", "d", "the", "un", "une", "an"))


class Role(Enum):
    """What a phrase does; those down to `MISSED` are said of a thing, the others turn what is said."""

    SUBJECT = "subject"
    WRONG = "wrong"
    RIGHT = "right"
    TO_DO = "to_do"
    DEED = "deed"
    PROBLEM = "problem"
    RESOLUTION = "resolution"
    MISSED = "missed"
    NOT = "not"
    NO_MORE = "no_more"
    STILL = "still"
    MUST = "must"
    DID = "did"
    UNREAL = "unreal"
    SETTLED = "settled"
    TO_SETTLE = "to_settle"
    WRONG_AGAIN = "wrong_again"
    NEUTRAL = "neutral"
    FOREIGN = "foreign"
    LEAVING = "leaving"


@dataclass(frozen=True)
class Cue:
    """A phrase’s meaning; `thing` is empty for words that only turn one. Two vague ones prove nothing together."""

    role: Role
    type: str = ""
    thing: str = ""
    is_vague: bool = False


@dataclass(frozen=True)
class Keyword:
    """A phrase added by the office: a problem, or a resolution, of one type."""

    type: str
    phrase: str
    is_resolution: bool = False


class Lexicon:
    """A tree of words; every phrase ends on the cues it has."""

    def __init__(self, phrases: Iterable[tuple[Sequence[str], Cue]]) -> None:
        self._tree: dict[str, dict] = {}  # type: ignore[type-arg]  # a tree of itself; "" holds the cues
        self.missed: dict[str, str] = {}
        words: set[str] = set()
        self._phrases = tuple((tuple(phrase), cue) for phrase, cue in phrases)
        for phrase, cue in self._phrases:
            if cue.role is Role.MISSED:
                self.missed[cue.thing] = cue.type
                continue
            branch = self._tree
            for word in phrase:
                branch = branch.setdefault(word, {})
            branch.setdefault("", {})[cue] = None
            words.update(phrase)
        self.speller = Speller(words, meaning=self._meaning)

    def with_keywords(self, keywords: Iterable[Keyword], *, types: Iterable[str] | None = None) -> Lexicon:
        """This one and the phrases of the office; with `types`, those types only."""
        kept = self._phrases if types is None else [one for one in self._phrases if one[1].type in {"", *types}]
        added = [
            (words, Cue(Role.RESOLUTION if one.is_resolution else Role.PROBLEM, one.type, f"={one.type}"))
            for one in keywords
            if (words := phrase_words(one.phrase))
        ]
        return Lexicon([*kept, *added])

    def _meaning(self, word: str) -> frozenset[object]:
        """What the word is by itself; a word that only stands in phrases means itself."""
        return frozenset(self._tree.get(word, {}).get("", ())) or frozenset((word,))

    @cached_property
    def types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cue.type for _, cue in self._phrases if cue.type))

    def longest_at(self, words: Sequence[str], place: int) -> tuple[int, tuple[Cue, ...]] | None:
        """The longest phrase that starts at this word: where it ends, and its cues. Articles inside it are skipped."""
        branch, found = self._tree, None
        for end in range(place, len(words)):
            following = branch.get(words[end])
            if following is None:
                if end > place and words[end] in ARTICLES and branch is not self._tree:
                    continue
                break
            branch = following
            if "" in branch:
                found = end + 1, tuple(branch[""])
        return found


def phrase_words(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase, articles aside: « Besoin d’une rallonge » → `besoin rallonge`."""
    words = [token.text for token in cut(phrase) if token.shape is not Shape.MARK]
    return tuple(word for word in words if word not in ARTICLES) or tuple(words)


def _choices(phrases: str) -> Iterator[tuple[str, ...]]:
    for phrase in phrases.split(","):
        for choice in product(*(word.split("/") for word in phrase.split())):
            yield tuple(word for word in choice if word not in ARTICLES) or choice


def _load() -> Iterator[tuple[tuple[str, ...], Cue]]:
    kind = thing = ""
    for line in lines("problems.txt"):
        if line.startswith("["):
            kind, _, thing = (part.strip() for part in line.strip("[]").partition(":"))
            continue
        label, _, phrases = line.partition(":")
        for words in _choices(phrases):
            plain = tuple(word.lstrip("~") for word in words)
            yield plain, Cue(Role(label), kind, thing, is_vague=plain != words)
    for line in lines("cues.txt"):
        label, _, phrases = line.partition(":")
        for words in _choices(phrases):
            yield words, Cue(Role(label))


DEFAULT = Lexicon(_load())
