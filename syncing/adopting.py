"""To whom an orphan may belong: told by what it cites, and by what cites it together with somebody.

Known from foreign keys and Gazelle's own answers, for any table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Model

from syncing.assigning import Gift
from syncing.french import NBSP, counted, listed
from syncing.keys import keys_to
from syncing.models import MirroredModel
from syncing.reconciling.tables import Table, table
from syncing.registry import Entity, Registry

SHOWN = 3
"""Suggestions for one orphan: more of them would say that nothing is known."""


@dataclass(frozen=True)
class Adoption:
    """Somebody an orphan may belong to, and why; `is_alone` when nothing speaks for anybody else."""

    gift: Gift
    owner: str
    sentence: str
    is_alone: bool


@dataclass
class _Signs:
    """What speaks for one owner: records that the orphan cites and that are the owner's, and rows that cite both."""

    cited: list[MirroredModel]
    together: dict[type[Model], int]

    @property
    def rank(self) -> tuple[int, int]:
        return len(self.cited), sum(self.together.values())

    @property
    def sentence(self) -> str:
        told = [f"« {record} » ({record._meta.verbose_name}), que cette fiche cite" for record in self.cited]
        beside = [
            counted(count, str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
            for model, count in sorted(self.together.items(), key=lambda one: -one[1])
        ]
        parts = [f"D’après {listed(told)}"] if told else []
        parts += [f"{'cités' if told else 'Cités'} ensemble par {listed(beside)}"] if beside else []
        return f"{f'{NBSP}; '.join(parts)}."


Found = dict[tuple[str, str, str], _Signs]
"""By orphan, reference and owner."""


def adoptions(entity: Entity, ids: Sequence[str], registry: Registry) -> dict[str, list[Adoption]]:
    """For each of these orphans whom it may belong to, most likely first; the number of queries is that of the keys."""
    here, found = table(entity), defaultdict[tuple[str, str, str], _Signs](lambda: _Signs([], defaultdict(int)))
    for reference, owners in _owners(here).items():
        _from_what_they_cite(here, ids, reference, owners, registry, found)
        _from_what_cites_them(here, ids, reference, owners, registry, found)
    names = _present_names(here, found)
    by_orphan: dict[str, list[tuple[Gift, _Signs]]] = defaultdict(list)
    for (gazelle_id, reference, owner_id), signs in found.items():
        if (reference, owner_id) in names:
            by_orphan[gazelle_id].append((Gift(gazelle_id, reference, owner_id), signs))
    return {
        gazelle_id: [
            Adoption(gift, names[gift.reference, gift.owner_id], signs.sentence, _is_alone(gift, candidates))
            for gift, signs in sorted(candidates, key=lambda one: one[1].rank, reverse=True)[:SHOWN]
        ]
        for gazelle_id, candidates in by_orphan.items()
    }


def _is_alone(gift: Gift, candidates: Iterable[tuple[Gift, _Signs]]) -> bool:
    return all(other.owner_id == gift.owner_id for other, _ in candidates if other.reference == gift.reference)


def _owners(here: Table) -> dict[str, type[MirroredModel]]:
    return {name: here.model._meta.get_field(name).related_model for name in here.entity.belongs_to}  # type: ignore[misc]  # foreign keys by declaration


def _from_what_they_cite(
    here: Table, ids: Sequence[str], reference: str, owner: type[MirroredModel], registry: Registry, found: Found
) -> None:
    """An orphan cites records, upward ones too, that cite their owner."""
    cited: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pk, node in here.model._base_manager.filter(pk__in=ids).values_list("pk", "raw_data"):
        references = here.entity.parse(node).references.values() if node else ()
        for one in references:
            if one is not None and one.entity in registry:
                cited[one.entity][one.id].append(pk)
    for name, by_id in cited.items():
        model = table(registry[name]).model
        columns = [field.attname for field in model._meta.concrete_fields if field.related_model is owner]
        records = model._base_manager.filter(pk__in=by_id).defer("raw_data") if columns else ()
        for record in records:
            for column in columns:
                if owner_id := getattr(record, column):
                    for pk in by_id[record.pk]:
                        found[pk, reference, owner_id].cited.append(record)


def _from_what_cites_them(
    here: Table, ids: Sequence[str], reference: str, owner: type[MirroredModel], registry: Registry, found: Found
) -> None:
    """A row that cites an orphan cites somebody besides, itself or through its owner."""
    for key in keys_to(here.model):
        for path in _paths(key.model, owner, registry):
            rows = key.model._base_manager.filter(**{f"{key.column}__in": ids, f"{path}__isnull": False}).order_by()
            for pk, owner_id, count in rows.values_list(key.column, path).annotate(Count("pk")):
                found[pk, reference, owner_id].together[key.model] += count


def _paths(model: type[Model], target: type[MirroredModel], registry: Registry) -> Iterator[str]:
    yield from (field.attname for field in model._meta.concrete_fields if field.related_model is target)
    for entity in registry:
        for owned in entity.owned:
            if owned.model == model._meta.label:
                for field in apps.get_model(entity.model)._meta.concrete_fields:
                    if field.related_model is target:
                        yield f"{owned.owner}__{field.attname}"


def _present_names(here: Table, found: Found) -> dict[tuple[str, str], str]:
    """Only who lives in Gazelle may be given something."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for _, reference, owner_id in found:
        wanted[reference].add(owner_id)
    owners: dict[str, Any] = _owners(here)
    return {
        (reference, record.pk): str(record)
        for reference, ids in wanted.items()
        for record in owners[reference].objects.present().filter(pk__in=ids).defer("raw_data")
    }
