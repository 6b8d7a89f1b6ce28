"""What Gazelle sends and the declaration does not know: kept as received, and told."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from syncing.drafts import Draft
from syncing.models import Drift
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity

SAMPLES, SHOWN = 5, 120


def look_for_drift(draft: Draft, entity: Entity, tally: Tally) -> None:
    """Unknown values of an enum, and values of another type than announced."""
    for name, known in entity.known_values.items():
        value = draft.node.get(name)
        if isinstance(value, str) and value and value not in known:
            tally.notice(Drift.VALUE, name, value[:SHOWN], draft.id)
    for fault in draft.faults:
        tally.notice(Drift.TYPE, fault.path[:SHOWN], fault.reason[:SHOWN], draft.id)


def record_drift(entity: str, tally: Tally) -> None:
    """Write what was noticed, once per novelty, with a few samples and how often."""
    for (kind, path, value), ids in tally.drifts.items():
        note(entity, kind, path, value, ids)


def note(entity: str, kind: str, path: str, value: str = "", ids: list[str] | None = None) -> None:
    """One novelty, seen on these records; one that a person settled stays settled, and goes on being counted."""
    ids = ids or []
    drift, _ = Drift.objects.get_or_create(kind=kind, entity=entity, path=path, value=value)
    samples = list(dict.fromkeys([*drift.samples, *ids]))[:SAMPLES]
    Drift.objects.filter(pk=drift.pk).update(
        samples=samples, seen=F("seen") + max(1, len(ids)), last_seen_at=timezone.now()
    )
