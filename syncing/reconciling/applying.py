"""One batch of staged rows into the domain table, in one small transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from django.utils import timezone

from syncing import history, wording
from syncing.bulk import blank, change, upsert
from syncing.deciding import Decision, Local, decide
from syncing.drafts import Draft, with_ours
from syncing.models import Move, StagedRecord
from syncing.reconciling.conflicts import record_conflicts
from syncing.reconciling.drifting import look_for_drift
from syncing.reconciling.moving import moved, record_moves
from syncing.reconciling.owned import apply_owned, owned_drafts
from syncing.reconciling.placeholders import Known, ensure_references
from syncing.reconciling.redirects import follow, undo_for
from syncing.reconciling.rows import Parsed, Staged, parse_row, settle_row
from syncing.reconciling.tables import AUDIT, Table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry
from syncing.vocabulary import Node, Outcome, RowState

RETURNED = (Outcome.CREATED, Outcome.REVIVED)
SAME_INSTANT = {"updatedAt": None}  # moves in Gazelle without a change of meaning
JUDGED_BY = ("id", "is_placeholder", "deleted_at", "version", "raw_data", "given")  # besides the columns that arrived

Values: TypeAlias = dict[str, Any]


def apply_batch(rows: Sequence[Staged], here: Table, registry: Registry, known: Known) -> Tally:
    """Reconcile rows locked by the caller's transaction. Raises DatabaseError as it comes: the caller replays."""
    tally, now = Tally(), timezone.now()
    parsed = [result for row in rows if (result := parse_row(row, here, tally)) is not None]
    drafts = [item.draft for item in parsed]
    follow([*drafts, *(child for child, _ in owned_drafts(drafts, here))])
    tally.placeholders.update(ensure_references(drafts, here, registry, known))
    arrived = [here.values(draft) for draft in drafts]
    columns = set().union(*arrived)
    local = _read_local(drafts, columns, here)
    fresh = blank(here.model) | {"created_at": now, "version": 0}
    created: list[Values] = []
    changed: list[Values] = []
    decisions: list[tuple[str, Decision]] = []
    moves: list[Move] = []
    versions: list[dict[str, object]] = []
    mergeable = {entity.name for entity in registry if entity.mergeable}
    for item, values in zip(parsed, arrived, strict=True):
        before = local.get(item.draft.id)
        gone = _is_gone(item, before, here.entity)
        decision = _decide(item, values, before, here, gone=gone)
        tally.outcomes[decision.outcome] += 1
        decisions.append((item.draft.id, decision))
        look_for_drift(item.draft, here.entity, tally)
        moves += moved(item.draft, decision, before, here, mergeable)
        if before is None:
            created.append(_change(fresh | {"id": item.draft.id}, decision, item, values, here, now, gone=gone))
        elif decision.outcome is not Outcome.UNCHANGED:
            after = _change(before, decision, item, values, here, now, gone=gone)
            changed.append(after)
            if decision.meaning_changed and not before["is_placeholder"]:
                versions.append(_version(before, after, decision, item, here.entity, now))
    # A row that appeared since it was looked for is a placeholder of somebody else's: it is filled, not fought over.
    upsert(here.model, created, unique=("id",), update=columns | set(AUDIT))
    change(here.model, changed, columns | set(AUDIT))
    wording.keep(here.model, [*created, *changed])
    apply_owned(drafts, here)
    history.record(versions)
    record_moves(moves)
    undo_for(here.entity, [pk for pk, decision in decisions if decision.outcome in RETURNED], registry)
    record_conflicts(here.entity.name, decisions)
    _settle(parsed, here.entity, tally)
    return tally


def _read_local(drafts: Sequence[Draft], columns: set[str], here: Table) -> dict[str, Values]:
    """The rows that are here, read for update in id order: what is decided is computed from what is really there."""
    rows = here.model._base_manager.select_for_update().filter(pk__among=[draft.id for draft in drafts])
    return {row["id"]: row for row in rows.order_by("pk").values(*JUDGED_BY, *sorted(columns))}


