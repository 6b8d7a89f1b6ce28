"""The judge: what is here, table by table and field by field, beside a model of the source.

Every difference is one sentence; none means equal, once, and nothing left behind. It reads and never writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.db.utils import IntegrityError

from syncing.digests import digest, raw_bytes, staging_key, storable
from syncing.drafts import Draft
from syncing.fetching.writing import UNFINISHED
from syncing.models import Conflict, Lease, Leg, MirroredModel, StagedRecord, Suspension
from syncing.reconciling.redirects import follow
from syncing.reconciling.tables import Table, table
from syncing.registry import Entity, entities
from syncing.staging.accepting import split
from syncing.vocabulary import Rejected, RowState

SHOWN = 6  # differences of one kind: the first tell what is wrong, the others how much
Differences = Iterator[str]


@dataclass
class Expected:
    """What one entity must look like: a draft for each record of the source, and those that cannot become one."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    nodes: dict[str, object] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    """Staging keys of nodes that no reading could turn into a record."""
    keys: dict[str, bytes] = field(default_factory=dict)
    """The bytes of every node, by staging key."""


def discrepancies(
    truth: Mapping[str, list[Any]], *, torn_files: int = 0, unsettled: bool = False, open_questions: bool = False
) -> list[str]:
    """Everything that is not as the source is.

    `torn_files` is how many processes were killed since the spool was last empty: each may leave one unfinished file,
    which `prune` collects a day later. `unsettled` admits rows put off by a database that refused them,
    `open_questions` those that wait for a person.
    """
    found: list[str] = []
    for entity, expected in _expected(truth).items():
        for check in (_records, _owned_rows, _staged_rows):
            kind = [f"{entity.name}: {text}" for text in check(entity, expected, unsettled)]
            found += kind[:SHOWN] + ([f"{entity.name}: … and {len(kind) - SHOWN} more"] if kind[SHOWN:] else [])
        found += [f"{entity.name}: {text}" for text in _journal(entity, expected)]
    found += _leftovers(torn_files)
    if not open_questions:
        found += [f"a person is asked: {one}, {one.reason}" for one in Suspension.objects.filter(decided_at=None)]
    found += [f"conflict: {one}" for one in Conflict.objects.filter(settled_at=None)]
    try:
        connection.check_constraints()
    except IntegrityError as error:
        found.append(f"a reference leads nowhere: {error}")
    return found


def rows() -> int:
    """How many records are mirrored: a judge who compares nothing must be seen to."""
    return sum(table(entity).model.objects.present().count() for entity in entities())


def _expected(truth: Mapping[str, list[Any]]) -> dict[Entity, Expected]:
    registry = entities()
    expected = {entity: Expected() for entity in registry}
    for name, nodes in truth.items():
        root = registry[name]
        for node in nodes:
            for part_of, part in split(node, root, registry.brought_by(root)[1:]):
                _expect(expected[registry[part_of]], registry[part_of], part)
    for each in expected.values():
        drafts = list(each.drafts.values())
        follow([*drafts, *(child for draft in drafts for owned in draft.owned.values() for child in owned)])
    return expected


def _expect(expected: Expected, entity: Entity, node: object) -> None:
    raw = raw_bytes(node)
    key = staging_key(node, raw)
    expected.keys[key] = raw
    clean, _ = storable(node)
    try:
        draft = entity.parse(clean)  # type: ignore[arg-type]  # what is not a node is refused just below
        expected.drafts[draft.id] = draft
        expected.nodes[draft.id] = clean
    except (Rejected, AttributeError):
        expected.rejected.add(key)


# -- the tables --------------------------------------------------------------------------------------------------------


def _records(entity: Entity, expected: Expected, unsettled: bool) -> Differences:
    """The same ids, and every column that Gazelle owns, as a fresh reading would write it."""
    here = table(entity)
    present: dict[str, MirroredModel] = {row.pk: row for row in here.model.objects.present()}
    yield from (f"{pk} is missing" for pk in sorted(expected.drafts.keys() - present.keys()))
    yield from (f"{pk} is here and not in the source" for pk in sorted(present.keys() - expected.drafts.keys()))
    for pk in sorted(present.keys() & expected.drafts.keys()):
        row = present[pk]
        yield from _columns(pk, row, here.values(expected.drafts[pk]))
        if _flat(row.raw_data) != _flat(expected.nodes[pk]):
            yield f"{pk} raw_data is not what the source answers"


def _owned_rows(entity: Entity, expected: Expected, unsettled: bool) -> Differences:
    """Every line, payment, part: once, under its owner, with its values; and none that its owner no longer lists."""
    for owned in entity.owned:
        model = apps.get_model(owned.model)
        here = Table(entity, model)
        owner = f"{owned.owner}_id"
        wanted = {
            child.id: (pk, child)
            for pk, draft in expected.drafts.items()
            for child in draft.owned.get(owned.model, ())
            if _has_id(child)
        }
        present = {
            row.pk: row for row in model._base_manager.filter(**{f"{owner}__in": expected.drafts}, deleted_at=None)
        }
        yield from (f"{owned.model} {pk} is missing" for pk in sorted(wanted.keys() - present.keys()))
        yield from (
            f"{owned.model} {pk} is here and not in the source" for pk in sorted(present.keys() - wanted.keys())
        )
        for pk in sorted(wanted.keys() & present.keys()):
            values = here.values(wanted[pk][1]) | {owner: wanted[pk][0]}
            yield from _columns(f"{owned.model} {pk}", present[pk], values)


def _has_id(draft: Draft) -> bool:
    try:
        return bool(draft.id)
    except Rejected:
        return False


def _columns(pk: str, row: Any, values: Mapping[str, object]) -> Differences:
    for name, value in values.items():
        here = getattr(row, name)
        if here != value and not (name == "search_key" and not value):
            yield f"{pk} {name} is {here!r:.80}, the source says {value!r:.80}"


def _flat(value: Any) -> Any:
    """A connection as its nodes: where its pages were cut is not part of the record."""
    if isinstance(value, dict):
        if isinstance(value.get("nodes"), list):
            return _flat(value["nodes"])
        return {key: _flat(each) for key, each in value.items()}
    return [_flat(each) for each in value] if isinstance(value, list) else value


# -- staging, journal, leases, files -----------------------------------------------------------------------------------


def _staged_rows(entity: Entity, expected: Expected, unsettled: bool) -> Differences:
    """One row for each record, holding the source's bytes, and settled."""
    staged = StagedRecord.objects.filter(entity=entity.name)
    doubled = staged.values("gazelle_id").annotate(times=Count("pk")).filter(times__gt=1)
    yield from (f"{one['gazelle_id']} is staged {one['times']} times" for one in doubled)
    waits = {RowState.PENDING, RowState.FAILED} | (set() if unsettled else {RowState.RETRY, RowState.HELD})
    for key, state, reason in staged.filter(state__in=waits).values_list("gazelle_id", "state", "last_error"):
        yield f"{key} is still {state}: {reason:.200}"
    refused = set(staged.filter(state=RowState.REJECTED).values_list("gazelle_id", flat=True))
    yield from (
        f"{key} was refused, and should not be" for key in sorted((refused & expected.keys.keys()) - expected.rejected)
    )
    yield from (f"{key} should be kept as refused" for key in sorted(expected.rejected - refused))
    columns = ("gazelle_id", "digest", "raw", "state", "reconciled_at")
    for key, known, raw, state, reconciled_at in staged.filter(gazelle_id__in=expected.keys).values_list(*columns):
        if raw is not None and digest(bytes(raw)) != known:
            yield f"{key} digest is not that of its bytes"
        if (state == RowState.RECONCILED) != (reconciled_at is not None):
            yield f"{key} is {state}, reconciled at {reconciled_at}"
    known_keys = set(staged.values_list("gazelle_id", flat=True))
    yield from (f"{key} was never staged" for key in sorted(expected.keys.keys() - known_keys))


