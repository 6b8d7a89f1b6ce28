"""Accept everything, keep it as received, never twice.

One page is one transaction: the rows that changed, who was seen, and how far the leg has come. Nothing is judged
here; that is the reconciler's work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from syncing.bulk import blank, collector_paused, upsert
from syncing.digests import digest, raw_bytes, staging_key
from syncing.models import Leg, LegPage, StagedRecord
from syncing.registry import Entity
from syncing.vocabulary import RowState

REPLACED = (
    "digest", "raw", "state", "attempts", "not_before", "last_error", "leg_id", "fetched_at", "staged_at",
    "reconciled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """One node ready to be staged."""

    key: str
    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class StagedPage:
    """What a page brought, by entity: nodes read, and rows that are new or changed."""

    read: Mapping[str, int]
    changed: Mapping[str, int]
    empty: int = 0
    """Holes: nodes that Gazelle gave as null."""


@collector_paused()
def stage_page(
    *,
    entities: Sequence[Entity],
    nodes: Iterable[object],
    number: int,
    end_cursor: str,
    total: int | None,
    fetched_at: datetime,
    faults: int = 0,
    legs: Mapping[str, Leg],
) -> StagedPage:
    """Stage one page of the first of `entities`, and of the others, which it carries.

    `legs` gives the leg of each entity; an empty mapping stages without moving any (a page found in the spool whose
    leg is gone). Everything happens in one transaction, or nothing does.
    """
    root, *carried = entities
    arrivals: dict[str, list[Arrival]] = {entity.name: [] for entity in entities}
    holes: Counter[str] = Counter()
    for node in nodes:
        if node is None:
            holes[root.name] += 1
            continue
        holes.update(nested.carries for nested in root.nested if nested.carries and _is_hole(node, nested.name))
        for name, part in split(node, root, carried):
            raw = raw_bytes(part)
            arrivals[name].append(Arrival(staging_key(part, raw), raw, digest(raw)))
    changed: dict[str, int] = {}
    with transaction.atomic():
        for name, arrived in arrivals.items():
            leg = legs.get(name)
            # The same record twice in one page: the last one wins, as it would over two pages.
            unique = {arrival.key: arrival for arrival in arrived}
            changed[name] = _write(name, unique, fetched_at, leg)
            if leg is not None:
                _advance(
                    leg, number, end_cursor, total if name == root.name else None, fetched_at, arrived, changed[name]
                )
        for name, leg in legs.items():
            if holes[name] or faults:
                counted = {"null_nodes": F("null_nodes") + holes[name], "faults": F("faults") + faults}
                Leg.objects.filter(pk=leg.pk).update(**counted)
    return StagedPage({name: len(arrived) for name, arrived in arrivals.items()}, changed, holes[root.name])


def _is_hole(node: object, name: str) -> bool:
    """Whether a record came without the list of those it carries, or with a null among them."""
    held = node.get(name) if isinstance(node, dict) else None
    nodes = held.get("nodes") if isinstance(held, dict) else held
    return not isinstance(nodes, list) or None in nodes


def split(node: object, root: Entity, carried: Iterable[Entity]) -> Iterator[tuple[str, object]]:
    """The node without the records it carries, then each of those: every record is staged once, under its own id."""
    if not isinstance(node, dict):
        yield root.name, node
        return
    rest = dict(node)
    carried_nodes: list[tuple[str, object]] = []
    for nested in root.nested:
        if nested.carries and nested.name in rest:
            connection = rest.pop(nested.name)
            found = connection.get("nodes") if isinstance(connection, dict) else connection
            carried_nodes += [(nested.carries, part) for part in found or () if part is not None]
    yield root.name, rest
    yield from carried_nodes


def _write(entity: str, unique: Mapping[str, Arrival], fetched_at: datetime, leg: Leg | None) -> int:
    """Upsert the rows whose content is new; what is unchanged, or older than what is here, is left alone."""
    here = {
        key: (known, seen)
        for key, known, seen in StagedRecord.objects.filter(entity=entity, gazelle_id__among=unique).values_list(
            "gazelle_id", "digest", "fetched_at"
        )
    }
    now = timezone.now()
    fresh = blank(StagedRecord) | {
        "entity": entity, "state": RowState.PENDING.value, "leg_id": leg.pk if leg else None, "fetched_at": fetched_at,
        "staged_at": now,
    }  # fmt: skip
    rows = [
        fresh | {"gazelle_id": key, "digest": arrival.digest, "raw": arrival.raw}
        for key, arrival in sorted(unique.items())
        # An instant still to come was written by a clock that was wrong: it makes nothing that arrives today older.
        if key not in here or (here[key][0] != arrival.digest and not fetched_at < here[key][1] <= now)
    ]
    upsert(StagedRecord, rows, unique=("gazelle_id", "entity"), update=REPLACED)
    return len(rows)


def _advance(
    leg: Leg,
    number: int,
    end_cursor: str,
    total: int | None,
    fetched_at: datetime,
    arrived: Sequence[Arrival],
    changed: int,
) -> None:
    """Who was seen, and where to go on: in the same transaction as the rows, so that neither can be ahead."""
    if total is not None:
        # The highest it ever announced: a list that shrinks while it is read has shifted under the cursor.
        leg.total = max(total, leg.total or 0)
    seen = "\n".join(arrival.key for arrival in arrived)
    LegPage.objects.update_or_create(leg=leg, number=number, defaults={"fetched_at": fetched_at, "seen": seen})
    Leg.objects.filter(pk=leg.pk).update(
        page=number, cursor=end_cursor, heartbeat_at=timezone.now(), fetched=F("fetched") + len(arrived),
        staged=F("staged") + changed, total=leg.total,
    )  # fmt: skip
    leg.page, leg.cursor = number, end_cursor
