"""Provably equal: after a full reading, counts and a sample of records are compared with the source itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from syncing.digests import digest, raw_bytes
from syncing.fetching.errors import EmptyAnswer, QueryRefused
from syncing.models import Leg, StagedRecord
from syncing.reconciling.tables import table
from syncing.registry import Entity
from syncing.staging.accepting import split
from syncing.vocabulary import Node

SAMPLE = 20  # records asked again one by one: 1 error in 7 rows is seen 19 times in 20


@dataclass
class Comparison:
    """What the comparison found; `differing` are the source's own answers, to be staged."""

    here: int
    in_gazelle: int
    sampled: int = 0
    differing: list[Node] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Present here, and not known to Gazelle when asked."""

    def as_json(self) -> dict[str, object]:
        return {
            "here": self.here,
            "in_gazelle": self.in_gazelle,
            "sampled": self.sampled,
            "differing": [str(node.get("id")) for node in self.differing],
            "unknown": self.unknown,
        }


def audit(entity: Entity, leg: Leg, ask: Callable[[Entity, str], Node | None]) -> Comparison:
    """Compare the table with the leg's count, and a sample with single reads where the API has them."""
    rows = table(entity).model.objects.present().exclude(pk__startswith="local_")
    comparison = Comparison(here=rows.count(), in_gazelle=leg.distinct)
    if not entity.single:
        return comparison
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(leg.pk).sample(ids, min(SAMPLE, len(ids)))  # noqa: S311  # a sample, not a secret
    known = dict(
        StagedRecord.objects.filter(entity=entity.name, gazelle_id__in=chosen).values_list("gazelle_id", "digest")
    )
    for gazelle_id in chosen:
        try:
            node = ask(entity, gazelle_id)
        except (QueryRefused, EmptyAnswer):
            continue  # no answer for this one: the sample is a little smaller
        comparison.sampled += 1
        if node is None:
            comparison.unknown.append(gazelle_id)
        elif digest(raw_bytes(_own_part(node, entity))) != known.get(gazelle_id):
            comparison.differing.append(node)
    return comparison


def _own_part(node: Node, entity: Entity) -> object:
    """The node without the records it carries, which are judged as their own entities."""
    return next(part for name, part in split(node, entity, ()) if name == entity.name)
