"""Merges made in Gazelle, recognised afterwards: a record is gone, and all that cited it now cites one other.

Gazelle does not say that two records became one; their id just stops existing.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey
from django.utils import timezone

from syncing.models import Move, Redirect
from syncing.monitoring.citations import WATCHED
from syncing.reconciling.tables import table
from syncing.registry import Entity, Registry


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
            if kept and not still_cited(entity, gazelle_id, registry):
                found.append(
                    Redirect.objects.create(
                        entity=entity.name, old_id=gazelle_id, kept_id=kept, why="fusion faite dans Gazelle"
                    )
                )
    return found


def still_cited(entity: Entity, gazelle_id: str, registry: Registry) -> bool:
    """Whether any row, gone ones and owned ones included, still cites this record."""
    target = table(entity).model
    models = [name for other in registry for name in (other.model, *(owned.model for owned in other.owned))]
    return any(
        model._base_manager.filter(**{field.attname: gazelle_id}).exists()
        for model in map(apps.get_model, models)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is target
    )


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