def _journal(entity: Entity, expected: Expected) -> Differences:
    """The last leg that ended says so, and nothing was created more often than it is here."""
    legs = Leg.objects.filter(entity=entity.name)
    last = legs.order_by("-pk").first()
    if last is None:
        yield "was never read"
        return
    if last.error_code:
        yield f"its last leg ended with {last.error_code}: {last.error_message:.200}"
    elif last.sealed_at is None or last.finished_at is None:
        yield "its last leg is neither sealed nor finished"
    model = table(entity).model
    here = model._base_manager.filter(is_placeholder=False).count()
    created = legs.aggregate(all=Sum("created"))["all"] or 0
    if created > here:
        yield f"the journal says {created} were created, {here} are here"
    pages = Counter(last.pages.values_list("number", flat=True))
    if last.sealed_at and sorted(pages) != list(range(1, len(pages) + 1)):
        yield f"its last leg has pages {sorted(pages)}"


def _leftovers(torn_files: int) -> Differences:
    """No lease is held once everybody has gone home, and no page waits."""
    yield from (f"a lease is stuck: {lease.name}, by {lease.owner}" for lease in Lease.objects.all())
    spool = Path(settings.RAW_DATA_DIR)
    waiting = [path for path in spool.rglob("*") if path.is_file() and spool / "faults" not in path.parents]
    torn = [path for path in waiting if path.suffix == UNFINISHED]
    yield from (f"a page waits in the spool: {path}" for path in sorted(set(waiting) - set(torn)))
    if len(torn) > torn_files:
        yield f"{len(torn)} unfinished files, {torn_files} processes were killed"
