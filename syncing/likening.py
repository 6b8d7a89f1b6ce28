"""Which records may be one, found ahead of the pages that show them: comparing whole tables takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from django.db import transaction

from syncing.matching.model import Decision
from syncing.matching.scoring import Suggestion
from syncing.models import Likeness
from syncing.monitoring.kinship import placeholders, unsettled
from syncing.registry import Registry, entities
from syncing.resembling import Resembling, resemblances

logger = logging.getLogger(__name__)


def find_likenesses(
    names: Sequence[str] = (), *, registry: Registry | None = None, dry_run: bool = False
) -> Iterator[tuple[str, int]]:
    """Compare the records of these entities (of all that can be) and keep what was found; how many pairs, by entity.

    Comparing takes seconds, and is done before anything is written: SQLite has one writer. `dry_run` only counts.
    Raises LookupError for an entity whose records nobody knows how to compare.
    """
    registry, known = registry or entities(), resemblances()
    if unknown := sorted(set(names) - known.keys()):
        raise LookupError(f"Rien ne compare « {unknown[0]} ». Ce qui se compare : {', '.join(sorted(known))}.")
    for entity in registry:
        if entity.name in (names or known) and entity.name in known:
            found = list(_found(entity.name, known[entity.name], registry))
            if not dry_run:
                with transaction.atomic():
                    Likeness.objects.filter(entity=entity.name).delete()
                    Likeness.objects.bulk_create(found, batch_size=500)
            logger.info("likenesses_found", extra={"entity": entity.name, "pairs": len(found)})
            yield entity.name, len(found)


def _found(name: str, comparing: Resembling, registry: Registry) -> Iterator[Likeness]:
    for pair in comparing.duplicates():
        yield _row(name, pair, is_provisional=False)
    entity = registry[name]
    for record in unsettled(placeholders(entity), entity).order_by("pk"):
        for suggestion in comparing.suggestions_for(record):
            if suggestion.right_id != record.pk:
                yield _row(name, suggestion, is_provisional=True)


def _row(name: str, found: Suggestion, *, is_provisional: bool) -> Likeness:
    return Likeness(
        entity=name,
        left_id=found.left_id,
        right_id=found.right_id,
        is_provisional=is_provisional,
        probability=found.probability,
        is_sure=found.decision is Decision.SAME,
        sentence=found.sentence,
        evidence=[[one.stance, one.words] for one in found.told],
    )
