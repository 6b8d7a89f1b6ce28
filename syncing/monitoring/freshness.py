"""Is it fresh? The state of each entity, computed from the instants of the journal and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from syncing import french
from syncing.models import Leg
from syncing.monitoring import counts, hours
from syncing.monitoring.hours import STOPPED
from syncing.registry import Entity, entities
from syncing.vocabulary import Mode

HEARTBEAT = timedelta(minutes=2)
"""A leg without a sign of life for longer is no longer running. A page takes seconds, its retries under a minute."""
COMPLETE = (Mode.FULL, Mode.INCREMENTAL)
"""The modes that promise completeness; a recent leg is seen early and relied upon for nothing."""


class Health(StrEnum):
    """How an entity stands; the words of the health endpoint."""

    HEALTHY = "healthy"
    LATE = "late"
    FAILING = "failing"
    NEVER = "never"


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
class Interrupted:
    """A leg that stopped without saying why: no end, no sign of life."""

    page: int
    at: datetime


@dataclass(frozen=True)
class Fault:
    """Why the last complete leg failed."""

    code: str
    message: str
    action: str
    at: datetime


@dataclass(frozen=True)
class EntityStatus:
    """Everything the page, the command and the health endpoint say about one entity."""

    name: str
    label: str
    model: str
    promise: timedelta
    status: Health
    freshness: float
    last_sync: datetime | None = None
    age: timedelta | None = None
    here: int = 0
    in_gazelle: int | None = None
    announced: int | None = None
    distinct: int | None = None
    pending: int = 0
    rejected: int = 0
    failed: int = 0
    placeholders: int = 0
    conflicts: int = 0
    running: Running | None = None
    interrupted: Interrupted | None = None
    last_error: Fault | None = None
    hours: tuple[hours.Hour, ...] = ()

    @property
    def keeps_promise(self) -> bool:
        return self.status is Health.HEALTHY


@dataclass(frozen=True)
class Readings:
    """The few legs that tell how one entity stands."""

    last_seal: Leg | None = None
    last_whole: Leg | None = None
    last_end: Leg | None = None
    before_strip: Leg | None = None
    open_legs: Sequence[Leg] = field(default_factory=tuple)


def statuses(now: datetime | None = None) -> list[EntityStatus]:
    """The state of every declared entity, in the registry's order; six queries whatever their number."""
    now, known = now or timezone.now(), list(entities())
    read = readings(now, known)
    staged, rows, conflicts = counts.staged(), counts.rows(known), counts.conflicts()
    strips = hours.strips(now, {e.name: (e.promise, _sealed_at(read[e.name].before_strip)) for e in known})
    return [
        _status(now, entity, read[entity.name], staged, rows.get(entity.name), conflicts, strips[entity.name])
        for entity in known
    ]


def vital_signs(now: datetime | None = None) -> list[EntityStatus]:
    """The same states without counting the tables, in two queries: what a probe may ask every few seconds."""
    now, known = now or timezone.now(), list(entities())
    read, staged = readings(now, known), counts.staged()
    return [_status(now, entity, read[entity.name], staged) for entity in known]


def readings(now: datetime, known: Iterable[Entity]) -> dict[str, Readings]:
    """The decisive legs of each entity: each is one step in an index, and all come back in one query."""
    names = [entity.name for entity in known]
    wanted = [Subquery(query.values("pk")[:1]) for name in names for query in _decisive(now, name)]
    legs = list(Leg.objects.filter(Q(pk__in=wanted) | Q(finished_at=None))) if wanted else []
    return {name: _sorted_out(now, [leg for leg in legs if leg.entity == name]) for name in names}


def _decisive(now: datetime, name: str) -> Iterable[QuerySet[Leg]]:
    complete = Leg.objects.filter(entity=name, mode__in=COMPLETE)
    sealed = complete.filter(sealed_at__isnull=False).order_by("-sealed_at")
    yield sealed
    yield sealed.filter(since=None)
    yield sealed.filter(sealed_at__lt=now - hours.REACH)
    yield complete.filter(finished_at__isnull=False).order_by("-finished_at")


def _sorted_out(now: datetime, legs: list[Leg]) -> Readings:
    complete = [leg for leg in legs if leg.mode in COMPLETE]
    sealed = sorted((leg for leg in complete if leg.sealed_at), key=lambda leg: leg.sealed_at or now)
    ended = sorted((leg for leg in complete if leg.finished_at), key=lambda leg: leg.finished_at or now)
    whole = [leg for leg in sealed if leg.since is None]
    before = [leg for leg in sealed if leg.sealed_at and leg.sealed_at < now - hours.REACH]
    return Readings(
        last_seal=sealed[-1] if sealed else None,
        last_whole=whole[-1] if whole else None,
        last_end=ended[-1] if ended else None,
        before_strip=before[-1] if before else None,
        open_legs=[leg for leg in legs if leg.finished_at is None],
    )


