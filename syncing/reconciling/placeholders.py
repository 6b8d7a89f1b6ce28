"""References are checked before writing: a record that is cited and not here gets a placeholder.

Django's foreign keys are deferred, so a savepoint would not notice a missing one; and an import that stops because
somebody else's record is late is how the earlier systems died.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence

from syncing.bulk import blank, upsert
from syncing.drafts import Draft
from syncing.reconciling.owned import owned_drafts
from syncing.reconciling.tables import Table, table
from syncing.registry import Registry

logger = logging.getLogger(__name__)


class Known(defaultdict[str, set[str]]):
    """Ids seen to be here, by entity, so that each is looked for once: no row is ever physically deleted.

    To be forgotten after a transaction that did not last: what it created is not here.
    """

    def __init__(self) -> None:
        super().__init__(set)


def ensure_references(drafts: Sequence[Draft], here: Table, registry: Registry, known: Known) -> dict[str, int]:
    """Create a placeholder for every record these, or their owned rows, refer to and that is not here.

    Answers how many, by entity.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for draft, at in [*((draft, here) for draft in drafts), *owned_drafts(drafts, here)]:
        for name, reference in draft.references.items():
            if reference is not None and reference.entity in registry and at.reference_column(name)[1]:
                wanted[reference.entity].add(reference.id)
    wanted[here.entity.name] -= {draft.id for draft in drafts}  # about to be written for good
    made = {name: _create_missing(name, ids - known[name], registry) for name, ids in sorted(wanted.items())}
    for name, ids in wanted.items():
        known[name] |= ids
    return {name: count for name, count in made.items() if count}


def _create_missing(name: str, ids: set[str], registry: Registry) -> int:
    if not ids:
        return 0
    model = table(registry[name]).model
    here = model._base_manager.filter(pk__among=ids).values_list("pk", flat=True)
    missing = sorted(
        ids.difference(here)
    )  # one order for everybody: two reconcilers never wait for each other crosswise
    if not missing:
        return 0
    placeholder = blank(model) | {"is_placeholder": True}
    upsert(model, [placeholder | {"id": pk} for pk in missing], unique=("id",), update=())
    logger.warning("placeholders_created", extra={"entity": name, "ids": missing[:20], "count": len(missing)})
    return len(missing)
