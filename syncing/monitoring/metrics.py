"""What one reading did, in figures: how much came, what became of it, how well and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from syncing import french
from syncing.models import Leg, StagedRecord
from syncing.monitoring.promises import known_at, promises, score
from syncing.registry import Registry
from syncing.vocabulary import RowState

PHASES = {
    "fetching": "lecture",
    "staging": "mise à l’abri",
    "reconciling": "rapprochement",
    "absences": "retraits",
    "audit": "vérification",
}
REASONS = 5
TOLD = 0.05  # seconds: a step that took less is « 0,0 s »


@dataclass(frozen=True)
class Metrics:
    """The figures of one leg."""

    fetched: int
    processed: int
    """Written here: created, changed, revived or marked gone."""
    skipped: int
    """Unchanged: nothing was written for them."""
    failed: int
    error_rate: float
    """Share of what was read that could not be stored, in hundredths."""
    freshness: float | None
    """How old its first page was at its seal, against the strictest promise it keeps; None when it keeps none."""
    lasted: timedelta
    phases: tuple[tuple[str, float], ...]
    rows_per_second: int | None
    requests: int

    @property
    def duration(self) -> str:
        return french.seconds(self.lasted.total_seconds())

    @property
    def pace(self) -> str:
        """« 12 requêtes, 340 lignes/s »; "" for a carried leg, whose time is counted with the one that carries it."""
        told = [french.counted(self.requests, "requête", "requêtes")] if self.requests else []
        if self.rows_per_second:
            told.append(f"{french.number(self.rows_per_second)} lignes/s")
        return ", ".join(told)

    @property
    def steps(self) -> str:
        """« lecture 3,2 s, rapprochement 0,4 s »."""
        return ", ".join(f"{name} {french.seconds(spent)}" for name, spent in self.phases)


def metrics(leg: Leg, known: Registry) -> Metrics:
    failed = leg.rejected + leg.failed
    processed = leg.created + leg.updated + leg.revived + leg.deleted
    judged = max(leg.fetched, processed + failed)
    spent = sum(leg.seconds.values())
    return Metrics(
        fetched=leg.fetched,
        processed=processed,
        # A node that has not changed is not even staged; one that changed without a new meaning is staged for nothing.
        skipped=max(leg.fetched - leg.staged, 0) + leg.unchanged,
        failed=failed,
        error_rate=100 * failed / judged if judged else 0.0,
        freshness=_freshness(leg, known),
        lasted=french.elapsed(leg.started_at, leg.finished_at or leg.heartbeat_at),
        phases=tuple((PHASES.get(name, name), seconds) for name, seconds in leg.seconds.items() if seconds >= TOLD),
        rows_per_second=round(leg.fetched / spent) if spent else None,
        requests=leg.requests,
    )


def _freshness(leg: Leg, known: Registry) -> float | None:
    limits = [p.limit for p in promises(known[leg.entity]) if leg.mode in p.modes] if leg.entity in known else []
    known_until = known_at(leg)
    if not limits:
        return None
    if leg.sealed_at is None or known_until is None:
        return 0.0
    return score(french.elapsed(known_until, leg.sealed_at), min(limits))


def reasons(leg: Leg) -> list[tuple[str, int]]:
    """Why records of this leg could not be stored, the most frequent reasons first."""
    refused = StagedRecord.objects.filter(leg=leg, state__in=(RowState.REJECTED, RowState.FAILED, RowState.RETRY))
    counted = refused.values_list("last_error").annotate(rows=Count("pk")).order_by("-rows", "last_error")
    return list(counted[:REASONS])
