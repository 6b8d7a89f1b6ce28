"""What a person changes on a mirrored record: columns that are ours, and shared ones; never Gazelle's.

Nothing is written in Gazelle. A shared value changed here is kept by the three-way rule when Gazelle answers again.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from syncing import history
from syncing.decisions import Moved, refresh_search_key
from syncing.models import MirroredModel
from syncing.registry import Entity


def edit(
    record: MirroredModel, entity: Entity | None, seen: Mapping[str, object], told: Mapping[str, object], *, by: User
) -> int:
    """Write the values of `told`, where `seen` is what the person had before her eyes; the record's version.

    Raises Moved, having written nothing, when one of them changed meanwhile.
    """
    model = type(record)
    with transaction.atomic():
        held = model._base_manager.select_for_update().get(pk=record.pk)
        here = {name: getattr(held, name) for name in told}
        if any(here[name] != value for name, value in seen.items() if name in told):
            raise Moved("La fiche a changé depuis que vous l’avez lue.")
        changes = history.changed(here, told)
        if changes:
            now = timezone.now()
            for name in changes:
                setattr(held, name, told[name])
            held.updated_at, held.version = now, held.version + 1
            columns = {"updated_at", "version", *changes} | refresh_search_key(held, entity)
            held.save(update_fields=columns)
            name = entity.name if entity else model._meta.label
            history.record([history.entry(name, held.pk, held.version, changes, at=now, by=by)])
    return held.version
