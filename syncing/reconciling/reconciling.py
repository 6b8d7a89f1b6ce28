"""Staged rows become records, in batches; one bad record costs one record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from syncing.bulk import collector_paused
from syncing.locks import is_locked_out
from syncing.models import StagedRecord
from syncing.reconciling.applying import apply_batch
from syncing.reconciling.conflicts import settle_agreed
from syncing.reconciling.drifting import record_drift
from syncing.reconciling.emptying import hold_mass_emptying
from syncing.reconciling.placeholders import Known
from syncing.reconciling.rows import Staged, settle_row, staged
from syncing.reconciling.tables import Table, table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry
from syncing.vocabulary import RowState

logger = logging.getLogger(__name__)

Record: TypeAlias = Callable[[Tally], None]

BATCH = 1000  # keeps a write transaction well under 2 s on SQLite, where it blocks every other writer
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)  # between tries of a row the database refused


def reconcile(
    entity: Entity,
    registry: Registry,
    *,
    replay: bool = False,
    scanned: int | None = None,
    record: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Reconcile what waits for this entity, or everything kept of it (`replay`, after a corrected parser).

    `scanned` is how many records the reading saw, for the brake on fields that empty (None: a first load, where
    nothing can be emptied); `record` is called with each batch's tally inside its transaction, so that a journal can
    never disagree.
    Never raises for a record. Raises OperationalError or InterfaceError when the database itself is gone: the rows
    wait.
    """
    here, tally, known = table(entity), Tally(), Known()
    if not replay and scanned is not None:
        hold_mass_emptying(here, scanned)
    for ids in _batches(entity, replay=replay):
        tally.add(_apply(ids, here, registry, known, record))
    record_drift(entity.name, tally)
    settle_agreed(here)
    return tally


def due(rows: QuerySet[StagedRecord]) -> QuerySet[StagedRecord]:
    """Those whose turn has come."""
    now = Q(state=RowState.PENDING) | Q(state=RowState.RETRY, not_before__lte=timezone.now())
    return rows.filter(now, reconciled_at=None)


def _batches(entity: Entity, *, replay: bool) -> Iterator[list[str]]:
    """Ids to reconcile, in id order: two reconcilers at once lock in the same order."""
    rows = StagedRecord.objects.filter(entity=entity.name)
    rows = rows.exclude(state__in=(RowState.HELD, RowState.REFUSED)) if replay else due(rows)
    last = ""
    while ids := list(
        rows.filter(gazelle_id__gt=last).order_by("gazelle_id").values_list("gazelle_id", flat=True)[:BATCH]
    ):
        yield ids
        last = ids[-1]


def _apply(ids: list[str], here: Table, registry: Registry, known: Known, record: Record) -> Tally:
    try:
        return _in_one_transaction(ids, here, registry, known, record)
    except Exception as error:  # whatever it is, one of them is to blame: the others must not pay for it
        _raise_if_gone()
        if is_locked_out(error):
            raise  # none of them is: each would wait as long
        known.clear()
        logger.warning("batch_replayed_one_by_one", extra={"entity": here.entity.name, "records": len(ids)})
    tally = Tally()
    for gazelle_id in ids:
        tally.add(_apply_alone(gazelle_id, here, registry, record))
    return tally


def _apply_alone(gazelle_id: str, here: Table, registry: Registry, record: Record) -> Tally:
    """One record in its own transaction; what is said of it is written on its row."""
    try:
        return _in_one_transaction([gazelle_id], here, registry, Known(), record)
    except OperationalError as error:
        _raise_if_gone()
        _postpone(here.entity, gazelle_id, error)
        tally = Tally(retried=1)
    except DatabaseError as error:
        _raise_if_gone()
        logger.exception("record_failed", extra={"entity": here.entity.name, "gazelle_id": gazelle_id})
        reason = f"La base de données a refusé la fiche : {error}"
        settle_row(_row(here.entity, gazelle_id), RowState.FAILED, reason)
        tally = Tally(failed=1)
    except Exception as error:  # one record: what it makes fail must not cost the others
        logger.exception("record_failed", extra={"entity": here.entity.name, "gazelle_id": gazelle_id})
        settle_row(_row(here.entity, gazelle_id), RowState.FAILED, f"{type(error).__name__} : {error}")
        tally = Tally(failed=1)
    record(tally)
    return tally


@collector_paused()
def _in_one_transaction(ids: list[str], here: Table, registry: Registry, known: Known, record: Record) -> Tally:
    with transaction.atomic():
        rows = StagedRecord.objects.select_for_update().filter(entity=here.entity.name, gazelle_id__among=ids)
        tally = apply_batch(staged(rows.order_by("gazelle_id")), here, registry, known)
        record(tally)
        return tally


def _postpone(entity: Entity, gazelle_id: str, error: OperationalError) -> None:
    """A lock or a deadlock: the row waits, a little longer each time."""
    row = _row(entity, gazelle_id)
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
    settle_row(row, RowState.RETRY, f"La base de données n’a pas pu écrire la fiche : {error}", pause=pause)


def _row(entity: Entity, gazelle_id: str) -> Staged:
    [row] = staged(StagedRecord.objects.filter(entity=entity.name, gazelle_id=gazelle_id))
    return row


def _raise_if_gone() -> None:
    """Inside an `except`: when the database itself does not answer, the records are not to blame."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError) as gone:
        raise gone
