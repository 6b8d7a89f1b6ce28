"""What the page of decisions shows: each question with its consequence, and the records it is about, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Value
from django.urls import NoReverseMatch, reverse

from syncing.digests import digest, raw_bytes
from syncing.models import Conflict, Drift, MirroredModel, Suspension
from syncing.monitoring import citations
from syncing.monitoring.gaps import Question, questions
from syncing.registry import Entity, Registry, entities

NAMED = 20
"""Records of one step that are named; the others are counted."""
SHOWN = 50
"""Conflicts, novelties and gone records on one page; what is left is counted."""


@dataclass(frozen=True)
class Named:
    """A record as people call it, and where it is."""

    text: str
    url: str


@dataclass(frozen=True)
class Step:
    """A suspended step."""

    row: Suspension
    entity: Entity
    field: str
    records: tuple[Named, ...]
    seen: str

    @property
    def count(self) -> int:
        return len(self.row.ids)

    @property
    def is_deletion(self) -> bool:
        return self.row.kind == Suspension.DELETION


@dataclass(frozen=True)
class Disagreement:
    """A value changed both here and in Gazelle; a reference is shown as the record it leads to."""

    row: Conflict
    entity: Entity
    field: str
    record: Named
    seen: str
    ours: object
    theirs: object
    base: object


@dataclass(frozen=True)
class Novelty:
    """Something of Gazelle's that the declaration does not know, with records where it was seen."""

    row: Drift
    entity: Entity
    records: tuple[Named, ...]


@dataclass(frozen=True)
class Gone:
    """A record that left Gazelle and that present ones still cite."""

    entity: Entity
    record: Named


@dataclass(frozen=True)
class Awaiting:
    """Everything that waits for a decision; each list is cut, its total is not."""

    steps: tuple[Step, ...]
    conflicts: tuple[Disagreement, ...]
    conflicts_total: int
    drifts: tuple[Novelty, ...]
    drifts_total: int
    counts: tuple[Question, ...]
    gone: tuple[Gone, ...]
    gone_are_all: bool

    @property
    def is_empty(self) -> bool:
        return not (self.steps or self.conflicts or self.drifts or self.counts or self.gone)


def fingerprint(subject: Suspension | Conflict) -> str:
    """What is being decided, as it is shown: a form carries it back, so that nobody decides about something else."""
    if isinstance(subject, Suspension):
        return digest(raw_bytes([subject.kind, subject.entity, subject.column, subject.ids]))
    return digest(raw_bytes([subject.entity, subject.gazelle_id, subject.column, subject.ours, subject.theirs]))


def awaiting(now: datetime) -> Awaiting:
    """Five queries, two more when a list is cut or a count differs, and one for each table whose records are named."""
    known = entities()
    names = [entity.name for entity in known]
    steps = list(Suspension.objects.filter(decided_at=None, entity__in=names).order_by("opened_at"))
    conflicts = Conflict.objects.filter(settled_at=None, entity__in=names).order_by("opened_at", "pk")
    drifts = Drift.objects.filter(settled_at=None, entity__in=names).order_by("-last_seen_at", "pk")
    conflict_rows, drift_rows, gone = list(conflicts[:SHOWN]), list(drifts[:SHOWN]), _gone(now)
    wanted: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        wanted[step.entity].update(step.ids[:NAMED])
    for conflict in conflict_rows:
        wanted[conflict.entity].add(conflict.gazelle_id)
        if cited := _cited_entity(conflict, known):
            wanted[cited].update(value for value in (conflict.ours, conflict.theirs, conflict.base) if value)
    for drift in drift_rows:
        wanted[drift.entity].update(drift.samples)
    for name, gazelle_id in gone[:SHOWN]:
        wanted[name].add(gazelle_id)
    named = {name: named_records(known[name], ids) for name, ids in wanted.items()}
    return Awaiting(
        steps=tuple(
            Step(
                row,
                known[row.entity],
                field_name(known[row.entity], row.column),
                tuple(named[row.entity][gazelle_id] for gazelle_id in row.ids[:NAMED]),
                fingerprint(row),
            )
            for row in steps
        ),
        conflicts=tuple(
            Disagreement(
                row,
                known[row.entity],
                field_name(known[row.entity], row.column),
                named[row.entity][row.gazelle_id],
                fingerprint(row),
                *_shown(row, named.get(_cited_entity(row, known), {})),
            )
            for row in conflict_rows
        ),
        conflicts_total=len(conflict_rows) if len(conflict_rows) < SHOWN else conflicts.count(),
        drifts=tuple(
            Novelty(row, known[row.entity], tuple(named[row.entity][gazelle_id] for gazelle_id in row.samples))
            for row in drift_rows
        ),
        drifts_total=len(drift_rows) if len(drift_rows) < SHOWN else drifts.count(),
        counts=tuple(questions(now)),
        gone=tuple(Gone(known[name], named[name][gazelle_id]) for name, gazelle_id in gone[:SHOWN]),
        gone_are_all=len(gone) <= SHOWN,
    )


def _cited_entity(conflict: Conflict, known: Registry) -> str:
    """The entity a conflicting reference leads to; empty for a plain value."""
    fields = apps.get_model(known[conflict.entity].model)._meta.concrete_fields
    target = next((field.related_model for field in fields if field.attname == conflict.column), None)
    return next((one.name for one in known if apps.get_model(one.model) is target), "")


def _shown(conflict: Conflict, named: Mapping[str, Named]) -> Iterator[object]:
    for value in (conflict.ours, conflict.theirs, conflict.base):
        yield named[value].text if isinstance(value, str) and value in named else value


def _gone(now: datetime) -> list[tuple[str, str]]:
    """Entity and id of gone records that are still cited, one more than is shown."""
    known = list(entities())
    each = [
        cited.order_by().annotate(entity=Value(entity.name, output_field=CharField())).values_list("entity", "pk")
        for entity in known
        if (cited := citations.still_cited(entity, known, now)) is not None
    ]
    return list(each[0].union(*each[1:], all=True).order_by("entity", "pk")[: SHOWN + 1]) if each else []


def named_records(entity: Entity, ids: Iterable[str]) -> dict[str, Named]:
    """The records of these ids by name; one that is not here is named by its id."""
    ids = list(ids)
    model: type[MirroredModel] = apps.get_model(entity.model)
    found: dict[str, MirroredModel] = model._base_manager.defer("raw_data").in_bulk(ids)
    return {
        gazelle_id: Named(str(found[gazelle_id]), record_url(entity, gazelle_id))
        if gazelle_id in found
        else Named(gazelle_id, "")
        for gazelle_id in ids
    }


def record_url(entity: Entity, gazelle_id: str) -> str:
    """The page of a record; empty when its table has none."""
    try:
        return reverse(f"admin:{entity.model.lower().replace('.', '_')}_change", args=[gazelle_id])
    except NoReverseMatch:
        return ""


def field_name(entity: Entity, column: str) -> str:
    """A column as people read it."""
    try:
        return str(apps.get_model(entity.model)._meta.get_field(column).verbose_name) if column else ""
    except (FieldDoesNotExist, AttributeError):
        return column