def _status(
    now: datetime,
    entity: Entity,
    read: Readings,
    staged: counts.Staged,
    rows: counts.Rows | None = None,
    conflicts: dict[str, int] | None = None,
    strip: tuple[hours.Hour, ...] = (),
) -> EntityStatus:
    last_sync, fault, whole = _sealed_at(read.last_seal), last_error(read), read.last_whole
    age = max(french.elapsed(last_sync, now), timedelta()) if last_sync else None
    waiting = staged.get(entity.name, counts.NOTHING_STAGED)
    return EntityStatus(
        name=entity.name,
        label=entity.label,
        model=entity.model,
        promise=entity.promise,
        status=health(age, entity.promise, failing=fault is not None),
        freshness=score(age, entity.promise),
        last_sync=last_sync,
        age=age,
        here=rows.here if rows else 0,
        in_gazelle=(whole.distinct if whole.total is None else whole.total) if whole else None,
        announced=whole.total if whole else None,
        distinct=whole.distinct if whole else None,
        pending=waiting.pending,
        rejected=waiting.rejected,
        failed=waiting.failed,
        placeholders=rows.placeholders if rows else 0,
        conflicts=(conflicts or {}).get(entity.name, 0),
        running=running(now, entity, read.open_legs),
        interrupted=interrupted(now, read),
        last_error=fault,
        hours=strip,
    )


def score(age: timedelta | None, promise: timedelta) -> float:
    """100 while the promise is kept, then its share of the age; 0 for what was never read."""
    if age is None:
        return 0.0
    return 100.0 if age <= promise else round(100 * promise / age, 1)


def health(age: timedelta | None, promise: timedelta, *, failing: bool) -> Health:
    """A failure outweighs the age: what fails will be late, and says why."""
    if failing:
        return Health.FAILING
    if age is None:
        return Health.NEVER
    return Health.HEALTHY if age <= promise else Health.LATE


def is_unhealthy(state: EntityStatus) -> bool:
    """Whether somebody must act: late counts only while something is scheduled to read."""
    return state.status in (Health.FAILING, Health.NEVER) or (
        state.status is Health.LATE and settings.SCHEDULER_ENABLED
    )


def last_error(read: Readings) -> Fault | None:
    """The error of the last complete leg, unless something was sealed since."""
    leg, sealed = read.last_end, _sealed_at(read.last_seal)
    if leg is None or leg.finished_at is None or leg.error_code in ("", STOPPED):
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


def interrupted(now: datetime, read: Readings) -> Interrupted | None:
    """The newest leg that a person stopped, or that went silent, when nothing else was started since."""
    silent = [leg for leg in read.open_legs if french.elapsed(leg.heartbeat_at, now) >= HEARTBEAT]
    if len(silent) < len(read.open_legs):
        return None  # something is at work: it resumes what stopped
    stopped = [read.last_end] if read.last_end and read.last_end.error_code == STOPPED else []
    leg = max([*silent, *stopped], key=lambda leg: leg.started_at, default=None)
    if leg is None:
        return None
    later = (read.last_end.started_at if read.last_end else None, _sealed_at(read.last_seal))
    return None if any(at and at > leg.started_at for at in later) else Interrupted(leg.page, leg.heartbeat_at)


def _sealed_at(leg: Leg | None) -> datetime | None:
    return leg.sealed_at if leg else None


@dataclass(frozen=True)
class DataAge:
    """The age shown on every page: that of the oldest data, because it is the one that may mislead."""

    tone: str
    words: str
    oldest: datetime | None


def data_age(states: Iterable[EntityStatus], now: datetime) -> DataAge:
    states = list(states)
    found = [state.last_sync for state in states if state.last_sync]
    if not found:
        return DataAge("unknown", "Aucune donnée lue", None)
    oldest = min(found)
    words = french.data_of(oldest, now) if len(found) == len(states) else "Données incomplètes"
    if any(state.status is Health.FAILING for state in states):
        return DataAge("fault", words, oldest)
    kept = all(state.status is Health.HEALTHY for state in states)
    return DataAge("ok" if kept else "watch", words, oldest)


def glance(now: datetime | None = None) -> list[EntityStatus]:
    """The same states from the journal alone, in one query: what every page's bar may ask."""
    now, known = now or timezone.now(), list(entities())
    read = readings(now, known)
    return [_status(now, entity, read[entity.name], {}) for entity in known]
