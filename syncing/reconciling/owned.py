"""Rows that live and die with a record: written with it, and marked gone when its list no longer has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.utils import timezone

from syncing.bulk import as_row, upsert
from syncing.drafts import Draft, Fault
from syncing.models import OwnedModel
from syncing.reconciling.tables import Table
from syncing.registry import Owned
from syncing.vocabulary import Rejected


@dataclass(frozen=True, slots=True)
class OwnedRow:
    """One owned row as Gazelle has it now."""

    id: str
    owner_id: str
    values: dict[str, object]


def owned_drafts(drafts: Sequence[Draft], here: Table) -> Iterator[tuple[Draft, Table]]:
    """Every draft owned by these, with the table it goes to."""
    for draft in drafts:
        for model, owned in draft.owned.items():
            table = Table(here.entity, apps.get_model(model))
            for child in owned:
                yield child, table


def apply_owned(drafts: Sequence[Draft], here: Table) -> None:
    """Bring the owned rows of these records up to date; a list that is absent from a record leaves its rows alone."""
    for owned in here.entity.owned:
        having = [draft for draft in drafts if owned.model in draft.owned]
        if having:
            _apply(having, owned, here)


def _apply(drafts: Sequence[Draft], owned: Owned, here: Table) -> None:
    model = apps.get_model(owned.model)
    table = Table(here.entity, model)
    owner = f"{owned.owner}_id"
    wanted = {row.id: row for draft in drafts for row in _rows(draft, owned.model, table)}
    owners = [draft.id for draft in drafts]
    rows = model._base_manager.select_for_update().order_by("pk")
    known: dict[str, OwnedModel] = {row.pk: row for row in rows.filter(**{f"{owner}__among": owners})}
    known |= {row.pk: row for row in rows.filter(pk__among=wanted.keys() - known.keys())}
    now = timezone.now()
    written: list[OwnedModel] = []
    for row in wanted.values():
        record = known.get(row.id) or model(id=row.id)
        values = row.values | {owner: row.owner_id, "deleted_at": None}
        if row.id not in known or any(getattr(record, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(record, name, value)
            written.append(record)
    for pk, record in known.items():
        if pk not in wanted and record.deleted_at is None:
            record.deleted_at = now
            written.append(record)
    for record in written:
        record.updated_at = now
    rows_written = [as_row(record) for record in sorted(written, key=lambda record: record.pk)]
    update = {field.attname for field in model._meta.concrete_fields} - {"id", "created_at"}
    upsert(model, rows_written, unique=("id",), update=update)


def _rows(draft: Draft, model: str, table: Table) -> Iterator[OwnedRow]:
    for child in draft.owned[model]:
        try:
            yield OwnedRow(child.id, draft.id, table.values(child))
        except Rejected as error:
            draft.faults.append(Fault(f"{model} {error.path}", error.reason))
