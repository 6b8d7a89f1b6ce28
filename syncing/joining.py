"""Merges made here: a placeholder turns out to be a record that Gazelle gave under another id, and back.

Only a placeholder gives way, and only to a record that lives in Gazelle: two records alive there are joined there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from syncing import french
from syncing.decisions import AlreadyDecided
from syncing.locks import once_more
from syncing.merging import lead
from syncing.models import MirroredModel, Redirect
from syncing.people import trail
from syncing.reconciling import redirects
from syncing.reconciling.returning import Returned
from syncing.reconciling.tables import table
from syncing.registry import Entity, Registry, entities
from syncing.vocabulary import SyncError


class NotMergeable(SyncError):
    """These two may not become one here; nothing was done."""

    code = "not_mergeable"
    action = "Choisissez une autre fiche."


class WithItself(NotMergeable):
    """One record was given twice."""

    code = "merge_with_itself"


class AliveInGazelle(NotMergeable):
    """Both live in Gazelle: merging them here would make the mirror unequal."""

    code = "alive_in_gazelle"
    action = "Fusionnez-les dans Gazelle ; ici, dites qu’il s’agit de la même fiche."


class AlreadyMerged(AlreadyDecided):
    """One of the two already gave way to another record."""

    code = "already_merged"


class NotOurs(SyncError):
    """A merge that was made in Gazelle is undone there."""

    code = "merged_in_gazelle"
    action = "Défaites-la dans Gazelle : la lecture suivante le verra."


@dataclass(frozen=True)
class Merged:
    """A merge that was made: what now leads to the kept record."""

    redirect: Redirect
    count: int


@once_more
def merge(
    entity: Entity, old_id: str, kept_id: str, *, by: User, why: str = "", registry: Registry | None = None
) -> Merged:
    """Let a placeholder become a record that Gazelle gave: all that cites the one cites the other.

    Raises a NotMergeable or AlreadyMerged, having done nothing.
    """
    if old_id == kept_id:
        raise WithItself("Une fiche ne se fusionne pas avec elle-même.")
    try:
        with transaction.atomic():
            # Both in one order, so that two people who merge the same ones never wait for each other.
            rows = table(entity).model._base_manager.select_for_update(no_key=True).filter(pk__in=(old_id, kept_id))
            locked = {row.pk: row for row in rows.order_by("pk").defer("raw_data")}
            _refuse(entity, old_id, kept_id, locked)
            redirect = Redirect.objects.create(
                entity=entity.name, old_id=old_id, kept_id=kept_id, by=by, why=why or "fusion faite ici"
            )
            count = lead(redirect, registry or entities())
            now = timezone.now()
            rows.filter(pk=old_id).update(deleted_at=now, updated_at=now)
            moved = french.counted(count, "élément rattaché", "éléments rattachés")
            trail.record(redirect, by, f"Fusionnée avec {kept_id}, {moved}.")
    except IntegrityError as error:
        raise NotMergeable(
            "Ces deux fiches ont chacune une ligne qui ne peut exister qu’une fois : rien n’a été fusionné.",
            action="Retirez l’une des deux lignes, puis recommencez.",
        ) from error
    return Merged(redirect, count)


@once_more
def undo(redirect: Redirect, *, by: User, registry: Registry | None = None) -> Returned:
    """Bring the placeholder back, with what cited it; what stays where it is, is told.

    Raises AlreadyDecided and NotOurs, having done nothing.
    """
    registry = registry or entities()
    with transaction.atomic():
        # The record before its redirect, as the reconciler and `merge` do: nobody waits for the other crosswise.
        old = table(registry[redirect.entity]).model._base_manager.select_for_update(no_key=True)
        record = old.filter(pk=redirect.old_id).defer("raw_data").first()
        held = Redirect.objects.select_for_update().get(pk=redirect.pk)
        if held.undone_at is not None:
            raise AlreadyDecided("Cette fusion est déjà défaite.")
        if record is None or not record.is_placeholder:
            raise NotOurs("Cette fusion a été faite dans Gazelle : elle ne se défait pas d’ici.")
        returned = redirects.undo(held, registry, by=by)
        old.filter(pk=held.old_id).update(deleted_at=None, updated_at=timezone.now())
        told = french.counted(returned.count, "élément rendu", "éléments rendus")
        stays = french.counted(len(returned.staying), "reste où il est", "restent où ils sont")
        trail.record(held, by, f"Défaite, {told}{f', {stays}' if returned.staying else ''}.")
    return returned


def _refuse(entity: Entity, old_id: str, kept_id: str, locked: Mapping[str, MirroredModel]) -> None:
    for pk in (old_id, kept_id):
        if pk not in locked:
            raise NotMergeable(f"« {pk} » n’existe pas ici.")
    in_force = Redirect.objects.filter(entity=entity.name, undone_at=None)
    gone = dict(in_force.filter(old_id__in=(old_id, kept_id)).values_list("old_id", "kept_id"))
    for pk, heir in gone.items():
        raise AlreadyMerged(f"« {pk} » est déjà fusionnée avec « {heir} ».")
    old, kept = locked[old_id], locked[kept_id]
    if not old.is_placeholder:
        raise AliveInGazelle("Ces deux fiches existent dans Gazelle.")
    if kept.is_placeholder:
        raise NotMergeable("L’autre fiche est provisoire elle aussi : on ne sait pas encore laquelle garder.")
    if kept.deleted_at is not None:
        raise NotMergeable("L’autre fiche n’est plus dans Gazelle.")
