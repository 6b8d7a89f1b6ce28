"""References to a record that became another one lead to the one that was kept, and back when it did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from syncing.drafts import Draft, Reference
from syncing.models import Redirect
from syncing.reconciling.returning import Returned, give_back
from syncing.registry import Entity, Registry


def follow(drafts: Sequence[Draft]) -> None:
    """Point every reference of these drafts to the record kept in place of the one they cite."""
    # Redirects are few, references many: the whole list costs less than asking for each.
    kept = _in_force()
    if not kept:
        return
    for draft in drafts:
        for name, reference in draft.references.items():
            if reference is not None and (reference.entity, reference.id) in kept:
                draft.references[name] = Reference(reference.entity, _end_of(reference, kept))


def followed(entity: str, gazelle_id: str) -> str:
    """The record kept in place of this one, or itself."""
    kept = _in_force()
    return _end_of(Reference(entity, gazelle_id), kept) if (entity, gazelle_id) in kept else gazelle_id


def undo_for(entity: Entity, returned: Sequence[str], registry: Registry) -> None:
    """A record that Gazelle shows again under its own id became nobody else after all: what cites it returns to it."""
    in_force = Redirect.objects.filter(entity=entity.name, undone_at=None)
    if in_force.exists():  # few, or none: asked about first
        for redirect in in_force.select_for_update().filter(old_id__among=returned).order_by("old_id"):
            undo(redirect, registry)


def undo(redirect: Redirect, registry: Registry, *, by: User | None = None) -> Returned:
    """End a redirect and give back what followed it. Inside the caller's transaction."""
    heirs = {redirect.kept_id, followed(redirect.entity, redirect.old_id)}
    Redirect.objects.filter(pk=redirect.pk).update(undone_at=timezone.now())
    return give_back(redirect, heirs, registry, by=by)


def _in_force() -> dict[tuple[str, str], str]:
    return {(r.entity, r.old_id): r.kept_id for r in Redirect.objects.filter(undone_at=None).defer("moved")}


def _end_of(reference: Reference, kept: Mapping[tuple[str, str], str]) -> str:
    """Where a chain of redirects leads; a loop leads nowhere, and leaves the reference as it was."""
    seen, current = {reference.id}, kept[reference.entity, reference.id]
    while (reference.entity, current) in kept:
        if current in seen:
            return reference.id
        seen.add(current)
        current = kept[reference.entity, current]
    return reference.id if current in seen else current
