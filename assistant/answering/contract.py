"""What an answer is made of. A text is pieces: words of ours, and facts that say which row they were read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from assistant.understanding.results import Outcome

UNREADABLE = "unreadable"
"""The database did not answer: nothing is known of what was asked, which is not « aucun »."""
NEVER_READ = "never_read"
"""Gazelle was never asked for what the answer would be read from."""


@dataclass(frozen=True)
class Fact:
    """A value shown, and where it comes from. What was counted or added up has no `id` but the name of the sum."""

    text: str
    entity: str
    """The entity of the mirror, `question` for what the asker said, `answer` for what was counted over the items."""
    id: str
    field: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Line:
    """A line of text, piece by piece; no piece of ours holds a number, a date or a name."""

    parts: tuple[str | Fact, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def facts(self) -> Iterator[Fact]:
        return (part for part in self.parts if isinstance(part, Fact))


def line(*parts: str | Fact | Line | None) -> Line:
    """A line of these pieces, lines opened; None says nothing."""
    opened: list[str | Fact] = []
    for part in parts:
        opened += part.parts if isinstance(part, Line) else () if part is None else (part,)
    return Line(tuple(opened))


def joined(separator: str, lines: Sequence[Line | Fact | None]) -> Line:
    """The lines that say something, with a separator between them."""
    kept = [one for one in lines if one is not None and str(one)]
    pieces: list[str | Fact | Line] = []
    for rank, one in enumerate(kept):
        pieces += [separator, one] if rank else [one]
    return line(*pieces)


@dataclass(frozen=True)
class Link:
    """Where to look further."""

    label: str
    url: str


@dataclass(frozen=True)
class Item:
    """One thing of the list an answer shows."""

    kind: str
    """`visit`, `event`, `client`, `piano`, `entry`, `measurement`, `invoice`, `note`, `count`."""
    id: str
    title: Line
    lines: tuple[Line, ...] = ()
    url: str = ""
    """Its page, for those who may open it."""
    phone: str = ""
    address: str = ""
    """On one line, for a map."""
    badges: tuple[str, ...] = ()
    start: datetime | None = None
    client: str = ""
    """The id of the client it is about."""
    city: str = ""

    @property
    def facts(self) -> Iterator[Fact]:
        """Everything it shows, with its source."""
        for one in (self.title, *self.lines):
            yield from one.facts


@dataclass(frozen=True)
class Age:
    """Up to when the answer's rows of one entity are known; None when it was never read."""

    entity: str
    label: str
    at: datetime | None


@dataclass(frozen=True)
class Focus:
    """The record a conversation is about from now on."""

    kind: str
    """`client` or `piano`."""
    id: str
    name: str


@dataclass(frozen=True)
class Answer:
    """What comes back to a question."""

    intent: str
    outcome: Outcome
    text: Line
    """One or a few whole sentences."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """As resolved: `client_id` beside `client_name`, the period that was applied."""
    period: tuple[date, date] | None = None
    """First and last day, both included."""
    period_text: str = ""
    """« le mardi 24 mars 2026 »."""
    scope: str = ""
    """« vous », « Maude Pilote », « toute l’équipe »."""
    items: tuple[Item, ...] = ()
    total: int | None = None
    """How many there are, of which `shown` are listed; a count alone lists none. None when nothing was counted."""
    age: tuple[Age, ...] = ()
    age_text: str = ""
    """« Données de 14 h 25 »: of the oldest."""
    links: tuple[Link, ...] = ()
    suggestions: tuple[str, ...] = ()
    """Questions that may be asked next."""
    choices: tuple[str, ...] = ()
    """What may be answered to the question an answer asks back, numbered from 1."""
    source: str = "rule"
    """`rule`, `keyword` or `semantic`."""
    focus: Focus | None = None
    code: str = ""
    """Of the error, when it is one."""
    notes: tuple[str, ...] = ()
    """What the answer does not know, said plainly."""

    @property
    def shown(self) -> int:
        return len(self.items)
