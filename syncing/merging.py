"""Merges made in Gazelle, recognised afterwards: a record is gone, and all that cited it now cites one other.

Gazelle does not say that two records became one; their id just stops existing. Here too what follows from a merge,
whoever made it: everything that cites the one leads to the other.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.utils import timezone

from syncing.keys import keys_to
from syncing.models import MirroredModel, Move, OwnedModel, Redirect
from syncing.monitoring.citations import WATCHED
from syncing.reconciling.redirects import followed
from syncing.reconciling.returning import point, rebase
from syncing.reconciling.tables import table
from syncing.registry import Entity, Registry

logger = logging.getLogger(__name__)


def infer_merges(registry: Registry) -> list[Redirect]:
    """Write a redirect for each recently gone record whose every reference moved to one other record."""
    since = timezone.now() - WATCHED
    found = []
    for entity in registry:
        if not entity.mergeable:
            continue
        left = set(Move.objects.filter(target=entity.name, moved_at__gte=since).values_list("before", flat=True))
        known = set(Redirect.objects.filter(entity=entity.name, undone_at=None).values_list("old_id", flat=True))
        gone = table(entity).model._base_manager.filter(pk__in=left - known, deleted_at__isnull=False)
        for gazelle_id in gone.order_by("pk").values_list("pk", flat=True):
            kept = _only_heir(entity, gazelle_id, registry)
            if kept and not still_cited(entity, gazelle_id):
                found.append(
                    Redirect.objects.create(
                        entity=entity.name, old_id=gazelle_id, kept_id=kept, why="fusion faite dans Gazelle"
                    )
                )
    return found


def lead(redirect: Redirect, registry: Registry) -> int:
    """Point everything that cites the old record to where the redirect leads, and remember what; how many rows."""
    kept_id = followed(redirect.entity, redirect.old_id)
    led = 0
    for key in keys_to(table(registry[redirect.entity]).model):
        citing = key.model._base_manager.select_for_update().filter(**{key.column: redirect.old_id}).order_by("pk")
        if ids := list(citing.values_list("pk", flat=True)):
            point(key, ids, kept_id, registry, by=redirect.by)
            rebase(key, ids, (redirect.old_id,), kept_id, registry)
            redirect.moved[key.label] = [*redirect.moved.get(key.label, ()), *ids]
            led += len(ids)
    if led:
        redirect.save(update_fields=["moved"])
    return led


def lead_the_late(registry: Registry) -> int:
    """Lead what still cites a record that gave way: rows that a reconciler wrote while a merge was being made, rows of
    the house about a record that was merged in Gazelle. How many."""
    led = 0
    for entity in registry:
        in_force = Redirect.objects.filter(entity=entity.name, undone_at=None)
        gave_way = list(in_force.values_list("old_id", flat=True))
        for old_id in sorted(_cited_among(gave_way, entity)) if gave_way else ():
            try:
                with transaction.atomic():
                    redirect = in_force.select_for_update().filter(old_id=old_id).first()
                    led += lead(redirect, registry) if redirect else 0
            except IntegrityError:
                # A row that may exist only once, and does already for the kept record: people see both.
                logger.warning("late_reference_not_led", extra={"entity": entity.name, "gazelle_id": old_id})
    return led


def _cited_among(ids: list[str], entity: Entity) -> set[str]:
    """Those of these records that some row cites: one query for each key."""
    return {
        cited
        for key in keys_to(table(entity).model)
        for cited in key.model._base_manager.filter(**{f"{key.column}__among": ids})
        .order_by()
        .values_list(key.column, flat=True)
        .distinct()
    }


def still_cited(entity: Entity, gazelle_id: str) -> bool:
    """Whether any row of Gazelle's, gone ones and owned ones included, still cites this record."""
    keys = (key for key in keys_to(table(entity).model) if issubclass(key.model, MirroredModel | OwnedModel))
    return any(key.model._base_manager.filter(**{key.column: gazelle_id}).exists() for key in keys)


def _only_heir(entity: Entity, gazelle_id: str, registry: Registry) -> str:
    """The one record that everything which left this one cites today; "" when there are several or it is not there."""
    left = Move.objects.filter(target=entity.name, before=gazelle_id)
    heirs = {
        _cites_now(registry[name], citing, column)
        for name, citing, column in left.values_list("entity", "gazelle_id", "column").distinct()
        if name in registry
    }
    heir = heirs.pop() if len(heirs) == 1 else ""
    return heir if table(entity).model.objects.present().filter(pk=heir).exists() else ""


def _cites_now(entity: Entity, gazelle_id: str, name: str) -> str:
    here = table(entity)
    column, _ = here.reference_column(name)
    return str(here.model._base_manager.filter(pk=gazelle_id).values_list(column, flat=True).first() or "")
