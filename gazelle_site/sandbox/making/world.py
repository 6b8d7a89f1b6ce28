"""What the makers share: the sizes, the dice, the calendar, and the records made so far."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from gazelle_site.sandbox.clock import to_utc
from gazelle_site.sandbox.entities import new_id
from gazelle_site.sandbox.filling import borrow, samples
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, Store, complete

T = TypeVar("T")

COMPANY_BEGINS = date(2016, 1, 4)


@dataclass(frozen=True)
class Size:
    """How many of each; the timeline covers that many years back from the reference day."""

    clients: int
    pianos: int
    events: int
    timeline: int
    timeline_years: int
    invoices: int
    estimates: int
    institution_pianos: tuple[int, ...]


SIZES = {
    "small": Size(40, 30, 120, 400, 2, 40, 20, (6, 3, 2, 2, 1, 0)),
    "demo": Size(4011, 1650, 11460, 55_000, 2, 6231, 900, (121, 61, 16, 4, 3, 0)),
    "real": Size(4011, 1650, 11460, 250_000, 9, 6231, 900, (121, 61, 16, 4, 3, 0)),
}
"""demo and real are the volumes seen in production; institution pianos are in the order of words.INSTITUTIONS."""


class Dice(random.Random):
    """Seeded draws, with the two verbs that read well."""

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.random() < probability

    def pick(self, values: Sequence[T]) -> T:
        """One of them (faster than choice, which guards against huge sequences)."""
        return values[int(self.random() * len(values))]


@dataclass
class World:
    """The company being made. Each maker has dice of its own, so that one more draw here changes nothing there."""

    store: Store
    size: Size
    seed: int
    today: date
    records: dict[str, list[Record]] = field(default_factory=dict)
    ghosts: dict[str, list[Record]] = field(default_factory=dict)
    identity: str = ""

    def dice(self, name: str) -> Dice:
        """The dice of one maker."""
        return Dice(f"{self.seed}:{name}")

    def add(self, type_name: str, dice: Dice, values: Record, *, ghost: bool = False) -> Record:
        """A whole record with an id, kept for loading."""
        record = complete(type_name, {"id": new_id(type_name, dice), **values})
        (self.ghosts if ghost else self.records).setdefault(type_name, []).append(record)
        return record

    def part(self, type_name: str, dice: Dice, values: Record) -> Record:
        """A whole record embedded in another."""
        return complete(type_name, {"id": new_id(type_name, dice), **values})

    def of(self, type_name: str) -> list[Record]:
        """What has been made of a type."""
        return self.records.setdefault(type_name, [])

    def spread(self, dice: Dice, count: int, *, years: float, until: date | None = None) -> list[date]:
        """Working days over the last years, oldest first, thicker towards the end as a growing company's are."""
        end = until or self.today
        span = max(30, int(years * 365.25))
        days = [end - timedelta(days=int(span * (1 - dice.random() ** 0.7))) for _ in range(count)]
        return sorted(day - timedelta(days=max(0, day.weekday() - 4)) for day in days)

    def moment(self, dice: Dice, day: date) -> str:
        """An office-hours instant of that day."""
        minutes = 8 * 60 + int(dice.random() * 540)
        return write_instant(to_utc(day, time(minutes // 60, minutes % 60, int(dice.random() * 60))))

    def later(self, dice: Dice, instant: str, days: int = 400) -> str:
        """An update some time after, never after the reference day; some with milliseconds as the real API mixes."""
        made = datetime.fromisoformat(instant)
        limit = to_utc(self.today, time(9))
        moved = min(made + timedelta(days=dice.random() ** 3 * days), max(made, limit))
        text = moved.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{text}.{int(dice.random() * 1000):03d}Z" if dice.chance(0.1) else f"{text}Z"

    def load(self) -> None:
        """Hand everything over to the store."""
        recorded = samples()
        for type_name, records in self.records.items():
            if type_name in recorded:
                borrow(type_name, records, recorded[type_name])
            self.store.load(type_name, records, ghosts=self.ghosts.get(type_name, ()))
