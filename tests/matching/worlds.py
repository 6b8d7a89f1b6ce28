"""The worlds that tests and figures share: a base at the company's volume, ready to be met."""

from __future__ import annotations

from collections.abc import Iterator

from clients.likeness import MODEL as PEOPLE
from clients.likeness import Card as Client
from pianos.likeness import MODEL as INSTRUMENTS
from pianos.likeness import Card as Piano
from syncing.matching.index import Index
from tests.matching import generating, instruments
from tests.matching.damaging import second_record
from tests.matching.generating import Household, Recipe, Town
from tests.matching.instruments import Instrument, Park


def town(recipe: Recipe, size: int) -> tuple[Town, Index[Client]]:
    """People and houses of a recipe, and the index that knows them."""
    made = Town(recipe)
    generating.populate(made, size)
    return made, Index(PEOPLE, (one.card(f"known_{one.who}") for one in made.base))


def park(makes: str, seed: int, size: int, rough: float = 1.0) -> tuple[Park, Index[Piano]]:
    made = Park(makes, seed, rough)
    instruments.populate(made, size)
    return made, Index(INSTRUMENTS, (one.card(f"known_{one.who}") for one in made.base))


def second_households(made: Town, count: int) -> Iterator[Household]:
    return (second_record(made, made.dice.choice(made.base)) for _ in range(count))


def second_instruments(made: Park, count: int) -> Iterator[Instrument]:
    numbers = {instruments.read(one.serial) for one in made.base} - {""}
    return (instruments.second_record(made, made.dice.choice(made.base), numbers) for _ in range(count))
