"""The brake on fields that empty everywhere: a mass erasure stops and asks, one by one it passes."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from syncing.deciding import is_mass_emptying
from syncing.models import StagedRecord, Suspension
from syncing.reconciling.applying import parse_quietly
from syncing.reconciling.tables import Table
from syncing.vocabulary import RowState

logger = logging.getLogger(__name__)

CHUNK = 500
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
    for column, ids in _emptied(here).items():
        if column not in accepted and is_mass_emptying(emptied=len(ids), scanned=scanned):
            _hold(here, column, ids, scanned)


def _emptied(here: Table) -> dict[str, list[str]]:
    """The waiting rows that would empty each column, by column."""
    emptied: dict[str, list[str]] = defaultdict(list)
    waiting = StagedRecord.objects.filter(
        entity=here.entity.name, reconciled_at=None, state__in=(RowState.PENDING, RowState.HELD)
    ).order_by("gazelle_id")
    last = ""
    while rows := list(waiting.filter(gazelle_id__gt=last)[:CHUNK]):
        last = rows[-1].gazelle_id
        local = here.model._base_manager.in_bulk([row.gazelle_id for row in rows])
        for row in rows:
            record = local.get(row.gazelle_id)
            draft = parse_quietly(row, here) if record is not None and not record.is_placeholder else None
            for column, value in here.values(draft).items() if draft else ():
                if value in EMPTY and getattr(record, column) not in EMPTY:
                    emptied[column].append(row.gazelle_id)
    return emptied


EMPTY: tuple[object, ...] = ("", None, [])


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
