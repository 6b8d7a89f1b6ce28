"""Orphans: records that Gazelle gives to nobody, and that a person gives to somebody here.

Gazelle is not told. The three-way rule keeps what was set: an empty answer does not erase it, another one is a conflict
to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from syncing import history
from syncing.decisions import AlreadyDecided
from syncing.locks import once_more
from syncing.models import MirroredModel
from syncing.people import trail
from syncing.reconciling.tables import Table, table
from syncing.registry import Entity
from syncing.vocabulary import SyncError


class NotAssignable(SyncError):
    """This record may not be given to that one; nothing was done."""

    code = "not_assignable"
    action = "Choisissez une autre fiche."


@dataclass(frozen=True)
class Gift:
    """A record of `entity`, whom it is given to, and through which reference, as the declaration names it."""

    gazelle_id: str
    reference: str
    owner_id: str


@once_more
def assign(entity: Entity, gifts: Sequence[Gift], *, by: User) -> list[Gift]:
    """Give orphans to their owners, all or none; those that were given. Whoever has an owner by now is left to it.

    Raises NotAssignable when an owner may not be one, AlreadyDecided when none is an orphan any more.
    """
    here = table(entity)
    with transaction.atomic():
        _refuse(here, gifts)
        locked = _locked(here, gifts)
        given = [gift for gift in gifts if gift.gazelle_id in locked and _is_orphan(locked[gift.gazelle_id], here)]
        for gift in given:
            column, record = here.reference_column(gift.reference)[0], locked[gift.gazelle_id]
            # What Gazelle gave until now, noted before it is no longer to be seen: the base of the three-way rule.
            _write(record, here, column, gift.owner_id, {column: None} | record.given, by)
            trail.record(record, by, f"Rattachée à {gift.owner_id} ({gift.reference}).")
        if not given:
            raise AlreadyDecided("Plus aucune de ces fiches n’est orpheline : rien n’a été changé.")
    return given


@once_more
def take_back(entity: Entity, gifts: Sequence[Gift], *, by: User) -> list[Gift]:
    """Undo an assignment: orphans again; those that were. What Gazelle, or somebody, changed since is left alone."""
    here = table(entity)
    with transaction.atomic():
        locked = _locked(here, gifts)
        taken = []
        for gift in gifts:
            column, record = here.reference_column(gift.reference)[0], locked.get(gift.gazelle_id)
            if record is None or getattr(record, column) != gift.owner_id or record.given.get(column, "") is not None:
                continue
            _write(record, here, column, None, record.given, by)
            trail.record(record, by, f"Détachée de {gift.owner_id} ({gift.reference}).")
            taken.append(gift)
        if not taken:
            raise AlreadyDecided("Rien à détacher : ces fiches ont changé depuis.")
    return taken


def _refuse(here: Table, gifts: Iterable[Gift]) -> None:
    wanted: dict[str, set[str]] = {}
    for gift in gifts:
        if gift.reference not in here.entity.belongs_to:
            raise NotAssignable(f"« {gift.reference} » ne se choisit pas ici.")
        wanted.setdefault(gift.reference, set()).add(gift.owner_id)
    for reference, ids in wanted.items():
        owner: type[MirroredModel] = here.model._meta.get_field(reference).related_model  # type: ignore[assignment]  # a foreign key by declaration
        present = set(owner.objects.present().filter(pk__among=sorted(ids)).values_list("pk", flat=True))
        if missing := sorted(ids - present):
            raise NotAssignable(f"« {missing[0]} » n’est pas, ou plus, une fiche de Gazelle.")


def _locked(here: Table, gifts: Iterable[Gift]) -> dict[str, MirroredModel]:
    rows = here.model._base_manager.select_for_update().filter(pk__among=sorted({gift.gazelle_id for gift in gifts}))
    return {row.pk: row for row in rows.order_by("pk").defer("raw_data")}


def _is_orphan(record: MirroredModel, here: Table) -> bool:
    return all(getattr(record, column) is None for column in here.owning_columns)


def _write(
    record: MirroredModel, here: Table, column: str, owner_id: str | None, given: dict[str, object], by: User
) -> None:
    changes = {column: (getattr(record, column), owner_id)}
    setattr(record, column, owner_id)
    record.given, record.updated_at, record.version = given, timezone.now(), record.version + 1
    record.save(update_fields=(column, "given", "updated_at", "version"))
    history.record([history.entry(here.entity.name, record.pk, record.version, changes, at=record.updated_at, by=by)])
