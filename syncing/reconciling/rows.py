"""Staged rows as the reconciler handles them, and what is written on them.

Plain values: building one of Django's objects for each row costs more than parsing it.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from syncing.bulk import Json
from syncing.digests import needs_mending, storable, storable_text
from syncing.drafts import Draft
from syncing.models import StagedRecord
from syncing.reconciling.tables import Table
from syncing.reconciling.tallying import Tally
from syncing.vocabulary import Node, Outcome, Rejected, RowState

logger = logging.getLogger(__name__)


class Staged(NamedTuple):
    """What the reconciler needs of a StagedRecord; `raw` is None once it was archived."""

    pk: int
    entity: str
    gazelle_id: str
    raw: bytes | None
    fetched_at: datetime
    attempts: int


class Parsed(NamedTuple):
    """A staged row that became a draft; `raw_data` is the node as the domain row keeps it."""

    row: Staged
    node: Node
    raw_data: Node | Json
    draft: Draft


def staged(rows: QuerySet[StagedRecord]) -> list[Staged]:
    """These rows, in their order, read in one query."""
    return [Staged._make(values) for values in rows.values_list(*Staged._fields)]


def parse_row(row: Staged, here: Table, tally: Tally) -> Parsed | None:
    """The row's draft; None when it cannot become a record, which is written on the row with path and reason."""
    try:
        return _parse(row, here)
    except Rejected as error:
        tally.outcomes[Outcome.REJECTED] += 1
        settle_row(row, RowState.REJECTED, str(error))
    except Exception as error:  # one record: whatever its parser raises must not cost the others
        tally.failed += 1
        logger.exception("parse_failed", extra={"entity": row.entity, "gazelle_id": row.gazelle_id})
        settle_row(row, RowState.FAILED, f"{type(error).__name__} : {error}")
    return None


def parse_quietly(row: Staged, here: Table) -> Draft | None:
    """The draft of a row that may be unreadable: who looks ahead lets the real turn say why."""
    try:
        return _parse(row, here).draft
    except Exception:  # noqa: BLE001  # its reason is written when its turn comes
        return None


def examined(row: Staged, here: Table) -> tuple[Node, Draft | None, str]:
    """What a reader makes of a row today, for somebody who looks at it: node, draft, and why it is no record (or "").

    Writes nothing; a draft without an id is still shown.
    """
    node: Node = {}
    draft = None
    try:
        node, _ = _read(row, here)
        draft = here.entity.parse(node)
        _ = draft.id
    except Rejected as error:
        return node, draft, str(error)
    except Exception as error:  # noqa: BLE001  # shown to the person who asked
        return node, draft, f"{type(error).__name__} : {error}"
    return node, draft, ""


def _parse(row: Staged, here: Table) -> Parsed:
    node, raw_data = _read(row, here)
    draft = here.entity.parse(node)
    _ = draft.id  # raises Rejected when there is none
    return Parsed(row, node, raw_data, draft)


def _read(row: Staged, here: Table) -> tuple[Node, Node | Json]:
    """The node as staged, made storable; from the domain row's `raw_data` once the raw text was archived."""
    if row.raw is None:
        kept = here.model._base_manager.values_list("raw_data", flat=True).get(pk=row.gazelle_id) or {}
        return kept, kept
    text = Json(row.raw, "utf-8")
    node = json.loads(text)
    mended = needs_mending(text)
    if mended:
        node, _ = storable(node)
    if not isinstance(node, dict):
        raise Rejected("$", f"objet attendu, reçu {type(node).__name__}")
    return node, node if mended else text


def settle_row(row: Staged, state: RowState, reason: str, *, pause: timedelta | None = None) -> None:
    """Write a row's fate with its reason; `pause` is how long before it is tried again."""
    now = timezone.now()
    StagedRecord.objects.filter(pk=row.pk).update(
        state=state, last_error=storable_text(reason), attempts=row.attempts + 1,
        reconciled_at=now if state is RowState.RECONCILED else None, not_before=now + pause if pause else None,
    )  # fmt: skip
