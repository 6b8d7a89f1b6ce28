"""The brake on fields that empty everywhere: a mass erasure stops and asks, one by one it passes."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from syncing.bulk import collector_paused
from syncing.deciding import is_mass_emptying
from syncing.models import StagedRecord, Suspension
from syncing.reconciling.rows import parse_quietly, staged
from syncing.reconciling.tables import Table
from syncing.vocabulary import RowState

logger = logging.getLogger(__name__)

CHUNK = 1000
EMPTY: tuple[object, ...] = ("", None, [])
ACCEPTED_FOR = timedelta(days=1)  # a person's yes covers what is waiting, not the next accident


def hold_mass_emptying(here: Table, scanned: int) -> None:
    """Hold back the rows that would empty a column which is being emptied everywhere, until a person says yes."""
    accepted = set(
        Suspension.objects.filter(
            kind=Suspension.EMPTYING,
            entity=here.entity.name,
            accepted=True,
            decided_at__gte=timezone.now() - ACCEPTED_FOR,
        ).values_list("column", flat=True)
    )
    # Most of the time too few rows wait for any column to be emptied everywhere.
    emptied = _emptied(here) if is_mass_emptying(emptied=_waiting(here).count(), scanned=scanned) else {}
    held = {
        column: ids
        for column, ids in emptied.items()
        if column not in accepted and is_mass_emptying(emptied=len(ids), scanned=scanned)
    }
    for column, ids in held.items():
        _hold(here, column, ids, scanned)
    _release(here, held)


def _release(here: Table, held: Mapping[str, list[str]]) -> None:
    """What is no longer part of a mass goes its way, and a question without rows withdraws."""
    kept = {gazelle_id for ids in held.values() for gazelle_id in ids}
    rows = StagedRecord.objects.filter(entity=here.entity.name, state=RowState.HELD)
    free = [row.pk for row in rows.only("gazelle_id") if row.gazelle_id not in kept]
    StagedRecord.objects.filter(pk__in=free).update(state=RowState.PENDING, last_error="")
    questions = Suspension.objects.filter(kind=Suspension.EMPTYING, entity=here.entity.name, decided_at=None)
    questions.exclude(column__in=held).update(decided_at=timezone.now())


def _waiting(here: Table) -> QuerySet[StagedRecord]:
    return StagedRecord.objects.filter(
        entity=here.entity.name, reconciled_at=None, state__in=(RowState.PENDING, RowState.HELD)
    )


@collector_paused()
def _emptied(here: Table) -> dict[str, list[str]]:
    """The waiting rows that would empty each column, by column."""
    emptied: dict[str, list[str]] = defaultdict(list)
    bare: dict[str, list[str]] = defaultdict(list)
    last = ""
    while rows := staged(_waiting(here).filter(gazelle_id__gt=last).order_by("gazelle_id")[:CHUNK]):
        last = rows[-1].gazelle_id
        drafts = [draft for row in rows if (draft := parse_quietly(row, here)) is not None]
        arrived = {draft.id: here.values(draft) for draft in drafts}
        records = here.model._base_manager.filter(pk__among=arrived, is_placeholder=False)
        local = {row["id"]: row for row in records.values("id", "given", *set().union(*arrived.values()))}
        for draft in drafts:
            if draft.id in local:
                for column in _columns_emptied(local[draft.id], arrived[draft.id], here):
                    emptied[column].append(draft.id)
                for model, children in draft.owned.items():
                    if not children:
                        bare[model].append(draft.id)
    for model, owners in bare.items():
        emptied[model] += _with_rows(here, model, owners)
    return {column: ids for column, ids in emptied.items() if ids}


def _columns_emptied(record: Mapping[str, Any], arrived: Mapping[str, object], here: Table) -> Iterator[str]:
    """Columns that these values would empty; what a person set by hand is not emptied by an empty answer."""
    for column, value in arrived.items():
        if value in EMPTY and (ours := record[column]) not in EMPTY:
            by_hand = column in here.entity.shared and ours != record["given"].get(column, ours)
            if not by_hand:
                yield column


def _with_rows(here: Table, model: str, owners: list[str]) -> list[str]:
    """Those of the records whose list of owned rows is empty now and was not."""
    owner = next(owned.owner for owned in here.entity.owned if owned.model == model)
    rows = apps.get_model(model)._base_manager.filter(**{f"{owner}__among": owners, "deleted_at": None})
    return sorted(set(rows.values_list(f"{owner}_id", flat=True)))


def _hold(here: Table, column: str, ids: list[str], scanned: int) -> None:
    reason = f"Gazelle vide le champ « {column} » sur {len(ids)} fiches des {scanned} lues."
    Suspension.objects.update_or_create(
        kind=Suspension.EMPTYING, entity=here.entity.name, column=column, decided_at=None,
        defaults={"ids": ids, "scanned": scanned, "reason": reason},
    )  # fmt: skip
    StagedRecord.objects.filter(entity=here.entity.name, gazelle_id__in=ids, reconciled_at=None).update(
        state=RowState.HELD, last_error=reason
    )
    logger.warning("mass_emptying_held", extra={"entity": here.entity.name, "column": column, "records": len(ids)})
