"""References are checked before writing: a record that is cited and not here gets a placeholder.

Django's foreign keys are deferred, so a savepoint would not notice a missing one; and an import that stops because
somebody else's record is late is how the earlier systems died.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone

from syncing.drafts import Draft
from syncing.reconciling.owned import owned_drafts
from syncing.reconciling.tables import Table, table
from syncing.registry import Registry

logger = logging.getLogger(__name__)


def ensure_references(drafts: Sequence[Draft], here: Table, registry: Registry) -> dict[str, int]:
    """Create a placeholder for every record these, or their owned rows, refer to and that is not here.

    Answers how many, by entity.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for draft, at in [*((draft, here) for draft in drafts), *owned_drafts(drafts, here)]:
        for name, reference in draft.references.items():
            if reference is not None and reference.entity in registry and at.reference_column(name)[1]:
                wanted[reference.entity].add(reference.id)
    wanted[here.entity.name] -= {draft.id for draft in drafts}  # about to be written for good
    return {name: made for name, ids in sorted(wanted.items()) if (made := _create_missing(name, ids, registry))}


def _create_missing(name: str, ids: set[str], registry: Registry) -> int:
    model = table(registry[name]).model
    known = set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
    missing = sorted(ids - known)  # one order for everybody: two reconcilers never wait for each other crosswise
    if not missing:
        return 0
    now = timezone.now()
    model._base_manager.bulk_create(
        [model(id=pk, is_placeholder=True, created_at=now, updated_at=now) for pk in missing], ignore_conflicts=True
    )
    logger.warning("placeholders_created", extra={"entity": name, "ids": missing[:20], "count": len(missing)})
    return len(missing)
