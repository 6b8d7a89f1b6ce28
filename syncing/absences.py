"""Records that a complete reading no longer shows. Gazelle has no tombstones: an absence needs a proof.

Where Gazelle answers for one record, its answer is the proof; where it does not, two complete readings in a row. Too
many at once is never believed: the step is suspended and a person decides. Nothing is ever erased, only marked.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from syncing import history
from syncing.bulk import chunks
from syncing.deciding import Absence, weigh_absences
from syncing.fetching.errors import EmptyAnswer, QueryRefused
from syncing.legs import seen_in
from syncing.models import Leg, MirroredModel, StagedRecord, Suspension
from syncing.reconciling.applying import has_left
from syncing.reconciling.tables import table
from syncing.registry import Entity
from syncing.vocabulary import Mode, Node, RowState

logger = logging.getLogger(__name__)

ASKED_AT_ONCE = 200  # single reads a run: more would take longer than the reading itself
EDGE = timedelta(days=1)


@dataclass
class Judgement:
    """What became of the absences of one entity."""

    gone: list[str] = field(default_factory=list)
    alive: list[Node] = field(default_factory=list)
    """Still in Gazelle after all: to be staged like any other."""
    suspended: str = ""


def look(entity: Entity, leg: Leg, ask: Callable[[Entity, str], Node | None]) -> Judgement:
    """Judge the absences that a leg read to its end proves; `ask` reads one record, None when Gazelle does not know it.

    Writes nothing but a suspension. A leg that is not complete proves nothing, nor does an empty one: there, a record
    is gone when Gazelle says so of that record, or when a person does.
    """
    judgement = Judgement()
    seen = seen_in(leg)
    scope = _scope(entity, leg)
    if scope is None or not (seen or leg.mode == Mode.FULL) or not _is_complete(leg):
        return judgement
    present = set(scope.values_list("pk", flat=True))
    missing = sorted(present - seen - _refused(entity))
    if not missing:
        if leg.mode == Mode.FULL:
            _withdraw(entity)  # a window that is whole says nothing of the records outside it
        return judgement
    weight = weigh_absences(missing=len(missing), present=len(present), has_single_read=bool(entity.single))
    match weight if seen or weight is Absence.ASK_EACH else Absence.SUSPEND:
        case Absence.SUSPEND:
            judgement.suspended = _suspend(entity, leg, missing, len(present))
        case Absence.ASK_EACH:
            # Drawn anew at each leg, so that those who come last by name are asked one day too.
            chosen = random.Random(leg.pk).sample(missing, min(ASKED_AT_ONCE, len(missing)))  # noqa: S311  # no secret
            for gazelle_id in chosen:
                try:
                    node = ask(entity, gazelle_id)
                except (QueryRefused, EmptyAnswer):
                    continue  # no answer for this one is no proof, and no reason to leave the others
                if node is None:
                    judgement.gone.append(gazelle_id)
                else:
                    judgement.alive.append(node)
        case Absence.BELIEVE:
            judgement.gone = [gazelle_id for gazelle_id in missing if gazelle_id not in _seen_before(entity, leg)]
    return judgement


def mark_gone(entity: Entity, ids: Iterable[str], *, by: User | None = None) -> int:
    """Mark records as no longer in Gazelle's list, on a person's word or on proof; how many were present until now."""
    ids, now, marked = list(ids), timezone.now(), 0
    rows = table(entity).model._base_manager.filter(deleted_at=None)
    with transaction.atomic():
        for chunk in chunks(ids):
            here = rows.filter(pk__in=chunk).select_for_update().order_by("pk")
            versions = dict(here.values_list("pk", "version"))
            marked += rows.filter(pk__in=versions).update(deleted_at=now, updated_at=now, version=F("version") + 1)
            history.record(
                history.entry(entity.name, pk, version + 1, {"deleted_at": (None, now)}, at=now, by=by)
                for pk, version in versions.items()
            )
    return marked


def keep_out(entity: Entity, ids: Iterable[str]) -> None:
    """Leave out of the default list the records that were out of it, after an answer that does not speak of that list.

    Those that had left by their own word come back by it. Called between staging and reconciling: a mark as old as the
    answer is one that the answer did not contradict.
    """
    for chunk in chunks(sorted(ids)):
        staged = StagedRecord.objects.filter(entity=entity.name, gazelle_id__in=chunk, state=RowState.PENDING)
        out = table(entity).model._base_manager.filter(pk__in=list(staged.values_list("gazelle_id", flat=True)))
        out = out.exclude(deleted_at=None)
        out.exclude(pk__in=_gone_by_their_word(entity, out)).update(deleted_at=timezone.now())


def raise_returned(entity: Entity, leg: Leg) -> int:
    """Send back to the reconciler what Gazelle shows and the table does not: gone records, rows lost here."""
    seen, model = sorted(seen_in(leg)), table(entity).model
    returned, now = 0, timezone.now()
    for chunk in chunks(seen):
        here = model._base_manager.filter(pk__in=chunk, is_placeholder=False)
        known = dict(here.values_list("pk", "deleted_at"))
        lost = {gazelle_id for gazelle_id in chunk if known.get(gazelle_id, now) is not None}
        if lost:
            lost -= _gone_by_their_word(entity, here.exclude(deleted_at=None))  # listed all the same: nothing is new
        staged = StagedRecord.objects.filter(entity=entity.name, gazelle_id__in=lost)
        # Archived text of a row that is no longer here cannot be read again: the next reading stages it anew.
        staged.filter(raw=None).exclude(gazelle_id__in=known).delete()
        settled = staged.filter(state=RowState.RECONCILED)
        returned += settled.update(state=RowState.PENDING, reconciled_at=None, fetched_at=now)
    return returned


def _gone_by_their_word(entity: Entity, rows: QuerySet[MirroredModel]) -> set[str]:
    """Those of these rows that say themselves, as last received, that they left the list."""
    if not entity.left_list:
        return set()
    return {pk for pk, node in rows.values_list("pk", "raw_data") if has_left(node or {}, entity)}


def is_accounted_for(entity: Entity) -> bool:
    """Whether an empty list leaves nobody here unexplained: all are gone, or kept by a person's no."""
    rows = _kept_in_list(entity)
    return not set(rows.values_list("pk", flat=True)) - _refused(entity)


