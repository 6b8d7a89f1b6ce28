"""Merges made in Gazelle, recognised afterwards: a record is gone, and all that cited it now cites one other.

Gazelle does not say that two records became one; their id just stops existing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.db.models import ForeignKey
from django.utils import timezone

from syncing.models import MirroredModel, Move, Redirect
from syncing.reconciling.tables import table
from syncing.registry import Entity, Registry

WATCHED = timedelta(days=21)  # the weekly full reading has moved every reference by then


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
            kept = _only_heir(entity, gazelle_id)
            if kept and not any(still_citing(entity, gazelle_id, registry)):
                found.append(
                    Redirect.objects.create(
                        entity=entity.name, old_id=gazelle_id, kept_id=kept, why="fusion faite dans Gazelle"
                    )
                )
    return found


def still_citing(entity: Entity, gazelle_id: str, registry: Registry) -> Iterator[tuple[Entity, int]]:
    """The entities with present records that still cite this one, and how many."""
    target = table(entity).model
    for other in registry:
        model: type[MirroredModel] = apps.get_model(other.model)
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is target:
                citing = model._base_manager.filter(**{field.attname: gazelle_id}, deleted_at=None).count()
                if citing:
                    yield other, citing


def _only_heir(entity: Entity, gazelle_id: str) -> str:
    """The one record to which everything moved; "" when there are several, or when it is gone itself."""
    heirs = set(Move.objects.filter(target=entity.name, before=gazelle_id).values_list("after", flat=True))
    heir = heirs.pop() if len(heirs) == 1 else ""
    present = table(entity).model._base_manager.filter(pk=heir, deleted_at=None, is_placeholder=False)
    return heir if heir and present.exists() else ""
