"""One batch of staged rows into the domain table, in one small transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from syncing.bulk import Row, blank, stored_fields, upsert
from syncing.deciding import Decision, Local, decide
from syncing.digests import needs_mending, storable
from syncing.drafts import Draft
from syncing.models import Move, StagedRecord
from syncing.reconciling.conflicts import record_conflicts
from syncing.reconciling.drifting import look_for_drift
from syncing.reconciling.moving import moved, record_moves
from syncing.reconciling.owned import apply_owned, owned_drafts
from syncing.reconciling.placeholders import ensure_references
from syncing.reconciling.redirects import follow, undo_for
from syncing.reconciling.tables import AUDIT, Table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry
from syncing.vocabulary import Node, Outcome, Rejected, RowState

logger = logging.getLogger(__name__)

RETURNED = (Outcome.CREATED, Outcome.REVIVED)
UPDATE_INSTANT = "updatedAt"  # moves in Gazelle without a change of meaning


@dataclass(frozen=True)
class Parsed:
    """A staged row that became a draft."""

    row: StagedRecord
    node: Node
    draft: Draft


def apply_batch(rows: Sequence[StagedRecord], here: Table, registry: Registry) -> Tally:
    """Reconcile rows locked by the caller's transaction. Raises DatabaseError as it comes: the caller replays."""
    tally, now = Tally(), timezone.now()
    parsed = [result for row in rows if (result := parse_row(row, here, tally)) is not None]
    drafts = [item.draft for item in parsed]
    follow([*drafts, *(child for child, _ in owned_drafts(drafts, here))])
    tally.placeholders.update(ensure_references(drafts, here, registry))
    # Ours is computed from what is really there: read for update, in id order.
    names = [field.attname for field in stored_fields(here.model)]
    rows_here = here.model._base_manager.select_for_update().filter(pk__in=[draft.id for draft in drafts])
    local: dict[str, Row] = {row["id"]: row for row in rows_here.order_by("pk").values(*names)}
    fresh = blank(here.model) | {"created_at": now, "version": 0}
    written: dict[str, Row] = {}
    decisions: list[tuple[str, Decision]] = []
    columns: set[str] = set()
    moves: list[Move] = []
    mergeable = {entity.name for entity in registry if entity.mergeable}
    for item in parsed:
        values = here.values(item.draft)
        columns |= values.keys()
        decision = _decide(item, values, local.get(item.draft.id), here)
        tally.outcomes[decision.outcome] += 1
        decisions.append((item.draft.id, decision))
        look_for_drift(item.draft, here.entity, tally)
        moves += moved(item.draft, decision, local.get(item.draft.id), here, mergeable)
        if decision.outcome is not Outcome.UNCHANGED:
            before = local.get(item.draft.id) or fresh | {"id": item.draft.id}
            written[item.draft.id] = _change(before, decision, item, here.entity, now)
    _write(here, written, columns)
    apply_owned(drafts, here)
    record_moves(moves)
    undo_for(here.entity.name, [pk for pk, decision in decisions if decision.outcome in RETURNED])
    record_conflicts(here.entity.name, decisions)
    _settle(parsed, tally)
    return tally


def parse_row(row: StagedRecord, here: Table, tally: Tally) -> Parsed | None:
    """The row's draft; None when it cannot become a record, which is written on the row with path and reason."""
    try:
        node = read_node(row, here)
        draft = here.entity.parse(node)
        _ = draft.id
        return Parsed(row, node, draft)
    except Rejected as error:
        tally.outcomes[Outcome.REJECTED] += 1
        settle_row(row, RowState.REJECTED, str(error))
    except Exception as error:  # one record: whatever its parser raises must not cost the others
        tally.failed += 1
        logger.exception("parse_failed", extra={"entity": row.entity, "gazelle_id": row.gazelle_id})
        settle_row(row, RowState.FAILED, f"{type(error).__name__} : {error}")
    return None


def parse_quietly(row: StagedRecord, here: Table) -> Draft | None:
    """The draft of a row that may be unreadable: who looks ahead lets the real turn say why."""
    try:
        return here.entity.parse(read_node(row, here))
    except Exception:  # noqa: BLE001  # its reason is written when its turn comes
        return None


