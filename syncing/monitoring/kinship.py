"""Records that lack something, or that may be one: placeholders, orphans, likely duplicates, and what cites them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value

from syncing.french import counted, listed
from syncing.keys import Key, keys_to
from syncing.models import Acceptance, Likeness, MirroredModel, OwnedModel, Pairing
from syncing.registry import Entity, Registry

Rows = QuerySet[MirroredModel, Any]
ENGINE = {field.name for field in MirroredModel._meta.fields}
SHORT, FACTS = 60, 6
"""A value of more characters is read on the record's own page, and so are those beyond as many."""


def model_of(entity: Entity) -> type[MirroredModel]:
    model: type[MirroredModel] = apps.get_model(entity.model)
    return model


# -- what waits --------------------------------------------------------------------------------------------------------


def placeholders(entity: Entity) -> Rows:
    """Records known by their id alone; those that were merged are no longer among them."""
    return model_of(entity)._base_manager.filter(is_placeholder=True, deleted_at=None)


def merged(entity: Entity) -> Rows:
    """Placeholders that gave way to a record that Gazelle gave."""
    return model_of(entity)._base_manager.filter(is_placeholder=True, deleted_at__isnull=False)


def orphans(entity: Entity) -> Rows | None:
    """Present records that Gazelle gives to nobody; None where nothing says whose a record is."""
    if not entity.belongs_to:
        return None
    return model_of(entity).objects.present().filter(**dict.fromkeys(entity.belongs_to))


def accepted(rows: Rows, entity: Entity) -> Rows:
    """Those of these rows that a person lets be as they are: found from the acceptances, which are few."""
    return rows.filter(pk__in=Acceptance.objects.filter(entity=entity.name, withdrawn_at=None).values("gazelle_id"))


def unsettled(rows: Rows, entity: Entity) -> Rows:
    """Those that nobody accepted."""
    return rows.filter(~_acceptance(entity))


def _acceptance(entity: Entity) -> Exists:
    return Exists(Acceptance.objects.filter(entity=entity.name, gazelle_id=OuterRef("pk"), withdrawn_at=None))


def duplicates(entity: Entity) -> QuerySet[Likeness]:
    """Pairs of records, both in Gazelle today, that may be one and of which nobody has said anything."""
    present = model_of(entity).objects.present()
    return Likeness.objects.filter(
        Exists(present.filter(pk=OuterRef("left_id"))),
        Exists(present.filter(pk=OuterRef("right_id"))),
        ~_verdict(entity, "left_id", "right_id"),
        ~_verdict(entity, "right_id", "left_id"),
        entity=entity.name,
        is_provisional=False,
    )


def suggestions(entity: Entity, placeholder_ids: Collection[str]) -> QuerySet[Likeness]:
    """Records, all in Gazelle today, that these placeholders may be, most likely first."""
    present = model_of(entity).objects.present()
    return Likeness.objects.filter(
        Exists(present.filter(pk=OuterRef("right_id"))),
        ~_verdict(entity, "left_id", "right_id"),
        ~_verdict(entity, "right_id", "left_id"),
        entity=entity.name,
        is_provisional=True,
        left_id__in=placeholder_ids,
    ).order_by("-probability", "pk")


def _verdict(entity: Entity, left: str, right: str) -> Exists:
    said = Pairing.objects.filter(entity=entity.name, withdrawn_at=None)
    return Exists(said.filter(left_id=OuterRef(left), right_id=OuterRef(right)))


def spoken_of() -> set[tuple[str, str]]:
    """The entities of which something was accepted, or found alike: most have neither, and are not asked further."""
    acceptances = Acceptance.objects.filter(withdrawn_at=None).order_by().values_list("entity", Value("acceptance"))
    likenesses = Likeness.objects.order_by().values_list("entity", Value("likeness"))
    return set(acceptances.union(likenesses))