def _scope(entity: Entity, leg: Leg) -> QuerySet[MirroredModel] | None:
    """The present records that this leg should have shown; None when it can prove nothing."""
    rows = _kept_in_list(entity)
    if leg.mode == Mode.FULL:
        return rows
    within = entity.read(Mode(leg.mode)).within
    if not within or leg.since is None:
        return None
    # A day inside each edge: in which zone Gazelle evaluates a date is not known.
    rows = rows.filter(**{f"{within}__gte": leg.since + EDGE})
    return rows.filter(**{f"{within}__lte": leg.until - EDGE}) if leg.until else rows


def _kept_in_list(entity: Entity) -> QuerySet[MirroredModel]:
    """The records that should be in Gazelle's default list; those made here and not yet sent are not."""
    return table(entity).model.objects.present().exclude(pk__startswith="local_")


def _is_complete(leg: Leg) -> bool:
    """An answer with holes, or fewer records than announced, says nothing about who is missing; nor about those it
    carries."""
    announced = leg.total is None or leg.distinct >= leg.total
    whole = announced and not leg.null_nodes and not leg.faults
    return whole and (leg.carried_by is None or _is_complete(leg.carried_by))


def _seen_before(entity: Entity, leg: Leg) -> set[str]:
    """Who the complete reading before this one saw; everybody when there was none, so that nothing is believed."""
    before = Leg.objects.filter(entity=entity.name, mode=leg.mode, sealed_at__isnull=False).exclude(pk=leg.pk)
    last = before.order_by("-pk").first()
    if last is None or not _is_complete(last):
        return set(table(entity).model._base_manager.values_list("pk", flat=True))
    return seen_in(last)


def _suspend(entity: Entity, leg: Leg, missing: list[str], present: int) -> str:
    """Ask a person; a window never replaces the larger question of a full reading."""
    still_open = Suspension.objects.filter(kind=Suspension.DELETION, entity=entity.name, decided_at=None)
    if leg.mode != Mode.FULL and still_open.exists():
        return ""
    reason = f"{len(missing)} fiches sur {present} ne sont plus dans la réponse de Gazelle."
    Suspension.objects.update_or_create(
        kind=Suspension.DELETION, entity=entity.name, column="", decided_at=None,
        defaults={"ids": missing, "scanned": present, "reason": reason},
    )  # fmt: skip
    logger.warning("deletion_suspended", extra={"entity": entity.name, "missing": len(missing), "present": present})
    return reason


def _refused(entity: Entity) -> set[str]:
    """Those whose removal a person refused: not asked about again."""
    refused = Suspension.objects.filter(kind=Suspension.DELETION, entity=entity.name, accepted=False)
    return {gazelle_id for ids in refused.values_list("ids", flat=True) for gazelle_id in ids}


def _withdraw(entity: Entity) -> None:
    """Everybody is back: nothing is left to decide."""
    open_ones = Suspension.objects.filter(kind=Suspension.DELETION, entity=entity.name, decided_at=None)
    open_ones.update(decided_at=timezone.now(), accepted=None)
