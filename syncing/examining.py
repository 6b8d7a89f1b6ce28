"""One staged row as a person reads it: what was received, what today's reader makes of it, what is here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone

from syncing import french
from syncing.drafts import Draft, Fault
from syncing.models import MirroredModel, StagedRecord
from syncing.reconciling.rows import examined, staged
from syncing.reconciling.tables import Table, table
from syncing.registry import Entity

MADE_OF_OTHERS = ("search_key", "words")


@dataclass(frozen=True)
class Cell:
    """One column: what was read for it, and what the record here holds."""

    label: str
    read: str
    here: str

    @property
    def differs(self) -> bool:
        return self.read != self.here


@dataclass(frozen=True)
class Examined:
    """`refusal` is why today's reader makes no record of it; empty when it does."""

    raw: str
    cells: tuple[Cell, ...]
    owned: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    refusal: str
    record: MirroredModel | None

    @property
    def would_pass(self) -> bool:
        return not self.refusal


def examine(row: StagedRecord, entity: Entity) -> Examined:
    """Three queries at most; writes nothing."""
    here = table(entity)
    [as_staged] = staged(StagedRecord.objects.filter(pk=row.pk))
    record: MirroredModel | None = here.model._base_manager.filter(pk=row.gazelle_id).first()
    if as_staged.raw is None and record is None:
        return Examined("", (), (), (), "La réponse brute est archivée, et la fiche n’est plus ici.", None)
    node, draft, refusal = examined(as_staged, here)
    return Examined(
        raw=_readable(as_staged.raw, node),
        cells=tuple(cell for cell in _cells(draft, here, record) if cell.read or cell.here) if draft else (),
        owned=tuple((_model_name(name), len(rows)) for name, rows in draft.owned.items()) if draft else (),
        faults=tuple(draft.faults) if draft else (),
        refusal=refusal,
        record=record,
    )


def _readable(raw: bytes | None, node: object) -> str:
    """Indented when it is JSON; as it came when it is not: staging accepts everything."""
    if raw is not None:
        try:
            node = json.loads(raw)
        except ValueError:
            return bytes(raw).decode(errors="replace")
    return json.dumps(node, ensure_ascii=False, indent=2, sort_keys=True)


def _cells(draft: Draft, here: Table, record: MirroredModel | None) -> Iterator[Cell]:
    for name, value in sorted(draft.columns.items()):
        if name in MADE_OF_OTHERS:
            continue
        yield Cell(_label(here, name), shown(value), shown(getattr(record, name, None)) if record else "")
    for name, reference in sorted(draft.references.items()):
        column, _ = here.reference_column(name)
        held = shown(getattr(record, column, None)) if record else ""
        yield Cell(_label(here, name), reference.id if reference else "", held)


def _label(here: Table, name: str) -> str:
    for candidate in (name, f"{name}_gazelle_id"):
        try:
            return str(here.model._meta.get_field(candidate).verbose_name)  # type: ignore[union-attr]  # a column
        except (FieldDoesNotExist, AttributeError):
            continue
    return name


def _model_name(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)


def shown(value: object) -> str:
    """A typed value in one line of French."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{local:%Y-%m-%d} {french.clock(value)}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
