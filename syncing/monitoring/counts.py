"""Is it complete? How much is here, how much waits, how much a person must settle. One query per question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.apps import apps
from django.db.models import CharField, Count, F, QuerySet, Value

from syncing.models import Conflict, MirroredModel, StagedRecord
from syncing.registry import Entity
from syncing.vocabulary import RowState


@dataclass(frozen=True)
class Waiting:
    """Staged rows of one entity that are not in its table."""

    pending: int = 0
    rejected: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Rows:
    """Rows of a mirrored table."""

    here: int = 0
    placeholders: int = 0


Staged: TypeAlias = dict[str, Waiting]
NOTHING_STAGED = Waiting()


def staged() -> Staged:
    """Unsettled rows per entity; the partial index spares the settled mass."""
    unsettled = StagedRecord.objects.exclude(state=RowState.RECONCILED)
    found: Staged = defaultdict(Waiting)
    for entity, state, count in unsettled.values_list("entity", "state").annotate(Count("pk")).order_by():
        was = found[entity]
        match state:
            case RowState.REJECTED:
                found[entity] = replace(was, rejected=count)
            case RowState.FAILED:
                found[entity] = replace(was, failed=count)
            case _:  # pending, and what the database will take at the next try
                found[entity] = replace(was, pending=was.pending + count)
    return dict(found)


def rows(known: Iterable[Entity]) -> dict[str, Rows]:
    """Present rows and placeholders of every table, in one union."""
    queries = [_counted(entity) for entity in known]
    found: dict[str, Rows] = defaultdict(Rows)
    for entity, is_placeholder, count in queries[0].union(*queries[1:], all=True) if queries else ():
        was = found[entity]
        found[entity] = replace(was, placeholders=count) if is_placeholder else replace(was, here=count)
    return dict(found)


def _counted(entity: Entity) -> QuerySet[MirroredModel, tuple[str, bool, int]]:
    model: type[MirroredModel] = apps.get_model(entity.model)
    named = model._default_manager.order_by().filter(deleted_at=None).values("is_placeholder")
    counted = named.annotate(entity=Value(entity.name, output_field=CharField()), rows=Count("pk"))
    return counted.values_list("entity", F("is_placeholder"), "rows")


def conflicts() -> dict[str, int]:
    open_ones = Conflict.objects.filter(settled_at=None).values_list("entity")
    return dict(open_ones.annotate(Count("pk")).order_by())
