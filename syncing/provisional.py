"""A placeholder asked again of Gazelle, now, by a person who waits for the page."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import Literal

from django.contrib.auth.models import User

from syncing.connection import hurried
from syncing.engine import sync_one
from syncing.models import StagedRecord
from syncing.progress import LineReporter
from syncing.reconciling.tables import table
from syncing.registry import Registry, entities
from syncing.vocabulary import SyncError


@dataclass(frozen=True)
class Told:
    """What Gazelle answered, in one sentence."""

    outcome: Literal["healed", "unknown", "refused", "failed", "impossible"]
    sentence: str


def ask_again(name: str, gazelle_id: str, *, by: User, registry: Registry | None = None) -> Told:
    """Read one record from Gazelle; never raises for what Gazelle answers or does not."""
    registry = registry or entities()
    entity = registry[name]
    if not entity.single:
        sentence = f"Gazelle ne donne pas une fiche de « {entity.label} » à la fois : la prochaine lecture le dira."
        return Told("impossible", sentence)
    try:
        with hurried() as transport:
            result = sync_one(
                name, gazelle_id, reporter=LineReporter(StringIO()), user=by, registry=registry, transport=transport
            )
        if result.error:
            raise result.error
    except SyncError as error:
        return Told("failed", f"{error} {error.action}")
    if table(entity).model.objects.filter(pk=gazelle_id, is_placeholder=False).exists():
        return Told("healed", "Gazelle l’a donnée : la fiche est complète.")
    staged = StagedRecord.objects.filter(entity=name, gazelle_id=gazelle_id, reconciled_at=None).first()
    if staged is not None:
        return Told("refused", f"Gazelle l’a donnée, mais elle n’a pas pu être écrite : {staged.last_error}")
    return Told("unknown", "Gazelle ne connaît pas cette fiche.")
