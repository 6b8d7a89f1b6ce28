"""Is it fresh? The state of each entity, computed from the instants of the journal and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from syncing import french
from syncing.models import Leg
from syncing.monitoring import counts, hours
from syncing.monitoring.promises import Promise, age_of, known_at, score
from syncing.monitoring.readings import Kept, Readings, readings
from syncing.registry import Entity, entities
from syncing.vocabulary import INTERRUPTED, Mode

HEARTBEAT = timedelta(minutes=2)
"""A leg without a sign of life for longer is no longer running. A page takes seconds, its retries under a minute."""


class Health(StrEnum):
    """How an entity stands; the words of the health endpoint."""

    HEALTHY = "healthy"
    LATE = "late"
    FAILING = "failing"
    NEVER = "never"

    @property
    def word(self) -> str:
        """« à jour »: what people read."""
        return HEALTH_WORDS[self]


HEALTH_WORDS = {
    Health.HEALTHY: "à jour",
    Health.LATE: "en retard",
    Health.FAILING: "en panne",
    Health.NEVER: "jamais lue",
}


@dataclass(frozen=True)
class Running:
    """A leg at work: its heart beats and it has not finished."""

    page: int
    pages: int | None
    fetched: int
    total: int | None
    rows_per_second: int
    started_at: datetime


@dataclass(frozen=True)
class Stopped:
    """A leg that stopped without saying why: no end, no sign of life. `root` is the leg that carried it, or itself."""

    page: int
    at: datetime
    root: int


@dataclass(frozen=True)
class Fault:
    """Why the last leg that should have kept a promise failed."""

    code: str
    message: str
    action: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """How one promise stands: up to when its data is known, and its share of the promised age."""

    mode: Mode
    limit: timedelta
    last_sync: datetime | None
    age: timedelta | None
    freshness: float

    @property
    def kept(self) -> bool:
        return self.age is not None and self.age <= self.limit


@dataclass(frozen=True)
class Audit:
    """What the last comparison with the source found."""

    at: datetime
    here: int
    in_gazelle: int
    sampled: int
    differing: int
    unknown: int

    @property
    def counts_agree(self) -> bool:
        return self.here == self.in_gazelle

    @property
    def sample_agrees(self) -> bool:
        return not self.differing and not self.unknown

    @property
    def identical(self) -> int:
        return self.sampled - self.differing - self.unknown


@dataclass(frozen=True)
class EntityStatus:
    """Everything the page, the command and the health endpoint say about one entity.

    With several promises, `promise`, `last_sync`, `age` and `freshness` are those of the one that is worst kept, and of
    the shortest while all are kept.
    """

    name: str
    label: str
    model: str
    promise: timedelta
    status: Health
    freshness: float
    standings: tuple[Standing, ...] = ()
    last_sync: datetime | None = None
    age: timedelta | None = None
    here: int = 0
    in_gazelle: int | None = None
    announced: int | None = None
    distinct: int | None = None
    pending: int = 0
    held: int = 0
    stuck: int = 0
    rejected: int = 0
    failed: int = 0
    placeholders: int = 0
    orphans: int = 0
    alike: int = 0
    cited: int = 0
    conflicts: int = 0
    drifts: tuple[counts.Drifts, ...] = ()
    running: Running | None = None
    interrupted: Stopped | None = None
    last_error: Fault | None = None
    audit: Audit | None = None
    hours: tuple[hours.Hour, ...] = ()

    @property
    def broken(self) -> tuple[Standing, ...]:
        """The promises that are not kept, the strictest first."""
        return tuple(standing for standing in self.standings if not standing.kept)


def statuses(now: datetime | None = None) -> list[EntityStatus]:
    """The state of every declared entity, in the registry's order; six queries whatever their number."""
    now, known = now or timezone.now(), list(entities())
    read = readings(now, known)
    staged, rows, matters = counts.staged(now), counts.rows(now, known), counts.matters()
    strips = hours.strips(
        now, {e.name: [(kept.promise, _known(kept.before_strip)) for kept in read[e.name].kept] for e in known}
    )
    return [
        _status(now, entity, read[entity.name], staged, rows.get(entity.name), matters, strips[entity.name])
        for entity in known
    ]


def vital_signs(now: datetime | None = None) -> list[EntityStatus]:
    """The same states without counting the tables, in two queries: what a probe may ask every few seconds."""
    now, known = now or timezone.now(), list(entities())
    read, staged = readings(now, known, at_a_glance=True), counts.staged(now)
    return [_status(now, entity, read[entity.name], staged) for entity in known]


@dataclass(frozen=True)
class Compared:
    """What the last whole reading, and the last comparison with the source, counted of one entity."""

    entity: Entity
    announced: int | None
    distinct: int | None
    audit: Audit | None


def compared(now: datetime) -> list[Compared]:
    """The counts of every declared entity, from the journal alone, in one query."""
    known = list(entities())
    read = readings(now, known)
    return [
        Compared(
            entity,
            whole.total if (whole := read[entity.name].last_whole) else None,
            whole.distinct if whole else None,
            _audit(read[entity.name].last_audit),
        )
        for entity in known
    ]


def glance(now: datetime | None = None) -> list[EntityStatus]:
    """The same states from the journal alone, in one query: what every page's bar may ask."""
    now, known = now or timezone.now(), list(entities())
    read = readings(now, known, at_a_glance=True)
    return [_status(now, entity, read[entity.name], {}) for entity in known]


