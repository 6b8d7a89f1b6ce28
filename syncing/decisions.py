"""What a person decides about the mirror: each decision is taken once, in one transaction, and written with its author.

Who may decide is judged by the pages; here is what a decision does. Nothing is ever physically erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar

from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.db.models import Field, Model, QuerySet
from django.utils import timezone

from syncing import absences, history, leases
from syncing.bulk import chunks
from syncing.drafts import with_ours
from syncing.engine import settle
from syncing.locks import is_contended, once_more
from syncing.models import AcceptedGap, Conflict, Drift, LegPage, MirroredModel, StagedRecord, Suspension
from syncing.monitoring.awaiting import fingerprint
from syncing.monitoring.gaps import Gap
from syncing.people import trail
from syncing.reconciling.redirects import followed
from syncing.reconciling.tables import table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry, entities
from syncing.vocabulary import RowState, SyncError

Subject = TypeVar("Subject", bound=Model)


class AlreadyDecided(SyncError):
    """Somebody was quicker; nothing was done twice."""

    code = "already_decided"
    action = "La page montre ce qui reste à décider."


class Moved(SyncError):
    """What there is to decide is no longer what was shown; nothing was done."""

    code = "moved"
    action = "Relisez ce qui est affiché maintenant, puis décidez."


class Postponed(SyncError):
    """The decision is taken, and a reading under way will carry it out."""

    code = "postponed"
    action = "Rien à faire : la lecture en cours, ou la prochaine, s’en charge."
    retryable = True


def accept(suspension: Suspension, *, by: User, registry: Registry | None = None) -> int:
    """Let a suspended step be taken, for the records it lists; how many it changed.

    Raises AlreadyDecided and Moved, having done nothing, and Postponed when another reading will do it.
    """
    entity = (registry or entities())[suspension.entity]
    if suspension.kind == Suspension.DELETION:
        return _mark_gone(suspension, entity, by)
    return _empty(suspension, entity, by, registry)


@once_more
def refuse(suspension: Suspension, *, by: User) -> int:
    """Leave things as they are, for good as far as these records go; how many it concerns."""
    with transaction.atomic():
        _close(suspension, accepted=False, by=by)
        trail.record(suspension, by, f"Refusé, {len(suspension.ids)} fiches. {suspension.reason}")
        if suspension.kind == Suspension.DELETION:
            return len(suspension.ids)  # remembered by the decision itself: they are not asked about again
        reason = f"Refusé par {trail.name(by)}. {suspension.reason}"
        return sum(
            held.update(state=RowState.REFUSED, last_error=reason) for held in _held(suspension.entity, suspension.ids)
        )


@once_more
def settle_drift(drift: Drift, *, by: User) -> None:
    """A novelty was looked at: it is not told any more."""
    with transaction.atomic():
        if not Drift.objects.filter(pk=drift.pk, settled_at=None).update(settled_at=timezone.now(), settled_by=by):
            raise AlreadyDecided("Cette nouveauté est déjà classée.")
        trail.record(drift, by, "Vu et classé.")


@once_more
def accept_gap(gap: Gap, *, why: str, by: User) -> None:
    """Counts that differ by as much are not told again; the reason stays with whose it is."""
    with transaction.atomic():
        row, _ = AcceptedGap.objects.update_or_create(
            kind=gap.kind,
            entity=gap.name,
            defaults={"ours": gap.ours, "theirs": gap.theirs, "why": why, "by": by, "accepted_at": timezone.now()},
        )
        trail.record(row, by, f"Écart accepté : {gap.ours} pour {gap.theirs}. {why}")


@once_more
def resolve_conflict(
    conflict: Conflict, *, take: Literal["ours", "theirs"], by: User, registry: Registry | None = None
) -> None:
    """Keep the value set here, or write Gazelle's; either way Gazelle's becomes the base of the three-way rule.

    Raises AlreadyDecided; Moved when the value here or in Gazelle changed since `conflict` was read.
    """
    here = table((registry or entities())[conflict.entity])
    with transaction.atomic():
        # The record before the conflict, as the reconciler takes them.
        record = here.model._base_manager.select_for_update().filter(pk=conflict.gazelle_id).first()
        held = _locked(Conflict, conflict)
        present = getattr(record, held.column) if record else held.ours
        if held.settled_at is not None:
            raise AlreadyDecided("Ce conflit est déjà réglé.")
        stale = fingerprint(held) != fingerprint(conflict) or present != held.ours
        if stale:
            Conflict.objects.filter(pk=held.pk).update(ours=present)
        else:
            Conflict.objects.filter(pk=held.pk, settled_at=None).update(settled_at=timezone.now(), settled_by=by)
            if record is not None:
                _settle_value(record, held, take, registry or entities(), here.entity, by)
            kept, lost = (held.ours, held.theirs) if take == "ours" else (held.theirs, held.ours)
            trail.record(held, by, f"Gardé : « {kept} ». Laissé : « {lost} ».")
    if stale:  # outside: what is shown next must be what is there
        raise Moved("La valeur a changé depuis que vous l’avez lue.")


def _settle_value(
    record: MirroredModel,
    conflict: Conflict,
    take: Literal["ours", "theirs"],
    registry: Registry,
    entity: Entity,
    by: User,
) -> None:
    column: Field[object, object] = record._meta.get_field(conflict.column)  # type: ignore[assignment]  # a shared column is a concrete field
    theirs = conflict.theirs
    for other in registry:
        if isinstance(theirs, str) and column.related_model is table(other).model:
            theirs = followed(other.name, theirs)  # merged since the question was asked
    record.given = record.given | {conflict.column: theirs}
    fields = ["given", "updated_at"]
    record.updated_at = timezone.now()
    if take == "theirs":
        value = column.to_python(theirs)
        setattr(record, column.attname, value)
        record.version += 1
        changes = {conflict.column: (conflict.ours, value)}
        history.record(
            [history.entry(conflict.entity, record.pk, record.version, changes, at=record.updated_at, by=by)]
        )
        fields += [conflict.column, "version", *refresh_search_key(record, entity)]
    record.save(update_fields=fields)


def refresh_search_key(record: MirroredModel, entity: Entity | None) -> set[str]:
    """A shared value may be among the words a record is found by: the reader is asked again, with ours in the node.

    The columns that it set on the record, to be saved with the rest.
    """
    if entity is None or not isinstance(record.raw_data, dict) or not hasattr(record, "search_key"):
        return set()
    node = with_ours(record.raw_data, {column: getattr(record, column) for column in entity.shared})
    record.search_key = entity.parse(node).columns.get("search_key", record.search_key)
    return {"search_key"}


# -- suspended steps ---------------------------------------------------------------------------------------------------


@once_more
def _mark_gone(suspension: Suspension, entity: Entity, by: User) -> int:
    with transaction.atomic():
        _close(suspension, accepted=True, by=by)
        returned = _seen_since(suspension)
        ids = [gazelle_id for gazelle_id in suspension.ids if gazelle_id not in returned]
        marked = absences.mark_gone(entity, ids, by=by)
        trail.record(
            suspension, by, f"Accepté, {marked} fiches retirées sur {len(suspension.ids)}. {suspension.reason}"
        )
    return marked


def _seen_since(suspension: Suspension) -> set[str]:
    """The ids that Gazelle gave again, in any reading, since the question was asked: they are not gone."""
    pages = LegPage.objects.filter(
        leg__entity=suspension.entity,
        leg__heartbeat_at__gte=suspension.opened_at,
        fetched_at__gte=suspension.opened_at,
    ).values_list("seen", flat=True)
    seen = {gazelle_id for page in pages.iterator() for gazelle_id in page.split("\n")}
    for chunk in chunks(suspension.ids):
        newer = StagedRecord.objects.filter(
            entity=suspension.entity, gazelle_id__in=chunk, fetched_at__gt=suspension.opened_at
        )
        seen.update(newer.values_list("gazelle_id", flat=True))
    return seen


def _empty(suspension: Suspension, entity: Entity, by: User, registry: Registry | None) -> int:
    """Free the held rows, then reconcile them: after the decision, which must not be lost with a batch."""
    with transaction.atomic():
        _close(suspension, accepted=True, by=by)
        freed = sum(
            held.update(state=RowState.PENDING, last_error="") for held in _held(suspension.entity, suspension.ids)
        )
        trail.record(suspension, by, f"Accepté, {freed} lignes. {suspension.reason}")
    carry_out(entity, "La décision est prise.", registry=registry)
    return freed


def carry_out(entity: Entity, done: str, *, replaying: bool = False, registry: Registry | None = None) -> Tally:
    """Reconcile what a decision freed, which is committed; `done` says so. Raises Postponed when others are at work."""
    try:
        for _, told in settle([entity], replay=replaying, registry=registry):
            if isinstance(told, leases.Taken):
                raise Postponed(f"{done} {told}")
            return told
    except OperationalError as error:
        if not is_contended(error):
            raise
        raise Postponed(f"{done} Quelqu’un d’autre écrit au même endroit.") from error
    return Tally()


def _held(entity: str, ids: Sequence[str]) -> Iterator[QuerySet[StagedRecord]]:
    for chunk in chunks(ids):
        yield StagedRecord.objects.filter(entity=entity, gazelle_id__in=chunk, state=RowState.HELD, reconciled_at=None)


def _close(suspension: Suspension, *, accepted: bool, by: User) -> None:
    """Take the decision, once, about what the person saw."""
    held = _locked(Suspension, suspension)
    if held.decided_at is not None:
        raise AlreadyDecided("Cette décision est déjà prise.")
    if fingerprint(held) != fingerprint(suspension):
        raise Moved("Les fiches concernées ont changé depuis que vous les avez lues.")
    now = timezone.now()
    open_one = Suspension.objects.filter(pk=held.pk, decided_at=None)
    if not open_one.update(decided_at=now, decided_by=by, accepted=accepted):
        raise AlreadyDecided("Cette décision est déjà prise.")


def _locked(model: type[Subject], row: Subject) -> Subject:
    """The row as it is now; where the database locks rows, nobody else decides meanwhile."""
    held = model._default_manager.select_for_update().filter(pk=row.pk).first()
    if held is None:
        raise AlreadyDecided("Il n’y a plus rien à décider ici.")
    return held
