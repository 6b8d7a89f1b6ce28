"""References to a record that became another one lead to the one that was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from syncing.drafts import Draft, Reference
from syncing.models import Redirect


def follow(drafts: Sequence[Draft]) -> None:
    """Point every reference of these drafts to the record kept in place of the one they cite."""
    # Redirects are few, references many: the whole list costs less than asking for each.
    kept = {(r.entity, r.old_id): r.kept_id for r in Redirect.objects.filter(undone_at=None)}
    if not kept:
        return
    for draft in drafts:
        for name, reference in draft.references.items():
            if reference is not None and (reference.entity, reference.id) in kept:
                draft.references[name] = Reference(reference.entity, _end_of(reference, kept))


def undo_for(entity: str, returned: Sequence[str]) -> None:
    """A record that Gazelle shows again under its own id became nobody else after all."""
    in_force = Redirect.objects.filter(entity=entity, undone_at=None)
    if in_force.exists():  # few, or none: asked about first
        in_force.filter(old_id__among=returned).update(undone_at=timezone.now())


def _end_of(reference: Reference, kept: Mapping[tuple[str, str], str]) -> str:
    """Where a chain of redirects leads; a loop leads nowhere, and leaves the reference as it was."""
    seen, current = {reference.id}, kept[reference.entity, reference.id]
    while (reference.entity, current) in kept:
        if current in seen:
            return reference.id
        seen.add(current)
        current = kept[reference.entity, current]
    return reference.id if current in seen else current
