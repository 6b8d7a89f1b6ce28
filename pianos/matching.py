"""Pianos that may be one: read from the tables, never written."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from pianos.likeness import MODEL, Card, card
from pianos.models import Piano
from syncing.matching.scoring import Suggestion
from syncing.resembling import Resemblance

_INSTRUMENT = (
    "pk", "make", "model", "serial_number", "year", "type", "client_id", "client__display_name", "location"
)  # fmt: skip


def suggestions_for(piano: Piano) -> list[Suggestion]:
    """Pianos that this one may be, most likely first; a placeholder is known by what cites it."""
    return PIANOS.suggestions_for(piano)


def recognise(row: Card) -> list[Suggestion]:
    """Pianos that a row of another source may be; `likeness.card` makes it one."""
    return PIANOS.recognise(row)


def duplicates() -> Iterator[Suggestion]:
    """All pairs of present pianos that may be one."""
    return PIANOS.duplicates()


def piano_cards() -> Iterator[Card]:
    """Every present piano, from plain rows."""
    return _cards(Piano.objects.present())


def piano_card(pk: str) -> Card:
    """One piano, whatever its state."""
    return next(_cards(Piano.objects.filter(pk=pk)), Card(pk))


def _cards(pianos: QuerySet[Piano]) -> Iterator[Card]:
    for pk, make, model, serial, year, kind, owner, name, room in (
        pianos.order_by("pk").values_list(*_INSTRUMENT).iterator()
    ):
        yield card(
            pk, make=make, model=model, serial_number=serial, year=year, kind=kind, owner=owner or "",
            owner_name=name or "", room=room,
        )  # fmt: skip


PIANOS: Resemblance[Card] = Resemblance(
    "pianos", MODEL, cards=piano_cards, card_of=piano_card, watched=("pianos.Piano", "clients.Client")
)
RESEMBLANCES = (PIANOS,)
