"""What people say of records that stay what they are: one thing in two records, never these two, fine as it is."""

from __future__ import annotations

from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from syncing.decisions import AlreadyDecided
from syncing.locks import once_more
from syncing.models import Acceptance, Pairing
from syncing.people import trail
from syncing.reconciling.tables import table
from syncing.registry import Entity
from syncing.vocabulary import SyncError


class NotAPair(SyncError):
    """Nothing can be said of these two; nothing was done."""

    code = "not_a_pair"
    action = "Choisissez deux fiches."


@once_more
def judge(entity: Entity, one: str, other: str, *, verdict: Literal["same", "different"], by: User) -> Pairing:
    """Remember what two records are to each other; a verdict in force gives way to the new one.

    Raises NotAPair, and AlreadyDecided when just this was said already.
    """
    if one == other:
        raise NotAPair("C’est deux fois la même fiche.")
    left, right = sorted((one, other))
    with transaction.atomic():
        rows = (
            table(entity).model._base_manager.select_for_update(no_key=True).filter(pk__in=(left, right)).order_by("pk")
        )
        locked = dict(rows.values_list("pk", "is_placeholder"))
        if len(locked) < 2:
            raise NotAPair("L’une des deux fiches n’existe pas ici.")
        if verdict == Pairing.SAME and any(locked.values()):
            raise NotAPair("L’une des deux est provisoire.", action="Fusionnez-la plutôt avec l’autre.")
        in_force = Pairing.objects.filter(entity=entity.name, left_id=left, right_id=right, withdrawn_at=None)
        if in_force.filter(verdict=verdict).exists():
            raise AlreadyDecided("C’est déjà dit de ces deux fiches.")
        in_force.update(withdrawn_at=timezone.now())
        pairing = Pairing.objects.create(entity=entity.name, left_id=left, right_id=right, verdict=verdict, by=by)
        trail.record(pairing, by, f"{pairing.get_verdict_display().capitalize()}.")
    return pairing


@once_more
def withdraw(pairing: Pairing, *, by: User) -> None:
    """Take a verdict back: the two are suggested again. Raises AlreadyDecided."""
    with transaction.atomic():
        if not Pairing.objects.filter(pk=pairing.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
            raise AlreadyDecided("Ce verdict est déjà repris.")
        trail.record(pairing, by, "Repris.")


@once_more
def accept_as_is(entity: Entity, gazelle_id: str, *, by: User, why: str = "") -> Acceptance:
    """Let an incomplete record be: it is not counted among what needs somebody any more. Raises AlreadyDecided."""
    with transaction.atomic():
        record = table(entity).model._base_manager.select_for_update(no_key=True).filter(pk=gazelle_id)
        if not record.exists():
            raise AlreadyDecided(f"« {gazelle_id} » n’existe pas ici.")
        acceptance, is_new = Acceptance.objects.get_or_create(
            entity=entity.name, gazelle_id=gazelle_id, withdrawn_at=None, defaults={"by": by, "why": why}
        )
        if not is_new:
            raise AlreadyDecided("Cette fiche est déjà acceptée telle quelle.")
        trail.record(acceptance, by, f"Acceptée telle quelle. {why}".strip())
    return acceptance


@once_more
def reconsider(entity: Entity, gazelle_id: str, *, by: User) -> None:
    """Count it again among what needs somebody. Raises AlreadyDecided."""
    with transaction.atomic():
        in_force = Acceptance.objects.filter(entity=entity.name, gazelle_id=gazelle_id, withdrawn_at=None)
        acceptance = in_force.select_for_update().first()
        if acceptance is None:
            raise AlreadyDecided("Cette fiche n’est pas, ou plus, acceptée telle quelle.")
        in_force.update(withdrawn_at=timezone.now())
        trail.record(acceptance, by, "Remise parmi ce qui attend.")
