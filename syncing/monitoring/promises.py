"""What each entity promises, and which readings keep it: a wider reading keeps every promise of a narrower one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from syncing import french
from syncing.models import Leg
from syncing.registry import Entity
from syncing.vocabulary import WIDTHS, Mode


@dataclass(frozen=True)
class Promise:
    """How old what a mode reads may be."""

    mode: Mode
    limit: timedelta

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The readings that keep it."""
        return WIDTHS[WIDTHS.index(self.mode) :]


def promises(entity: Entity) -> tuple[Promise, ...]:
    """Everything an entity promises, the strictest first; its own promise is about its current reading."""
    limits = {Mode.INCREMENTAL: entity.promise}
    for mode, read in entity.reads.items():
        if read.promise is not None and mode in WIDTHS:
            limits[mode] = min(read.promise, limits.get(mode, read.promise))
    return tuple(Promise(mode, limit) for mode, limit in sorted(limits.items(), key=lambda one: one[1]))


def known_at(leg: Leg) -> datetime | None:
    """Up to when a sealed leg tells the truth: the first pages of a resumed one are as old as its start."""
    if leg.sealed_at is None:
        return None
    return leg.started_at if leg.resumed else leg.sealed_at


def score(age: timedelta | None, limit: timedelta) -> float:
    """100 while the promise is kept, then its share of the age; 0 for what was never read."""
    if age is None:
        return 0.0
    return 100.0 if age <= limit else round(100 * limit / age, 1)


def age_of(when: datetime | None, now: datetime) -> timedelta | None:
    return max(french.elapsed(when, now), timedelta()) if when else None
