"""What a reconciliation did, counted with the engine's own words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from syncing.vocabulary import Outcome


@dataclass
class Tally:
    """What a reconciliation did; `failed` are surprises, `placeholders` counts by entity."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    placeholders: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    retried: int = 0
    faults: int = 0
    drifts: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    """(kind, path, value) → the ids where it was seen, a few of them."""

    def notice(self, kind: str, path: str, value: str, gazelle_id: str) -> None:
        """Something of Gazelle's that the declaration does not know."""
        self.drifts.setdefault((kind, path, value), []).append(gazelle_id)

    def add(self, other: Tally) -> None:
        self.outcomes.update(other.outcomes)
        self.placeholders.update(other.placeholders)
        self.failed += other.failed
        self.retried += other.retried
        self.faults += other.faults
        for drift, ids in other.drifts.items():
            self.drifts.setdefault(drift, []).extend(ids)