def _status(
    now: datetime,
    entity: Entity,
    read: Readings,
    staged: counts.Staged,
    rows: counts.Rows | None = None,
    matters: counts.Matters | None = None,
    strip: tuple[hours.Hour, ...] = (),
) -> EntityStatus:
    standings = tuple(_standing(now, kept.promise, kept.counts) for kept in read.kept)
    told = min(standings, key=lambda standing: standing.freshness)  # the first of equals, which is the shortest
    fault, whole = last_error(read), read.last_whole
    waiting = staged.get(entity.name, counts.NOTHING_STAGED)
    found = rows or counts.Rows()
    return EntityStatus(
        name=entity.name,
        label=entity.label,
        model=entity.model,
        promise=told.limit,
        status=health(standings, failing=fault is not None),
        freshness=told.freshness,
        standings=standings,
        last_sync=told.last_sync,
        age=told.age,
        here=found.here,
        in_gazelle=(whole.distinct if whole.total is None else whole.total) if whole else None,
        announced=whole.total if whole else None,
        distinct=whole.distinct if whole else None,
        pending=waiting.pending,
        held=waiting.held,
        stuck=waiting.stuck,
        rejected=waiting.rejected,
        failed=waiting.failed,
        placeholders=found.placeholders,
        orphans=found.orphans,
        alike=found.alike,
        cited=found.cited,
        conflicts=matters.conflicts.get(entity.name, 0) if matters else 0,
        drifts=tuple(matters.drifts.get(entity.name, ())) if matters else (),
        running=running(now, entity, read.open_legs),
        interrupted=interrupted(now, read),
        last_error=fault,
        audit=_audit(read.last_audit),
        hours=strip,
    )


def _standing(now: datetime, promise: Promise, leg: Leg | None) -> Standing:
    last_sync = _known(leg)
    age = age_of(last_sync, now)
    return Standing(promise.mode, promise.limit, last_sync, age, score(age, promise.limit))


def health(standings: Iterable[Standing], *, failing: bool) -> Health:
    """A failure outweighs the age: what fails will be late, and says why. One broken promise makes it late."""
    standings = list(standings)
    if failing:
        return Health.FAILING
    if any(standing.age is None for standing in standings):
        return Health.NEVER
    return Health.HEALTHY if all(standing.kept for standing in standings) else Health.LATE


def is_unhealthy(state: EntityStatus) -> bool:
    """Whether somebody must act: late counts only while something is scheduled to read."""
    return state.status in (Health.FAILING, Health.NEVER) or (
        state.status is Health.LATE and settings.SCHEDULER_ENABLED
    )


def last_error(read: Readings) -> Fault | None:
    """The error of the last leg that should have kept a promise, unless one that keeps it was sealed since."""
    faults = [fault for kept in read.kept if (fault := _fault(kept)) is not None]
    return max(faults, key=lambda fault: fault.at, default=None)


def _fault(kept: Kept) -> Fault | None:
    leg, sealed = kept.last_end, kept.last_seal.sealed_at if kept.last_seal else None
    if leg is None or leg.finished_at is None or leg.error_code in ("", INTERRUPTED):
        return None
    if sealed and sealed > leg.finished_at:
        return None
    return Fault(leg.error_code, leg.error_message, leg.error_action, leg.finished_at)


def running(now: datetime, entity: Entity, open_legs: Iterable[Leg]) -> Running | None:
    for leg in open_legs:
        if french.elapsed(leg.heartbeat_at, now) < HEARTBEAT:
            seconds = french.elapsed(leg.started_at, leg.heartbeat_at).total_seconds()
            pages = -(-leg.total // entity.page_size) if leg.total else None
            pace = round(leg.fetched / seconds) if seconds > 0 else 0
            return Running(leg.page, pages, leg.fetched, leg.total, pace, leg.started_at)
    return None


def interrupted(now: datetime, read: Readings) -> Stopped | None:
    """The newest leg that a person stopped, or that went silent, when nothing else was started or sealed since.

    Only legs that should have kept a promise: nobody waits for the others, and a repair is not taken up again.
    """
    if any(french.elapsed(leg.heartbeat_at, now) < HEARTBEAT for leg in read.open_legs):
        return None  # something is at work: it resumes what stopped
    for kept in read.kept:
        leg, sealed = kept.last_start, kept.last_seal.sealed_at if kept.last_seal else None
        stopped = leg is not None and (leg.finished_at is None or leg.error_code == INTERRUPTED)
        if leg is not None and stopped and not (sealed and sealed > leg.started_at):
            return Stopped(leg.page, leg.heartbeat_at, leg.carried_by_id or leg.pk)
    return None


def _known(leg: Leg | None) -> datetime | None:
    return known_at(leg) if leg else None


def _audit(leg: Leg | None) -> Audit | None:
    if leg is None or not leg.audit or leg.sealed_at is None:
        return None
    told = leg.audit
    return Audit(
        at=leg.finished_at or leg.sealed_at,
        here=told.get("here", 0),
        in_gazelle=told.get("in_gazelle", 0),
        sampled=told.get("sampled", 0),
        differing=len(told.get("differing", ())),
        unknown=len(told.get("unknown", ())),
    )


@dataclass(frozen=True)
class DataAge:
    """The age shown on every page: that of the oldest data, because it is the one that may mislead."""

    tone: str
    words: str


def data_age(states: Iterable[EntityStatus], now: datetime) -> DataAge:
    states = list(states)
    found = [state.last_sync for state in states if state.last_sync]
    if not found:
        return DataAge("unknown", "Aucune donnée lue")
    words = french.data_of(min(found), now) if len(found) == len(states) else "Données incomplètes"
    if any(state.status is Health.FAILING for state in states):
        return DataAge("fault", words)
    kept = all(state.status is Health.HEALTHY for state in states)
    return DataAge("ok" if kept else "watch", words)
