"""New records that people want to hear of by name, such as a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Subquery

from syncing import french
from syncing.models import Leg, MirroredModel
from syncing.monitoring.awaiting import Named, record_url
from syncing.registry import Entity, entities

REACH = timedelta(hours=24)
NAMED = 5


@dataclass(frozen=True)
class Newcomers:
    """Those of one table in the last day; `words` say what they are, singular and plural."""

    words: tuple[str, str]
    count: int
    named: tuple[Named, ...]

    @property
    def label(self) -> str:
        return self.words[1][:1].upper() + self.words[1][1:]

    @property
    def told(self) -> str:
        """« 1 nouveau technicien (Nicolas Roy) »."""
        names = f" ({french.listed([one.text for one in self.named])})" if self.named else ""
        return f"{french.counted(self.count, *self.words)}{names}"


def newcomers(now: datetime) -> tuple[Newcomers, ...]:
    """One query for each table that announces its own; a first reading announces nobody."""
    return tuple(_of(entity, entity.newcomers, now) for entity in entities() if entity.newcomers)


def _of(entity: Entity, words: tuple[str, str], now: datetime) -> Newcomers:
    model: type[MirroredModel] = apps.get_model(entity.model)
    first = Leg.objects.filter(entity=entity.name, sealed_at__isnull=False).order_by("sealed_at").values("finished_at")
    rows = model._base_manager.filter(created_at__gte=now - REACH, created_at__gt=Subquery(first[:1]))
    found = list(rows.defer("raw_data").order_by("-created_at", "pk"))
    named = tuple(Named(str(row), record_url(entity, row.pk)) for row in found[:NAMED])
    return Newcomers(words, len(found), named)