# -- why a record is here ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Citing:
    """The rows of one table that cite a record through one key."""

    key: Key
    count: int

    @property
    def words(self) -> str:
        """« 9 entrées d’historique »."""
        meta = self.key.model._meta
        return counted(self.count, str(meta.verbose_name), str(meta.verbose_name_plural))


def cited_by(entity: Entity, ids: Collection[str]) -> dict[str, list[Citing]]:
    """What cites each of these records, the most numerous first: one query for each key, whatever their number."""
    found: dict[str, list[Citing]] = defaultdict(list)
    for key in keys_to(model_of(entity)):
        rows = _alive(key).filter(**{f"{key.column}__among": sorted(ids)}).order_by()
        for cited, count in rows.values_list(key.column).annotate(Count("pk")):
            found[cited].append(Citing(key, count))
    for citing in found.values():
        citing.sort(key=lambda one: (-one.count, one.key.label))
    return found


def told(citing: Iterable[Citing]) -> str:
    """« 9 entrées d’historique, 2 factures et 1 piano »."""
    by_table: dict[type[Any], Citing] = {}
    for one in citing:
        before = by_table.get(one.key.model)
        by_table[one.key.model] = Citing(one.key, one.count + (before.count if before else 0))
    return listed([one.words for one in by_table.values()])


def citing_records(entity: Entity, gazelle_id: str, registry: Registry, limit: int) -> Iterator[tuple[Entity, str]]:
    """Entity and id of the records that cite this one, some of each table; an owned row stands for its owner."""
    owners = {owned.model: (other, owned.owner) for other in registry for owned in other.owned}
    mirrored = {other.model: other for other in registry}
    for key in keys_to(model_of(entity)):
        other, path = mirrored.get(key.model._meta.label), "pk"
        if other is None and key.model._meta.label in owners:
            other, owner = owners[key.model._meta.label]
            path = f"{owner}_id"
        if other is not None:
            rows = _alive(key).filter(**{key.column: gazelle_id}).order_by("pk").values_list(path, flat=True)
            for pk in dict.fromkeys(rows[:limit]):
                yield other, pk


def _alive(key: Key) -> QuerySet[Any]:
    rows = key.model._base_manager.all()
    return rows.filter(deleted_at=None) if issubclass(key.model, MirroredModel | OwnedModel) else rows


def same_as(entity: Entity, gazelle_id: str) -> list[str]:
    """The records of which a person said that they are this one."""
    said = Pairing.objects.filter(
        Q(left_id=gazelle_id) | Q(right_id=gazelle_id), entity=entity.name, verdict=Pairing.SAME, withdrawn_at=None
    )
    return [right if left == gazelle_id else left for left, right in said.values_list("left_id", "right_id")]


# -- what people recognise a record by ---------------------------------------------------------------------------------


Fact = tuple[str, str]
"""A column as people read it, and its value."""


def facts(record: MirroredModel) -> list[Fact]:
    """The first values of a record that are short enough to tell it from another at a glance."""
    told: list[Fact] = []
    for field in record._meta.concrete_fields:
        if field.name in ENGINE or field.is_relation or not field.editable:
            continue
        value = getattr(record, field.attname)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "" and len(str(value)) <= SHORT:
            told.append((str(field.verbose_name), str(value)))
    return told[:FACTS]


def facts_of(entity: Entity, ids: Iterable[str]) -> dict[str, list[Fact]]:
    records = model_of(entity)._base_manager.filter(pk__in=list(ids)).defer("raw_data")
    return {record.pk: facts(record) for record in records}


def counted_by_table(every: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows, by entity, of the tables that have any: one query."""
    counts = [
        rows.order_by()
        .annotate(told_of=Value(name, output_field=CharField()))
        .values("told_of")
        .annotate(rows=Count("pk"))
        .values_list("told_of", "rows")
        for name, rows in every.items()
    ]
    return dict(counts[0].union(*counts[1:], all=True)) if counts else {}
