"""How old the rows of an answer are: the seals of the entities it was read from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from assistant.answering.contract import Age
from syncing import french
from syncing.monitoring.freshness import glance


def ages(names: Collection[str], now: datetime) -> tuple[Age, ...]:
    """One per entity read; one query."""
    if not names:
        return ()
    return tuple(Age(state.name, state.label, state.last_sync) for state in glance(now) if state.name in names)


def told(read: tuple[Age, ...], now: datetime) -> str:
    """« Données de 14 h 25 »: the oldest, which is the one that may mislead."""
    known = [one.at for one in read if one.at is not None]
    if not known:
        return ""
    return french.data_of(min(known), now) if len(known) == len(read) else "Données incomplètes"