def read_node(row: StagedRecord, here: Table) -> Node:
    """The node as staged, made storable; from the domain row's `raw_data` once the raw text was archived."""
    if row.raw is None:
        kept = here.model._base_manager.values_list("raw_data", flat=True).get(pk=row.gazelle_id)
        return dict(kept or {})
    raw = bytes(row.raw)
    node = json.loads(raw)
    if needs_mending(raw):
        node, _ = storable(node)
    if not isinstance(node, dict):
        raise Rejected("$", f"objet attendu, reçu {type(node).__name__}")
    return node


def _decide(item: Parsed, values: Mapping[str, object], record: Row | None, here: Table) -> Decision:
    if record is None:
        return decide(local=None, arrived=values, same_node=False, same_meaning=False)
    kept = _mapping(record["raw_data"])
    return decide(
        local=Local(
            columns={column: record[column] for column in values},
            base=_mapping(record["given"]),
            is_placeholder=record["is_placeholder"] is True,
            is_deleted=record["deleted_at"] is not None,
        ),
        arrived=values,
        shared=here.entity.shared,
        same_node=kept == item.node,
        same_meaning=_meaning(kept) == _meaning(item.node),
        gone=_is_gone(item, record, here.entity),
    )


def _is_gone(item: Parsed, record: Row, entity: Entity) -> bool:
    """Out of Gazelle's list by its own word, or marked so since it was last shown: a replay shows nothing new."""
    marked = record["deleted_at"]
    # A mark still to come is that of a clock that was wrong.
    shown_before = isinstance(marked, datetime) and item.row.fetched_at <= marked <= timezone.now()
    return has_left(item.node, entity) or shown_before


def _mapping(value: object) -> dict[str, object]:
    """A JSON column as a mapping; a row that never had one has an empty one."""
    return value if isinstance(value, dict) else {}


def _meaning(node: Node) -> dict[str, object]:
    return {name: value for name, value in node.items() if name != UPDATE_INSTANT}


def has_left(node: Node, entity: Entity) -> bool:
    """Whether the record says itself that it is no longer in Gazelle's default list."""
    return any(node.get(name) in values for name, values in entity.left_list.items())


def _change(before: Row, decision: Decision, item: Parsed, entity: Entity, now: datetime) -> Row:
    """The row after the decision."""
    given = {name: item.draft.columns[name] for name in entity.shared & item.draft.columns.keys()}
    return {
        **before,
        **decision.changes,
        "is_placeholder": False,
        "deleted_at": (before["deleted_at"] or now) if _is_gone(item, before, entity) else None,
        "raw_data": item.node,
        "given": _mapping(before["given"]) | given,
        "updated_at": now,
        "synced_at": now,
        "version": int(str(before["version"])) + decision.meaning_changed,
    }


def _write(here: Table, written: Mapping[str, Row], columns: set[str]) -> None:
    """One upsert for what is new and what changed; columns that are ours are not among those it may update."""
    upsert(here.model, [written[pk] for pk in sorted(written)], unique=("id",), update=columns | set(AUDIT))


def _settle(parsed: Sequence[Parsed], tally: Tally) -> None:
    """Mark the rows reconciled; a value that could not be read stays written on its row."""
    clean = []
    for item in parsed:
        if item.draft.faults:
            tally.faults += 1
            settle_row(item.row, RowState.RECONCILED, " ; ".join(f"{f.path} : {f.reason}" for f in item.draft.faults))
        else:
            clean.append(item.row.pk)
    StagedRecord.objects.filter(pk__in=clean).update(
        state=RowState.RECONCILED, reconciled_at=timezone.now(), last_error="", not_before=None
    )


def settle_row(row: StagedRecord, state: RowState, reason: str) -> None:
    """Write a row's fate with its reason."""
    row.state = state
    row.last_error, _ = storable(reason)  # type: ignore[assignment]  # a text gives a text
    row.attempts += 1
    row.reconciled_at = timezone.now() if state is RowState.RECONCILED else None
    row.save(update_fields=("state", "last_error", "attempts", "reconciled_at", "not_before"))
