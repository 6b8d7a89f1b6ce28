"""Is it complete? How much is here, how much waits, how much a person must settle. One query per question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

from django.db.models import CharField, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Cast

from syncing.models import Conflict, Drift, StagedRecord
from syncing.monitoring import citations, kinship
from syncing.registry import Entity
from syncing.vocabulary import RowState

STUCK = timedelta(hours=1)
"""A row that the database keeps refusing for longer is not waiting for a lock."""


@dataclass(frozen=True)
class Waiting:
    """Staged rows of one entity that are not in its table; those `held` and `stuck` are among the pending."""

    pending: int = 0
    held: int = 0
    stuck: int = 0
    rejected: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Rows:
    """Rows of a mirrored table: `placeholders` and `orphans` are those that nobody accepted as they are, `cited` those
    gone lately that present ones still cite, `alike` the pairs that may be one record."""

    here: int = 0
    placeholders: int = 0
    orphans: int = 0
    alike: int = 0
    cited: int = 0


@dataclass(frozen=True)
class Drifts:
    """Novelties of one kind that nobody looked at yet, one of which is named."""

    kind: str
    count: int
    path: str


@dataclass(frozen=True)
class Matters:
    """What waits for a person, by entity."""

    conflicts: dict[str, int] = field(default_factory=dict)
    drifts: dict[str, list[Drifts]] = field(default_factory=dict)


Staged: TypeAlias = dict[str, Waiting]
Told: TypeAlias = "QuerySet[Any, tuple[str, str, int]]"
NOTHING_STAGED = Waiting()


def staged(now: datetime) -> Staged:
    """Unsettled rows per entity; the partial index spares the settled mass."""
    unsettled = StagedRecord.objects.filter(reconciled_at=None).exclude(state=RowState.RECONCILED)
    counted = unsettled.values("entity", "state").order_by()
    counted = counted.annotate(rows=Count("pk"), old=Count("pk", filter=Q(staged_at__lte=now - STUCK)))
    found: Staged = defaultdict(Waiting)
    for entity, state, count, aged in counted.values_list("entity", "state", "rows", "old"):
        was = found[entity]
        match state:
            case RowState.REJECTED:
                found[entity] = replace(was, rejected=count)
            case RowState.REFUSED:
                pass  # a person answered: nothing waits
            case RowState.FAILED:
                found[entity] = replace(was, failed=count)
            case RowState.HELD:
                found[entity] = replace(was, held=count, pending=was.pending + count)
            case RowState.RETRY:
                found[entity] = replace(was, stuck=aged, pending=was.pending + count)
            case _:
                found[entity] = replace(was, pending=was.pending + count)
    return dict(found)


def rows(now: datetime, known: Iterable[Entity]) -> dict[str, Rows]:
    """Present rows, and those that somebody should look at, of every table, in one union that reads each table once."""
    known, spoken_of = list(known), kinship.spoken_of()
    queries: list[Told] = []
    for entity in known:
        queries.append(_present_and_placeholders(entity))
        if (entity.name, "acceptance") in spoken_of:
            queries.append(_told("accepted", kinship.accepted(kinship.placeholders(entity), entity), entity))
        if (entity.name, "likeness") in spoken_of:
            queries.append(_told("alike", kinship.duplicates(entity), entity))
        if (cited := citations.still_cited(entity, known, now)) is not None:
            queries.append(_told("cited", cited, entity))
        if (orphans := kinship.orphans(entity)) is not None:
            queries.append(_told("orphans", kinship.unsettled(orphans, entity), entity))
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, what, count in queries[0].union(*queries[1:], all=True) if queries else ():
        counted[name][WORDS.get(what, what)] = count
    return {
        name: Rows(
            here=found["here"],
            placeholders=found["placeholders"] - found["accepted"],
            orphans=found["orphans"],
            alike=found["alike"],
            cited=found["cited"],
        )
        for name, found in counted.items()
    }


WORDS = {"0": "here", "false": "here", "1": "placeholders", "true": "placeholders"}
"""How the two databases write whether a row is a placeholder."""


def _present_and_placeholders(entity: Entity) -> Told:
    rows = kinship.model_of(entity)._base_manager.filter(deleted_at=None)
    return _counted(rows.annotate(told=Cast("is_placeholder", CharField())), entity)


def _told(what: str, rows: QuerySet[Any], entity: Entity) -> Told:
    """How many, under the word they are counted by."""
    return _counted(rows.annotate(told=Value(what)), entity)


def _counted(rows: QuerySet[Any], entity: Entity) -> Told:
    tagged = rows.order_by().annotate(told_of=Value(entity.name, output_field=CharField()))
    counted = tagged.values("told_of", "told").annotate(rows=Count("pk"))
    return cast(Told, counted.values_list("told_of", "told", "rows"))


def matters() -> Matters:
    """Open conflicts and unsettled novelties of every entity, in one union."""
    conflicts = Conflict.objects.filter(settled_at=None).order_by().annotate(kind=Value("", output_field=CharField()))
    drifts = Drift.objects.filter(settled_at=None).order_by()
    found = Matters({}, defaultdict(list))
    for entity, kind, count, path in (
        conflicts.values_list("entity", "kind")
        .annotate(Count("pk"), Min("column"))
        .union(drifts.values_list("entity", "kind").annotate(Count("pk"), Min("path")), all=True)
    ):
        if kind:
            found.drifts[entity].append(Drifts(kind, count, path))
        else:
            found.conflicts[entity] = count
    for each in found.drifts.values():
        each.sort(key=lambda one: one.kind)
    return found
