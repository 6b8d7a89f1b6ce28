"""Records that are cited together: what a placeholder is, when it has nothing but an id, is told by its company.

A row that cites two records makes them companions: an appointment at a customer's for an instrument, the instrument of
a customer. Who else keeps the same company may be the same record. Known from foreign keys alone, for any table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count, ForeignKey, Model

from syncing.french import counted, listed
from syncing.matching.model import Finding
from syncing.models import MirroredModel, Move
from syncing.registry import Entity, Registry

CROWD = 20
"""A companion of more records than this, such as whoever works for everybody, tells nothing."""
COMPANIONS = 20
"""As many companions as are looked at: a record that has more is known by its own values."""
SHOWN = 2


@dataclass(frozen=True)
class Citing:
    """A table, and the lookups under which its rows cite others; a row of its own may be one of them, as `pk`."""

    model: type[Model]
    paths: tuple[tuple[str, type[MirroredModel]], ...]

    def to(self, target: type[MirroredModel]) -> list[str]:
        return [path for path, model in self.paths if model is target]


def beside(entity: Entity, record_id: str, registry: Registry) -> dict[str, list[Finding]]:
    """For each record of the entity that keeps company with this one, what says so."""
    target: type[MirroredModel] = apps.get_model(entity.model)
    tables = list(_citing(registry))
    shared: dict[str, list[tuple[int, MirroredModel]]] = defaultdict(list)
    for companion in _companions(target, record_id, tables):
        others = _others(companion, target, tables) - {record_id}
        if len(others) <= CROWD:
            for other in others:
                shared[other].append((len(others) - 1, companion))
    found = {other: [_together(sorted(held, key=lambda one: (one[0], one[1].pk)))] for other, held in shared.items()}
    for other, moves in _heirs(entity, record_id):
        words = counted(
            moves,
            "fiche qui citait l’une cite maintenant l’autre",
            "fiches qui citaient l’une citent maintenant l’autre",
        )
        found.setdefault(other, []).append(Finding("moved", "some", words))
    return found


def _together(held: Sequence[tuple[int, MirroredModel]]) -> Finding:
    """The rarest companion tells most."""
    names = [f"{companion._meta.verbose_name} {companion}" for _, companion in held[:SHOWN]]
    if len(held) > SHOWN:
        names.append(counted(len(held) - SHOWN, "autre", "autres"))
    words = "cités avec la même fiche" if len(held) == 1 else "cités avec les mêmes fiches"
    level = "one" if len(held) == 1 else "several"
    return Finding("together", level, f"{words} ({listed(names)})", holders=held[0][0])


def _companions(target: type[MirroredModel], record_id: str, tables: Sequence[Citing]) -> list[MirroredModel]:
    ids: dict[type[MirroredModel], set[str]] = defaultdict(set)
    for table in tables:
        for here in table.to(target):
            for path, model in table.paths:
                if model is not target:
                    ids[model] |= _values(table, here, record_id, path, COMPANIONS)
    return [
        companion
        for model, known in sorted(ids.items(), key=lambda item: item[0]._meta.label)
        for companion in model._base_manager.defer("raw_data", "given").filter(pk__in=sorted(known)[:COMPANIONS])
    ]


def _others(companion: MirroredModel, target: type[MirroredModel], tables: Sequence[Citing]) -> set[str]:
    """The records of the target table that keep company with it; one more than a crowd is enough to know."""
    found: set[str] = set()
    for table in tables:
        for here in table.to(type(companion)):
            for path in table.to(target):
                found |= _values(table, here, companion.pk, path, CROWD + 2)
                if len(found) > CROWD + 1:
                    return found
    return found


def _values(table: Citing, here: str, value: str, path: str, limit: int) -> set[str]:
    """Sorting would read everything: any `limit` of them do."""
    rows = table.model._base_manager.filter(**{here: value, f"{path}__isnull": False}).order_by()
    return set(rows.values_list(path, flat=True).distinct()[:limit])


def _heirs(entity: Entity, record_id: str) -> Iterator[tuple[str, int]]:
    """Records to which what cited this one has moved, and how many did."""
    moves = Move.objects.filter(target=entity.name, before=record_id).exclude(after="").order_by()
    yield from moves.values_list("after").annotate(moves=Count("gazelle_id", distinct=True))


def _citing(registry: Registry) -> Iterator[Citing]:
    """Every table whose rows cite two records or more; an owned row also cites what its owner does."""
    mirrored: list[type[MirroredModel]] = [apps.get_model(entity.model) for entity in registry]
    cited = {cites for model in mirrored for _, _, cites in _keys(model)}
    for entity, model in zip(registry, mirrored, strict=True):
        own = [(column, cites) for _, column, cites in _keys(model)]
        yield Citing(model, tuple(own + ([("pk", model)] if model in cited else [])))
        for owned in entity.owned:
            row = apps.get_model(owned.model)
            keys = [(column, cites) for name, column, cites in _keys(row) if name != owned.owner]
            yield Citing(row, tuple(keys + [(f"{owned.owner}__{column}", cites) for column, cites in own]))


def _keys(model: type[Model]) -> Iterator[tuple[str, str, type[MirroredModel]]]:
    """(name, column, model) of each foreign key to a mirrored record."""
    for field in model._meta.concrete_fields:
        cites = field.related_model
        if isinstance(field, ForeignKey) and isinstance(cites, type) and issubclass(cites, MirroredModel):
            yield field.name, field.attname, cites
