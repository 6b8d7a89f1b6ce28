"""Kinds of messages introduce themselves: each package that sends some declares them in its `notices.py`.

A `notices.py` is data: it names its kinds, and who they are for. One finder loads them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from syncing.registry import load
from syncing.vocabulary import SyncError


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message, as people choose it on « Mes avis »."""

    name: str
    label: str
    about: str
    """One French sentence: when it is sent."""
    roles: frozenset[str]
    """Groups whose people may receive it."""
    by_default: bool = True
    """Whether they do until they say no; otherwise, once they said yes."""
    room: bool = False
    """Whether the team's Slack room receives it, until the administration says no."""
    to_owner: bool = False
    """Also to OWNER_EMAIL, whether or not it has an account: nobody must have to sign in once to be told."""
    lasting: bool = False
    """Tells of a state that has an end, which is told too; otherwise of an event, told once."""
    family: str = ""
    """Kinds of one family tell of the same causes: one that grows worse passes from kind to kind, and ends once."""


class UnknownKind(SyncError):
    """Asked to send a kind that nobody declared."""

    code = "unknown_kind"
    action = "Déclarez ce genre d’avis dans le fichier notices.py de son application."


class Kinds:
    """The declared kinds, by name, in the order of their labels."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in sorted(kinds, key=lambda kind: kind.label):
            if kind.name in self._kinds:
                raise ValueError(f"kind declared twice: {kind.name}")
            self._kinds[kind.name] = kind

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(f"Genre d’avis inconnu : « {name} ».") from None

    def family(self, name: str) -> frozenset[str]:
        """The names of the kinds that tell of the same causes, this one included."""
        family = self._kinds[name].family if name in self._kinds else ""
        return frozenset({name, *(kind.name for kind in self if family and kind.family == family)})

    def label(self, name: str) -> str:
        """Its French name; a kind that is no longer declared keeps its own."""
        return self._kinds[name].label if name in self._kinds else name


@cache
def kinds() -> Kinds:
    """Every kind declared in the project, found once per process."""
    return Kinds(kind for module in load("notices") for kind in _declared(module))


def _declared(module: object) -> tuple[Kind, ...]:
    found: tuple[Kind, ...] = module.KINDS  # type: ignore[attr-defined]  # a module is an object to mypy
    return found
