"""Counts that disagree: here and in Gazelle, announced and seen. A person may accept a difference, for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncing.digests import digest, raw_bytes
from syncing.models import AcceptedGap, Suspension
from syncing.monitoring import freshness
from syncing.monitoring.freshness import Audit
from syncing.registry import Entity


class Counted(Protocol):
    """What was counted of one entity: a state, or `freshness.Compared`."""

    @property
    def announced(self) -> int | None: ...
    @property
    def distinct(self) -> int | None: ...
    @property
    def audit(self) -> Audit | None: ...


@dataclass(frozen=True)
class Gap:
    """Two counts that should be one: `ours` is what we counted, `theirs` what Gazelle says."""

    kind: str
    name: str
    ours: int
    theirs: int

    @property
    def seen(self) -> str:
        """The difference as it is shown: a form carries it back."""
        return digest(raw_bytes([self.kind, self.name, self.ours, self.theirs]))


@dataclass(frozen=True)
class Question:
    """A gap nobody accepted yet, with the table it is about."""

    gap: Gap
    entity: Entity
    at: datetime | None

    @property
    def is_audit(self) -> bool:
        return self.gap.kind == AcceptedGap.AUDIT

    @property
    def missing(self) -> int:
        """How many are missing here; negative when there are more here than in Gazelle."""
        return self.gap.theirs - self.gap.ours


def gap_of(name: str, counted: Counted) -> Gap | None:
    """The difference to be told: a total that lies explains a count that differs."""
    if counted.announced is not None and counted.distinct is not None and counted.announced != counted.distinct:
        return Gap(AcceptedGap.TOTALS, name, counted.distinct, counted.announced)
    if counted.audit and not counted.audit.counts_agree:
        return Gap(AcceptedGap.AUDIT, name, counted.audit.here, counted.audit.in_gazelle)
    return None


def unanswered(gaps: Iterable[Gap]) -> list[Gap]:
    """Those that no decision explains: none suspended or refused about these records, none accepted as they are.

    Two queries at most. A difference is accepted for its size: another size is another question.
    """
    gaps = list(gaps)
    if not gaps:
        return []
    names = [gap.name for gap in gaps]
    decided = Suspension.objects.filter(kind=Suspension.DELETION, entity__in=names)
    explained = {
        entity for entity, at, accepted in decided.values_list("entity", "decided_at", "accepted")
        if at is None or accepted is False
    }  # fmt: skip
    sizes = {
        (kind, entity): ours - theirs
        for kind, entity, ours, theirs in AcceptedGap.objects.filter(entity__in=names).values_list(
            "kind", "entity", "ours", "theirs"
        )
    }
    return [
        gap
        for gap in gaps
        if not (gap.kind == AcceptedGap.AUDIT and gap.name in explained)
        and sizes.get((gap.kind, gap.name)) != gap.ours - gap.theirs
    ]


def questions(now: datetime) -> list[Question]:
    """What there is to decide about counts; three queries at most."""
    counted = {one.entity.name: one for one in freshness.compared(now)}
    found = (gap_of(name, one) for name, one in counted.items())
    return [
        Question(gap, one.entity, one.audit.at if one.audit else None)
        for gap in unanswered(gap for gap in found if gap is not None)
        for one in [counted[gap.name]]
    ]
