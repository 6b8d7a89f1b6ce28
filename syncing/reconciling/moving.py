"""References that went from one record to another, remembered so that a merge made in Gazelle can be recognised."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from syncing.deciding import Decision
from syncing.drafts import Draft
from syncing.models import Move
from syncing.reconciling.tables import Table


def moved(
    draft: Draft, decision: Decision, record: Mapping[str, object] | None, here: Table, mergeable: Collection[str]
) -> Iterator[Move]:
    """The references of a record to mergeable entities that change with this decision."""
    if record is None:
        return
    for name, reference in draft.references.items():
        column, is_key = here.reference_column(name)
        before = record[column]
        if is_key and reference is not None and reference.entity in mergeable and before and column in decision.changes:
            yield Move(
                entity=here.entity.name, gazelle_id=draft.id, column=name, target=reference.entity, before=str(before),
                after=reference.id,
            )  # fmt: skip


def record_moves(moves: Sequence[Move]) -> None:
    Move.objects.bulk_create(moves)
