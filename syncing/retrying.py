"""What a person does about rows that did not become records: try them again, replay a table, set them aside.

Who may is judged by the pages. Nothing asks Gazelle again, and nothing is lost: a row set aside keeps what was
received, and comes back by itself when Gazelle sends something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from syncing import french
from syncing.bulk import chunks
from syncing.decisions import AlreadyDecided, Postponed, carry_out
from syncing.digests import storable_text
from syncing.locks import once_more
from syncing.models import StagedRecord
from syncing.monitoring.causes import SET_ASIDE, TROUBLED
from syncing.reconciling.reconciling import due
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry
from syncing.vocabulary import RowState

AT_ONCE = 1000  # rows waiting that a request may settle: one batch of the reconciler, under 2 s on SQLite
REPLAYED_AT_ONCE = 5000  # rows of a table that a request may replay: about as long
ROWS = ("ligne", "lignes")


@dataclass(frozen=True)
class Retried:
    """What became of the rows that were tried again."""

    tried: int
    settled: int

    @property
    def left(self) -> int:
        return self.tried - self.settled


class TooMany(Postponed):
    """More than a page may do while somebody waits."""

    action = "La prochaine lecture s’en charge, ou cette commande : "


def retry(entity: Entity, keys: Sequence[int], *, by: User, registry: Registry | None = None) -> Retried:
    """Try rows again, those that a person set aside included, with the parser of today.

    Raises AlreadyDecided when none of them waits any more, and Postponed when another process will do it.
    """
    with transaction.atomic():
        freed = [pk for rows in _waiting(entity, keys) for pk in _freed(rows)]
        if not freed:
            raise AlreadyDecided("Ces lignes ne sont plus en attente : elles ont été reprises entre-temps.")
        _record(freed, by, "Remise à l’essai.")
    waiting = due(StagedRecord.objects.filter(entity=entity.name)).count()
    if waiting > AT_ONCE:
        raise TooMany(
            f"{french.counted(len(freed), 'ligne est remise', 'lignes sont remises')} à l’essai.",
            action=f"{TooMany.action}python manage.py reconcile {entity.name}",
        )
    carry_out(entity, "Les lignes sont remises à l’essai.", registry=registry)
    settled = sum(
        StagedRecord.objects.filter(pk__in=chunk, state=RowState.RECONCILED).count() for chunk in chunks(freed)
    )
    return Retried(len(freed), settled)


@once_more
def set_aside(entity: Entity, keys: Sequence[int], *, reason: str, by: User) -> int:
    """Stop asking about rows, for a reason; how many. They come back when Gazelle changes what they hold.

    Raises AlreadyDecided when none of them waits any more.
    """
    said = storable_text(f"Ignorée par {by.get_full_name() or by.get_username()} : {reason.strip()}")
    with transaction.atomic():
        ignored: list[int] = []
        for rows in _waiting(entity, keys):
            known = rows.exclude(state=SET_ASIDE)
            ids = list(known.select_for_update().order_by("gazelle_id").values_list("pk", flat=True))
            if known.filter(pk__in=ids).update(state=SET_ASIDE, last_error=said, not_before=None):
                ignored += ids
        if not ignored:
            raise AlreadyDecided("Ces lignes ne sont plus en attente : elles ont été reprises entre-temps.")
        _record(ignored, by, said)
    return len(ignored)


def replay(entity: Entity, *, by: User, registry: Registry | None = None) -> Tally:
    """Reconcile again everything kept of a table, after a corrected parser.

    Raises TooMany above what a page may do, and Postponed when another process is at work on this table.
    """
    kept = StagedRecord.objects.filter(entity=entity.name).count()
    if kept > REPLAYED_AT_ONCE:
        raise TooMany(
            f"{french.counted(kept, *ROWS)} : trop pour une page.",
            action=f"Cette commande le fait : python manage.py reconcile {entity.name} --replay",
        )
    tally = carry_out(entity, "Rien n’a été rejoué.", replaying=True, registry=registry)
    LogEntry.objects.create(
        user=by, content_type=ContentType.objects.get_for_model(StagedRecord), object_repr=entity.label,
        action_flag=CHANGE, change_message=f"Table rejouée, {french.counted(kept, *ROWS)}.",
    )  # fmt: skip
    return tally


def _waiting(entity: Entity, keys: Sequence[int]) -> Iterator[QuerySet[StagedRecord]]:
    for chunk in chunks(keys):
        yield StagedRecord.objects.filter(
            entity=entity.name, pk__in=chunk, reconciled_at=None, state__in=(*TROUBLED, SET_ASIDE)
        )


def _freed(rows: QuerySet[StagedRecord]) -> list[int]:
    """Their keys, once they are ready to be tried. The reason stays written until the next try replaces it."""
    # In the order of the reconciler, which may be at work on them.
    keys = list(rows.select_for_update().order_by("gazelle_id").values_list("pk", flat=True))
    StagedRecord.objects.filter(pk__in=keys).update(state=RowState.PENDING, not_before=None)
    return keys


def _record(keys: Sequence[int], by: User, message: str) -> None:
    """Who did what to each row, in the journal of the back-office."""
    for chunk in chunks(keys):
        rows = list(StagedRecord.objects.filter(pk__in=chunk).defer("raw"))
        LogEntry.objects.log_actions(by.pk, rows, CHANGE, message)
