"""Open conflicts: written when both sides changed, closed when they agree again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from syncing.deciding import Decision
from syncing.models import Conflict
from syncing.reconciling.tables import Table


def record_conflicts(entity: str, decisions: Sequence[tuple[str, Decision]]) -> None:
    """Open or refresh a conflict per shared column that differs; settle those where both sides now agree."""
    for gazelle_id, decision in decisions:
        for conflict in decision.conflicts:
            Conflict.objects.update_or_create(
                entity=entity,
                gazelle_id=gazelle_id,
                column=conflict.column,
                settled_at=None,
                defaults={"base": conflict.base, "ours": conflict.ours, "theirs": conflict.theirs},
            )
    agreed = {(gazelle_id, column) for gazelle_id, decision in decisions for column in decision.agreed}
    if not agreed:
        return
    open_ones = Conflict.objects.filter(
        entity=entity, gazelle_id__among={gazelle_id for gazelle_id, _ in agreed}, settled_at=None
    )
    over = [c.pk for c in open_ones if (c.gazelle_id, c.column) in agreed]
    if over:
        Conflict.objects.filter(pk__in=over).update(settled_at=timezone.now())


def settle_agreed(here: Table) -> None:
    """Close the conflicts where a person took Gazelle's value here: nothing of Gazelle's will come to say so."""
    still_open = list(Conflict.objects.filter(entity=here.entity.name, settled_at=None))
    records = here.model._base_manager.in_bulk([conflict.gazelle_id for conflict in still_open])
    agreed = [
        conflict.pk
        for conflict in still_open
        if conflict.gazelle_id in records and getattr(records[conflict.gazelle_id], conflict.column) == conflict.theirs
    ]
    Conflict.objects.filter(pk__in=agreed).update(settled_at=timezone.now())
