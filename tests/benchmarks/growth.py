"""Does the cost of a page grow with the table? The same increment, on tables of 1, 3 and 10 times the real volume.

The tables grow by SQL: every entry of the history, with what is kept of its staging (no raw text: the mass of it is
archived), copied under ids as random as Gazelle's. The increment is then staged and reconciled by the mirror itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import md5

from django.db import connection, transaction
from django.db.models import AutoField, Model
from django.utils import timezone

from syncing.models import StagedRecord
from syncing.reconciling.reconciling import reconcile
from syncing.reconciling.tables import table
from syncing.registry import Entity, entities
from syncing.staging.accepting import stage_page
from syncing.vocabulary import Node
from tests.benchmarks.figures import SCALES, Figure, timed

INCREMENT = 10_000  # records, of each kind
KEPT = "bench_kept"  # the ids of the real volume, from which every copy is made


def growth(entity: Entity, increment: int = INCREMENT) -> Iterator[Figure]:
    """Needs the real volume in place, staged and reconciled."""
    model = table(entity).model
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {KEPT} AS SELECT id FROM {model._meta.db_table}")  # noqa: S608  # our own words
    nodes, here = sample(entity, increment), 1
    for scale in SCALES:
        if scale > here:
            with without_indexes(model):
                for copy in range(here + 1, scale + 1):
                    duplicate(entity, model, copy)
            here = scale
        settle()
        changed = [{**node, "comment": f"{node['comment'] or ''} ({scale}×)"} for node in nodes]
        new = [{**node, "id": new_id(node, scale)} for node in nodes]
        for what, increments in (("changed", changed), ("unchanged", changed), ("new", new)):
            taken = timed(lambda nodes=increments: bring(entity, nodes), f"growth_{what}", increment, scale=scale)  # type: ignore[misc]  # a default binds the loop's nodes
            yield replace(taken, note=f"on {model._base_manager.count()} rows")


def sample(entity: Entity, increment: int) -> list[Node]:
    """Records drawn from the whole table: what changes in a day is not what lies side by side."""
    waiting = StagedRecord.objects.filter(entity=entity.name, raw__isnull=False)
    ids = random.Random(1).sample(sorted(waiting.values_list("gazelle_id", flat=True)), increment)
    chosen = set(ids)
    raws = waiting.values_list("gazelle_id", "raw").iterator()
    return [json.loads(bytes(raw)) for gazelle_id, raw in raws if raw and gazelle_id in chosen]


def new_id(node: Node, scale: int) -> str:
    """As random as Gazelle's, and the same at every run."""
    return "tme_" + md5(f"{node['id']} {scale}".encode(), usedforsecurity=False).hexdigest()[:20]


def bring(entity: Entity, nodes: list[Node]) -> None:
    size = entity.page_size
    for number, start in enumerate(range(0, len(nodes), size), 1):
        stage_page(
            entities=[entity], nodes=nodes[start : start + size], number=number, end_cursor=str(start), total=None,
            fetched_at=timezone.now(), legs={},
        )  # fmt: skip
    reconcile(entity, entities(), scanned=len(nodes))


@contextmanager
def without_indexes(model: type[Model]) -> Iterator[None]:
    """Made again afterwards, from sorted keys, they cost a tenth of what they cost row by row."""
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)


def duplicate(entity: Entity, model: type[Model], copy: int) -> None:
    """One more time the real volume."""
    with transaction.atomic(), connection.cursor() as cursor:
        copy_id = f"substr(kept.id, 1, 4) || substr(md5(kept.id || '/{copy}'), 1, 20)"
        cursor.execute(copied(model, "id", {"id": copy_id}))
        staged = {"gazelle_id": copy_id, "raw": "NULL"}
        cursor.execute(copied(StagedRecord, "gazelle_id", staged) + " WHERE source.entity = %s", [entity.name])


def copied(model: type[Model], key: str, changes: Mapping[str, str]) -> str:
    columns = [str(field.column) for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    values = [changes.get(column, f"source.{column}") for column in columns]
    name = model._meta.db_table
    return (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608  # names of our own models
        f"FROM {KEPT} kept JOIN {name} source ON source.{key} = kept.id"
    )


def settle() -> None:
    """What the database does in time, done now: else the first measures would pay for the growing of the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("CHECKPOINT")
