"""Entities introduce themselves here; nobody edits a central list.

Each top-level package that mirrors something has a `sync.py` whose `ENTITIES` tuple declares what it mirrors:
the query, the parser, the promise. One finder loads those modules, the same way with and without Django.
Pure core: standard library only.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from syncing.drafts import Draft
from syncing.vocabulary import Mode, Node

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Nested:
    """A connection or list inside a node, read with it and followed to its end.

    Either `selection` says what to select, or `carries` names the entity whose records it holds: those are staged
    on their own and removed from the node that carried them.
    """

    name: str
    """Gazelle's field name, such as `allContacts`."""
    carries: str = ""
    selection: str = ""
    arguments: str = ""
    """Literal GraphQL arguments, such as `includeArchived: true`."""
    plain_list: bool = False
    """A plain list without `nodes` nor pages."""
    page_size: int = 50


@dataclass(frozen=True, kw_only=True)
class Read:
    """One way of reading an entity's root list.

    `arguments` are literal GraphQL arguments in which `$since` and `$until` stand for the edges of the window.
    """

    arguments: str = ""
    reach: timedelta | None = None
    """How far before the mark the window begins; None reads the whole list. The mark is the start of the last sealed
    leg at least as wide as this one, so that an outage widens the window by its own length."""
    ahead: timedelta | None = None
    """How far after now the window ends; None leaves it open."""
    edge_type: str = "CoreDate"
    promise: timedelta | None = None
    """The age above which what this read brings is late; None promises nothing."""
    also: tuple[str, ...] = ()
    """Arguments of lists to read besides, such as the archived ones: what only they show is kept, and marked as out of
    the default list."""
    within: str = ""
    """The model field that tells whether a record is in the window: a sealed window then proves who left it."""


@dataclass(frozen=True, kw_only=True)
class Owned:
    """Rows that live and die with a record: the items of an invoice. `owner` is their foreign key to it."""

    model: str
    owner: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Entity:
    """What a domain app declares to have one kind of record mirrored."""

    name: str
    label: str
    """French plural shown to people."""
    model: str
    """`app.Model`, as text: a declaration imports no Django."""
    type_name: str
    """The type in Gazelle's schema; the contract test compares `selection` with its scalars."""
    selection: str
    parse: Callable[[Node], Draft]
    promise: timedelta
    """The age above which the data is late."""
    root: str = ""
    """Root list such as `allClients`; empty when another entity carries these records."""
    single: str = ""
    """Single read with its argument, such as `client(id: $id)`; empty when the API has none."""
    plain_list: bool = False
    nested: tuple[Nested, ...] = ()
    reads: Mapping[Mode, Read] = field(default_factory=lambda: {Mode.FULL: Read()})
    page_size: int = 100
    owned: tuple[Owned, ...] = ()
    serves: str = "au bureau et aux techniciens"
    """To whom the promise is made, in French with its preposition."""
    newcomers: tuple[str, str] | None = None
    """What a new record is called when people want to hear of it by name, singular and plural."""
    known_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Values of the contract's enums, by Gazelle's field name: another one is stored as received, and told."""
    mergeable: bool = False
    """Gazelle can merge two of these: when everything that cited a gone one cites one other, that is what happened.
    Where it cannot, the same facts mean something else, such as work handed over to a colleague."""
    unknown_is_told: bool = False
    """Whether a record that is cited before Gazelle gave it is worth telling at once, and not only in the lists."""
    left_list: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Values that say a record is no longer in Gazelle's default list, by Gazelle's field name."""
    refers_to: tuple[str, ...] = ()
    """Entities its records point to: reconciled first, so that few placeholders are needed."""
    shared: frozenset[str] = frozenset()
    """Columns people may edit here too: the three-way rule decides."""
    belongs_to: tuple[str, ...] = ()
    """References that say whose a record is, as `parse` names them. A record that has none of them is an orphan, and
    people may set them here: they are shared too."""
    omitted: Mapping[str, str] = field(default_factory=dict)
    """Scalars of the contract left out on purpose, with the reason."""

    @property
    def carried_names(self) -> tuple[str, ...]:
        """Entities whose records arrive inside this one's."""
        return tuple(nested.carries for nested in self.nested if nested.carries)

    def read(self, mode: Mode) -> Read:
        """The declared read of a mode; one that is not declared is the whole walk."""
        return self.reads.get(mode, self.reads[Mode.FULL])


class UnknownEntity(LookupError):
    """Asked for an entity nobody declared; the message lists those that exist."""


class Registry:
    """The declared entities, in an order where what is referred to comes first."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self._entities: dict[str, Entity] = {}
        for entity in entities:
            if entity.name in self._entities:
                raise ValueError(f"entity declared twice: {entity.name}")
            self._entities[entity.name] = entity
        self._order = self._referred_first()

    def _referred_first(self) -> list[str]:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for entity in self._entities.values():
            carriers = [other.name for other in self._entities.values() if entity.name in other.carried_names]
            sorter.add(
                entity.name, *carriers, *(n for n in entity.refers_to if n != entity.name and n in self._entities)
            )
        return list(sorter.static_order())

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._entities[name] for name in self._order)

    def __contains__(self, name: object) -> bool:
        return name in self._entities

    def __getitem__(self, name: str) -> Entity:
        try:
            return self._entities[name]
        except KeyError:
            known = ", ".join(self._order)
            raise UnknownEntity(f"Entité inconnue : « {name} ». Entités connues : {known}.") from None

    def carrier(self, name: str) -> Entity | None:
        """The entity in whose answers the records of `name` arrive; None when they have a list of their own."""
        return next((e for e in self if name in e.carried_names), None)

    def roots(self, names: Iterable[str]) -> list[Entity]:
        """The entities to walk in order to refresh `names` (all when empty), each once."""
        wanted = [self[name] for name in names] or list(self)
        walked = {(self.carrier(entity.name) or entity).name for entity in wanted}
        return [entity for entity in self if entity.name in walked]

    def brought_by(self, root: Entity) -> list[Entity]:
        """The root itself and every entity carried in its answers."""
        return [root, *(self[name] for name in root.carried_names)]


def packages(module: str, project: Path = PROJECT) -> list[str]:
    """Top-level packages of the project that have `<package>/<module>.py`, by name."""
    return sorted(path.parent.name for path in project.glob(f"*/{module}.py") if (path.parent / "__init__.py").exists())


def load(module: str, project: Path = PROJECT) -> list[object]:
    """Import `<package>.<module>` of each top-level package that has one."""
    return [importlib.import_module(f"{package}.{module}") for package in packages(module, project)]


@cache
def entities() -> Registry:
    """Every entity declared in the project, found once per process."""
    return Registry(entity for module in load("sync") for entity in declared(module))


def declared(module: object) -> tuple[Entity, ...]:
    """The `ENTITIES` of a `sync` module; a module without it is a mistake worth stopping for."""
    found: tuple[Entity, ...] = module.ENTITIES  # type: ignore[attr-defined]  # a module is an object to mypy
    return found
