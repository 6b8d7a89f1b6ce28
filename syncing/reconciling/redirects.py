"""References to a record that became another one lead to the one that was kept."""

from __future__ import annotations

from collections.abc import Sequence

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
                draft.references[name] = Reference(reference.entity, kept[reference.entity, reference.id])
