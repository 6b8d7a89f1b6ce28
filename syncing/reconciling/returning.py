"""What followed a redirect goes back when it ends, told by what Gazelle last said of each row.

A row that a person or Gazelle has led elsewhere since stays where it is, and is named.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Model, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from syncing import history
from syncing.bulk import change, chunks
from syncing.drafts import Draft
from syncing.keys import Key, keys_to
from syncing.models import MirroredModel, OwnedModel, Redirect
from syncing.reconciling.tables import Table, table
from syncing.registry import Owned, Registry
from syncing.vocabulary import Node

logger = logging.getLogger(__name__)

PLAIN = re.compile(r"[\w-]+", re.ASCII)  # an id that JSON writes as it is, so that its text can be looked for
ELSEWHERE = "rattachée ailleurs depuis"
SAID_OTHERWISE = "Gazelle dit maintenant autre chose"

Said = Mapping[object, object]
"""By row, the id that Gazelle's answer gives; a row of which it says nothing is not there."""


@dataclass(frozen=True)
class Staying:
    """A row that does not go back."""

    model: type[Model]
    pk: object
    because: str


@dataclass
class Returned:
    """What became of the rows that followed a redirect."""

    count: int = 0
    staying: list[Staying] = field(default_factory=list)


def give_back(redirect: Redirect, heirs: Collection[str], registry: Registry, *, by: User | None = None) -> Returned:
    """Lead back what cites one of the heirs in place of the old record, on a person's word or on Gazelle's.

    Inside the caller's transaction.
    """
    told = Returned()
    for key in keys_to(table(registry[redirect.entity]).model):
        answers = _Answers.of(key, registry)
        moved = set(redirect.moved.get(key.label, ()))
        since = answers.mentioning(redirect.old_id, heirs) if answers else set()
        for ids in chunks(sorted(moved | since, key=str)):
            said = answers.said(ids) if answers else {}
            citing = key.model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk")
            back = list(_going(citing.values_list("pk", key.column), said, moved, redirect.old_id, heirs, key, told))
            point(key, back, redirect.old_id, registry, by=by)
            rebase(key, [pk for pk in ids if said.get(pk) == redirect.old_id], heirs, redirect.old_id, registry)
            told.count += len(back)
    return told


def _going(
    rows: Iterable[tuple[object, str | None]],
    said: Said,
    moved: Collection[object],
    old_id: str,
    heirs: Collection[str],
    key: Key,
    told: Returned,
) -> Iterator[object]:
    """Those of the rows that go back; why another one of those once moved does not is told."""
    for pk, cites in rows:
        says = said.get(pk)
        if cites == old_id or (says != old_id and pk not in moved):
            continue
        if says not in (None, old_id):
            told.staying.append(Staying(key.model, pk, SAID_OTHERWISE))
        elif cites not in heirs:
            told.staying.append(Staying(key.model, pk, ELSEWHERE))
        else:
            yield pk


def point(key: Key, ids: Sequence[object], to: str, registry: Registry, *, by: User | None = None) -> None:
    """Let these rows, which the caller has locked, cite another record; each mirrored one has a version of it."""
    here, now = _mirrored(key, registry), timezone.now()
    values: dict[str, Any] = {key.column: to}
    if issubclass(key.model, MirroredModel | OwnedModel):
        values["updated_at"] = now
    if issubclass(key.model, MirroredModel):
        values["version"] = F("version") + 1
    for some in chunks(ids):
        rows = key.model._base_manager.filter(pk__in=some)
        if here is not None:
            history.record(
                history.entry(here.entity.name, pk, version + 1, {key.column: (cited, to)}, at=now, by=by)
                for pk, version, cited in rows.values_list("pk", "version", key.column)
            )
        rows.update(**values)


def rebase(key: Key, ids: Sequence[object], given: Collection[str], to: str, registry: Registry) -> None:
    """Keep the base of the three-way rule in step: what Gazelle gave has changed its name, not its meaning."""
    here = _mirrored(key, registry)
    if here is None or key.column not in here.shared:
        return
    for some in chunks(ids):
        rows = here.model._base_manager.select_for_update().filter(pk__in=some).order_by("pk")
        bases = [
            {"id": pk, "given": base | {key.column: to}}
            for pk, base in rows.values_list("pk", "given")
            if base.get(key.column) in given
        ]
        change(here.model, bases, ("given",))


def _mirrored(key: Key, registry: Registry) -> Table | None:
    """The mirrored table this key is of; None for what a record owns and for tables of the house."""
    return next((table(entity) for entity in registry if table(entity).model is key.model), None)


@dataclass(frozen=True)
class _Answers:
    """Where the answers of Gazelle are kept that say what the rows of a table cite: with them, or with their owner."""

    key: Key
    record: Table
    owned: Owned | None = None

    @classmethod
    def of(cls, key: Key, registry: Registry) -> _Answers | None:
        """None for a table of the house: Gazelle says nothing of its rows."""
        for entity in registry:
            if table(entity).model is key.model:
                return cls(key, table(entity))
            for owned in entity.owned:
                if owned.model == key.model._meta.label:
                    return cls(key, table(entity), owned)
        return None

    def mentioning(self, old_id: str, heirs: Collection[str]) -> set[object]:
        """The rows that cite an heir and whose answer mentions the old id: few are read to the end."""
        rows = self.key.model._base_manager.filter(**{f"{self.key.column}__among": sorted(heirs)})
        if PLAIN.fullmatch(old_id):
            answer = f"{self.owned.owner}__raw_data" if self.owned else "raw_data"
            rows = rows.annotate(answer_text=Cast(answer, TextField())).filter(answer_text__contains=old_id)
        return set(rows.values_list("pk", flat=True))

    def said(self, ids: Sequence[object]) -> dict[object, object]:
        if self.owned is None:
            answers = self.record.model._base_manager.filter(pk__in=ids).values_list("pk", "raw_data")
            drafts = ((pk, self._draft(pk, node)) for pk, node in answers)
            values = {pk: self.record.values(draft).get(self.key.column) for pk, draft in drafts if draft}
        else:
            owner = f"{self.owned.owner}_id"
            owners = self.key.model._base_manager.filter(pk__in=ids).values(owner)
            answers = self.record.model._base_manager.filter(pk__in=owners).values_list("pk", "raw_data")
            rows = Table(self.record.entity, self.key.model)  # type: ignore[arg-type]  # only its columns are asked for
            values = {
                child.id: rows.values(child).get(self.key.column)
                for draft in (self._draft(pk, node) for pk, node in answers)
                if draft
                for child in draft.owned.get(self.owned.model, ())
                if child.key or child.node.get("id")
            }
        return {pk: value for pk, value in values.items() if value is not None}

    def _draft(self, pk: object, node: Node | None) -> Draft | None:
        """An answer that can no longer be read says nothing."""
        try:
            return self.record.entity.parse(node) if node else None
        except Exception:  # one record: what its parser raises must not keep the others from going back
            logger.exception("answer_unreadable", extra={"entity": self.record.entity.name, "gazelle_id": pk})
            return None
