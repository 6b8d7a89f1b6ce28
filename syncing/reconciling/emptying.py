"""The brake on fields that empty everywhere: a mass erasure stops and asks, one by one it passes."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from syncing.deciding import is_mass_emptying
from syncing.drafts import Draft
from syncing.models import MirroredModel, StagedRecord, Suspension
from syncing.reconciling.applying import parse_quietly
from syncing.reconciling.tables import Table
from syncing.vocabulary import RowState

logger = logging.getLogger(__name__)

CHUNK = 500
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
    held: dict[str, list[str]] = {
        column: ids
        for column, ids in _emptied(here).items()
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


def _emptied(here: Table) -> dict[str, list[str]]:
    """The waiting rows that would empty each column, by column."""
    emptied: dict[str, list[str]] = defaultdict(list)
    bare: dict[str, list[str]] = defaultdict(list)
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
            if record is not None and draft is not None:
                for column in _columns_emptied(record, draft, here):
                    emptied[column].append(row.gazelle_id)
                for model, children in draft.owned.items():
                    if not children:
                        bare[model].append(row.gazelle_id)
    for model, owners in bare.items():
        emptied[model] += _with_rows(here, model, owners)
    return {column: ids for column, ids in emptied.items() if ids}


def _columns_emptied(record: MirroredModel, draft: Draft, here: Table) -> Iterator[str]:
    """Columns that this draft would empty; what a person set by hand is not emptied by an empty answer."""
    for column, value in here.values(draft).items():
        ours = getattr(record, column)
        by_hand = column in here.entity.shared and ours != record.given.get(column, ours)
        if value in EMPTY and ours not in EMPTY and not by_hand:
            yield column


def _with_rows(here: Table, model: str, owners: list[str]) -> list[str]:
    """Those of the records whose list of owned rows is empty now and was not."""
    owner = next(owned.owner for owned in here.entity.owned if owned.model == model)
    rows = apps.get_model(model)._base_manager.filter(**{f"{owner}__in": owners, "deleted_at": None})
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
