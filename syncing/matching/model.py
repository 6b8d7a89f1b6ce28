"""What a domain declares to have its records compared: fields, what each agreement is worth, what never decides alone.

Two records are the same thing, related things (two people of one household, two instruments of one room) or strangers.
Comparing a field gives findings; a finding says how often it is seen under each of the three (Fellegi and Sunter's
weights, with a third class: with two only, a couple at one address looks like one person).
No Django, no word of a trade.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar


class Decision(StrEnum):
    """What may be done with a pair."""

    SAME = "same"
    """Sure enough to be applied where nothing of Gazelle's is lost."""
    PERHAPS = "perhaps"
    """For a person to decide, with the reasons."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Finding:
    """What comparing one aspect of two records showed; `left` and `right` are as people wrote them."""

    aspect: str
    level: str
    left: str = ""
    right: str = ""
    shared: str = ""
    """What both have, in normal form: the rarer it is, the more it says."""
    holders: int | None = None
    """How many other records share it, when the census cannot know."""


@dataclass(frozen=True, slots=True)
class Level:
    """How often a finding is seen when two records are the same, are related, are strangers."""

    same: float
    related: float | None
    """None: proportional to how many share the value, such as the instruments of one owner."""
    stranger: float
    says: str = ""
    """French, such as « même prénom ({left}) »; `{left}` and `{right}` are what was written. "" is not said."""
    agrees: bool = False
    by_rarity: bool = False
    """Strangers share the value as often as it is met, besides."""


Findings = Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Rule:
    """What no sum of weights may override, and the remark that tells people why."""

    applies: Callable[[Findings], bool]
    at_most: Decision
    remark: str = ""
    rivals: Callable[[Findings], bool] = lambda findings: False
    """Whether a record met under this rule puts in doubt any other that looks surer; left is the one looked for."""


class Census:
    """How often each value is met among the records of an index."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._totals: Counter[str] = Counter()

    def add(self, counted: Iterable[tuple[str, str]]) -> None:
        """One record: each of its values counts once."""
        distinct = set(counted)
        for aspect, value in distinct:
            self._counts[aspect][value] += 1
        for aspect in {aspect for aspect, _ in distinct}:
            self._totals[aspect] += 1

    def count(self, aspect: str, value: str) -> int:
        """How many records have this value."""
        return self._counts[aspect][value]

    def total(self, aspect: str) -> int:
        """How many records have any."""
        return self._totals[aspect]


Value = TypeVar("Value", contravariant=True)


class Kind(Protocol[Value]):
    """How one kind of value is found, counted and compared."""

    def keys(self, values: tuple[Value, ...]) -> Iterable[str]:
        """Under which keys a record is filed: two records without a common key are never compared."""

    def looked_up(self, values: tuple[Value, ...]) -> Iterable[str]:
        """Under which keys its like is looked for: its own, and those of its distorted forms."""

    def counted(self, values: tuple[Value, ...]) -> Iterable[tuple[str, str]]:
        """(aspect, value) pairs whose rarity matters."""

    def compare(self, left: tuple[Value, ...], right: tuple[Value, ...], census: Census) -> Iterable[Finding]:
        """Findings, none when either side says nothing. Comparing the other way round finds the same."""


class Card(Protocol):
    """What the matcher sees of a record."""

    @property
    def id(self) -> str: ...


Record = TypeVar("Record", bound=Card)
Held = TypeVar("Held")


@dataclass(frozen=True)
class Field(Generic[Record]):
    """A kind of value bound to where a card holds it."""

    keys: Callable[[Record], Iterable[str]]
    looked_up: Callable[[Record], Iterable[str]]
    counted: Callable[[Record], Iterable[tuple[str, str]]]
    compare: Callable[[Record, Record, Census], Iterable[Finding]]


def on(read: Callable[[Record], tuple[Held, ...]], kind: Kind[Held]) -> Field[Record]:
    """`on(lambda card: card.phones, Phones())`."""

    def compare(left: Record, right: Record, census: Census) -> Iterable[Finding]:
        mine, theirs = read(left), read(right)
        return kind.compare(mine, theirs, census) if mine and theirs else ()

    return Field(
        lambda card: kind.keys(read(card)),
        lambda card: kind.looked_up(read(card)),
        lambda card: kind.counted(read(card)),
        compare,
    )


@dataclass(frozen=True, kw_only=True)
class Model(Generic[Record]):
    """Everything the matcher must know of one kind of record."""

    fields: tuple[Field[Record], ...]
    levels: Mapping[tuple[str, str], Level]
    """By (aspect, level)."""
    rules: tuple[Rule, ...] = ()
    """The first that applies gives the remark; all of them limit the decision."""
    expected_same: float = 0.1
    """How many records of the index a record is expected to repeat: with the size of the index, the prior."""
    expected_related: float = 0.05
    same_at: float = 0.99
    perhaps_at: float = 0.05
    order: tuple[str, ...] = field(default=())
    """In which order aspects are told."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """What is worth saying of an aspect that could not be compared, such as « téléphone inconnu »."""
