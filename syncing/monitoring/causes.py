"""Why rows are not in their table: three hundred rows refused for one cause are one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from syncing.digests import digest, raw_bytes
from syncing.models import StagedRecord
from syncing.registry import Entity
from syncing.vocabulary import RowState

TROUBLED = (RowState.FAILED, RowState.RETRY, RowState.REJECTED)
"""Rows that did not become records by themselves. Held ones are a decision of their own; see `decisions`."""
SET_ASIDE = RowState.REFUSED
SAMPLES = 5
LONGEST = 200
QUOTED = re.compile(r"'[^']*'|`[^`]*`|«[^»]*»|\"(?![a-z_]+\")[^\"]*\"|\([^()]*\)=\([^()]*\)")
"""A text between quotes is a value; between double quotes and in snake case it is the name of a column."""
PARTICULAR = re.compile(r"(?!\S+ :)(?<!\S)\S*(?:\d|[a-z]_\w*[A-Z])\S*")
"""A number, a date, an id; a path such as `street1`, which a colon follows, is not one of them."""
HOLE = "…"


@dataclass(frozen=True)
class Group:
    """Rows of one table that stand alike, for one cause. `samples` are ids of some of them."""

    entity: Entity
    state: RowState
    cause: str
    count: int
    oldest: datetime
    samples: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names the group in an address."""
        return digest(raw_bytes([self.entity.name, self.state, self.cause]))

    @property
    def seen(self) -> str:
        """The group as it is shown: a form carries it back, so that nobody decides about other rows."""
        return digest(raw_bytes([self.key, self.count, self.oldest.isoformat()]))

    @property
    def is_set_aside(self) -> bool:
        return self.state is SET_ASIDE


def normalised(error: str) -> str:
    """« entier attendu, reçu 'douze' » → « entier attendu, reçu … »: what differs from row to row is left out."""
    line = " ".join(error.split("\n", 1)[0].split())
    cause = PARTICULAR.sub(HOLE, QUOTED.sub(HOLE, line))
    return re.sub(r"…(?:[ ,;]*…)+", HOLE, cause)[:LONGEST] or "sans motif"


def troubled(known: Iterable[Entity]) -> QuerySet[StagedRecord]:
    """Every row that waits for somebody, or that somebody set aside; the partial index spares the settled mass."""
    names = [entity.name for entity in known]
    return StagedRecord.objects.filter(
        reconciled_at=None, entity__in=names, state__in=(*TROUBLED, SET_ASIDE)
    ).order_by()


def groups(known: Iterable[Entity]) -> list[Group]:
    """Those that wait first, the largest first; one query."""
    named = {entity.name: entity for entity in known}
    told = troubled(named.values()).values_list("entity", "state", "last_error")
    found: dict[tuple[str, str, str], list[tuple[int, datetime, str]]] = {}
    for entity, state, error, count, oldest, sample in told.annotate(
        Count("pk"), Min("staged_at"), Min("gazelle_id")
    ).iterator():
        found.setdefault((entity, state, normalised(error)), []).append((count, oldest, sample))
    made = [
        Group(
            named[entity],
            RowState(state),
            cause,
            sum(count for count, _, _ in rows),
            min(oldest for _, oldest, _ in rows),
            tuple(sorted(sample for _, _, sample in rows)[:SAMPLES]),
        )
        for (entity, state, cause), rows in found.items()
    ]
    return sorted(made, key=lambda group: (group.is_set_aside, -group.count, group.entity.name, group.cause))


def rows_of(group: Group) -> list[int]:
    """The keys of its rows, oldest first."""
    rows = troubled([group.entity]).filter(state=group.state).order_by("staged_at", "pk")
    return [pk for pk, error in rows.values_list("pk", "last_error").iterator() if normalised(error) == group.cause]
