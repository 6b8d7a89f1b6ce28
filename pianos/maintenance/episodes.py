"""The story of one type of problem at one place, told by notes and by people, cut into episodes.

An episode opens with a note that leaves the problem open and ends with the first later word that it is put right, or
when a person closes it. The same events give the same episodes whatever order they arrived in: a note written late
takes its place. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Kind(IntEnum):
    """What an event does. Of one instant, people speak after notes."""

    OPEN = 1
    """A note leaves the problem open."""
    BRIEF = 2
    """A note tells of the problem, and that it was put right before leaving."""
    RIGHT = 3
    """A note only tells that it is right."""
    CLOSED = 4
    """A person resolved it, or put it away."""
    REOPENED = 5


@dataclass(frozen=True)
class Event:
    """`key` names the note or the act it comes from."""

    at: datetime
    kind: Kind
    key: str


@dataclass
class Episode:
    """What was told from its opening to its end; `closed` is the event that ended it."""

    opened: Event
    events: list[Event] = field(default_factory=list)
    closed: Event | None = None

    @property
    def keys(self) -> set[str]:
        return {one.key for one in self.events}

    @property
    def last_told(self) -> Event:
        """The latest note that tells of the problem."""
        return [one for one in self.events if one.kind in (Kind.OPEN, Kind.BRIEF)][-1]


def episodes(events: Iterable[Event]) -> list[Episode]:
    """The episodes, oldest first."""
    found: list[Episode] = []
    for event in sorted(events, key=lambda one: (one.at, one.kind, one.key)):
        last = found[-1] if found else None
        current = last if last and last.closed is None else None
        if event.kind in (Kind.OPEN, Kind.BRIEF):
            if current is None:
                current = Episode(event)
                found.append(current)
            current.events.append(event)
            if event.kind is Kind.BRIEF:
                current.closed = event
        elif event.kind in (Kind.RIGHT, Kind.CLOSED):
            if current is not None:
                current.events.append(event)
                current.closed = event
        elif last is not None:  # reopened: what closed it before no longer counts
            last.closed = None
            last.events.append(event)
    return found
