"""Records that left Gazelle while others that are still there cite them, and that no merge explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet

from syncing.models import MirroredModel, Redirect
from syncing.registry import Entity

WATCHED = timedelta(days=21)
"""As long as merges are looked for, too: three weekly full readings have moved every reference by then."""


def still_cited(entity: Entity, known: Iterable[Entity], now: datetime) -> QuerySet[MirroredModel] | None:
    """The recently gone records of an entity that present ones still cite; None when nothing can cite it.

    Only tables with a foreign key to it are asked, each through that key's index.
    """
    model: type[MirroredModel] = apps.get_model(entity.model)
    citing = [
        Q(Exists(other._base_manager.filter(**{column: OuterRef("pk")}, deleted_at=None)))
        for other, column in _keys_to(model, known)
    ]
    if not citing:
        return None
    merged = Redirect.objects.filter(entity=entity.name, old_id=OuterRef("pk"), undone_at=None)
    return model._base_manager.filter(reduce(or_, citing), ~Exists(merged), deleted_at__gte=now - WATCHED)


def _keys_to(target: type[MirroredModel], known: Iterable[Entity]) -> Iterator[tuple[type[MirroredModel], str]]:
    for entity in known:
        model: type[MirroredModel] = apps.get_model(entity.model)
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is target:
                yield model, field.attname
