"""Where the matcher meets the tables: which records of an entity may be one.

Each app that knows how its records look says so in its `matching.py`, whose `RESEMBLANCES` are found like the
declarations of `sync.py`. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Generic, Protocol

from django.apps import apps
from django.db.models import Count, Max

from syncing.cooccurring import beside
from syncing.matching.index import Index
from syncing.matching.model import Model, Record
from syncing.matching.scoring import Suggestion
from syncing.models import MirroredModel
from syncing.registry import entities, load

EXPECTED_OF_A_STRAY = 0.5
"""An id that is cited and not given is mostly that of a record merged in Gazelle; a row of another source, mostly that
of one Gazelle has too. As likely as not, it is here."""

State = tuple[tuple[int | datetime | None, ...], ...]


class Resembling(Protocol):
    """What a page asks of an entity."""

    name: str

    def suggestions_for(self, record: MirroredModel) -> list[Suggestion]: ...

    def duplicates(self) -> Iterator[Suggestion]: ...


class Resemblance(Generic[Record]):
    """How the records of one entity are compared.

    `cards` gives those that are in Gazelle today, `card_of` that of any one record; `watched` names the models both
    read. The index is built when first asked for and again when a watched table has changed.
    """

    def __init__(
        self,
        name: str,
        model: Model[Record],
        *,
        cards: Callable[[], Iterable[Record]],
        card_of: Callable[[str], Record],
        watched: tuple[str, ...],
    ) -> None:
        self.name = name
        self._model = model
        self._cards = cards
        self._card_of = card_of
        self._watched = watched
        self._kept: tuple[State, Index[Record]] | None = None

    def suggestions_for(self, record: MirroredModel) -> list[Suggestion]:
        """Whom this record may be, most likely first."""
        company = beside(entities()[self.name], record.pk, entities())
        expected = EXPECTED_OF_A_STRAY if record.is_placeholder or record.deleted_at else None
        return self.index().matches(self._card_of(record.pk), company, expected)

    def recognise(self, card: Record) -> list[Suggestion]:
        """Whom a row of another source may be: it is in no table yet."""
        return self.index().matches(card, expected_same=EXPECTED_OF_A_STRAY)

    def duplicates(self) -> Iterator[Suggestion]:
        """All pairs of present records that may be one, by their own values alone."""
        return self.index().pairs()

    def index(self) -> Index[Record]:
        state = self._state()
        if self._kept is None or self._kept[0] != state:
            self._kept = state, Index(self._model, self._cards())
        return self._kept[1]

    def _state(self) -> State:
        """Changes whenever a row that the cards read does."""
        found = (
            apps.get_model(label)._base_manager.aggregate(Count("pk"), Max("updated_at"), Max("deleted_at"))
            for label in self._watched
        )
        return tuple(tuple(state.values()) for state in found)


@cache
def resemblances() -> dict[str, Resembling]:
    """By entity, those that an app declares."""
    return {one.name: one for module in load("matching") for one in module.RESEMBLANCES}  # type: ignore[attr-defined]  # a module is an object to mypy
