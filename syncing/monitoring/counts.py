"""Is it complete? How much is here, how much waits, how much a person must settle. One query per question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.apps import apps
from django.db.models import CharField, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Cast

from syncing.models import Conflict, Drift, MirroredModel, StagedRecord
from syncing.monitoring import citations
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
    """Rows of a mirrored table; `cited` are those gone lately that present ones still cite."""

    here: int = 0
    placeholders: int = 0
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
    """Present rows, placeholders, and gone ones that are still cited, of every table, in one union."""
    known = list(known)
    queries = [_counted(entity) for entity in known]
    for entity in known:
        cited = citations.still_cited(entity, known, now)
        if cited is not None:
            queries.append(_tagged(cited, entity).annotate(what=Value("cited"), rows=Count("pk")).values_list(*ROW))
    found: dict[str, Rows] = defaultdict(Rows)
    for entity_name, what, count in queries[0].union(*queries[1:], all=True) if queries else ():
        was = found[entity_name]
        match what:
            case "cited":
                found[entity_name] = replace(was, cited=count)
            case "0" | "false":
                found[entity_name] = replace(was, here=count)
            case _:
                found[entity_name] = replace(was, placeholders=count)
    return dict(found)


ROW = ("entity", "what", "rows")


def _counted(entity: Entity) -> QuerySet[MirroredModel, tuple[str, str, int]]:
    model: type[MirroredModel] = apps.get_model(entity.model)
    present = _tagged(model._default_manager.filter(deleted_at=None), entity)
    what = Cast("is_placeholder", CharField())
    return present.annotate(what=what).values("entity", "what").annotate(rows=Count("pk")).values_list(*ROW)


def _tagged(rows: QuerySet[MirroredModel], entity: Entity) -> QuerySet[MirroredModel, Any]:
    return rows.order_by().annotate(entity=Value(entity.name, output_field=CharField())).values("entity")


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