def _decide(item: Parsed, values: Values, record: Values | None, here: Table, *, gone: bool) -> Decision:
    if record is None:
        return decide(local=None, arrived=values, same_node=False, same_meaning=False)
    kept = _mapping(record["raw_data"])
    same_node = kept == item.node
    judge = partial(
        decide,
        local=Local(
            columns=record,
            base=_base(record, here),
            is_placeholder=record["is_placeholder"] is True,
            is_deleted=record["deleted_at"] is not None,
        ),
        shared=here.shared,
        same_node=same_node,
        same_meaning=same_node or kept | SAME_INSTANT == dict(item.node) | SAME_INSTANT,
        gone=gone,
    )
    decision = judge(arrived=values)
    ours = {
        column: record[column]
        for column in here.entity.shared & values.keys()
        if column not in decision.changes and record[column] != values[column]
    }
    if ours and "search_key" in values:  # found by what people set here, not by what Gazelle says instead
        found = here.entity.parse(with_ours(item.node, ours)).columns["search_key"]
        decision = judge(arrived=values | {"search_key": found})
    return decision


def _base(record: Values, here: Table) -> dict[str, object]:
    """What Gazelle last gave; who sets an owner here first notes what it was, so one never noted is still Gazelle's."""
    owners = {column: record[column] for column in here.owning_columns if column in record}
    return owners | _mapping(record["given"])


def _is_gone(item: Parsed, record: Values | None, entity: Entity) -> bool:
    """Out of Gazelle's list by its own word, or marked so since it was last shown: a replay shows nothing new."""
    # On a placeholder the mark says that it was merged, not that Gazelle let it go.
    marked = record["deleted_at"] if record and not record["is_placeholder"] else None
    # A mark still to come is that of a clock that was wrong.
    shown_before = isinstance(marked, datetime) and item.row.fetched_at <= marked <= timezone.now()
    return has_left(item.node, entity) or shown_before


def _mapping(value: object) -> dict[str, object]:
    """A JSON column as a mapping; a row that never had one has an empty one."""
    return value if isinstance(value, dict) else {}


def has_left(node: Node, entity: Entity) -> bool:
    """Whether the record says itself that it is no longer in Gazelle's default list."""
    return bool(entity.left_list) and any(node.get(name) in values for name, values in entity.left_list.items())


def _change(
    before: Values, decision: Decision, item: Parsed, arrived: Values, here: Table, now: datetime, *, gone: bool
) -> Values:
    """The row after the decision."""
    given = {column: arrived[column] for column in here.shared & arrived.keys()}
    return {
        **before,
        **decision.changes,
        "is_placeholder": False,
        "deleted_at": (before["deleted_at"] or now) if gone else None,
        "raw_data": item.raw_data,
        "given": _mapping(before["given"]) | given,
        "updated_at": now,
        "synced_at": now,
        "version": before["version"] + decision.meaning_changed,
    }


def _version(
    before: Values, after: Values, decision: Decision, item: Parsed, entity: Entity, now: datetime
) -> dict[str, object]:
    """What this change of meaning changed; a change that no column shows is told by Gazelle's own fields."""
    changes = history.changed(before, decision.changes)
    if before["deleted_at"] != after["deleted_at"]:
        changes["deleted_at"] = (before["deleted_at"], after["deleted_at"])
    kept = _mapping(before["raw_data"])
    for nested in entity.nested:  # its rows are no columns
        if kept.get(nested.name) != item.node.get(nested.name) and not nested.carries:
            changes |= history.unread({nested.name: kept.get(nested.name)}, {nested.name: item.node.get(nested.name)})
    if not changes:
        changes |= history.unread(kept, item.node)
    return history.entry(entity.name, item.draft.id, after["version"], changes, at=now)


def _settle(parsed: Sequence[Parsed], entity: Entity, tally: Tally) -> None:
    """Mark the rows reconciled; a value that could not be read stays written on its row."""
    clean = []
    for item in parsed:
        if item.draft.faults:
            tally.faults += 1
            settle_row(item.row, RowState.RECONCILED, " ; ".join(f"{f.path} : {f.reason}" for f in item.draft.faults))
        else:
            clean.append(item.row.gazelle_id)
    StagedRecord.objects.filter(entity=entity.name, gazelle_id__among=clean).update(
        state=RowState.RECONCILED, reconciled_at=timezone.now(), last_error="", not_before=None
    )
