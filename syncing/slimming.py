"""A field that Gazelle no longer knows makes it refuse the whole query: ask again without it, and say so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from syncing.fetching.errors import Problem
from syncing.registry import Entity, Registry

UNKNOWN_FIELD = re.compile(r"Field '(\w+)' doesn't exist on type '(\w+)'")
LIST_PARTS = frozenset({"nodes", "edges", "node"})  # steps of a path that name no field of a record
KEPT = "id"  # a row without its name would be another row: such a query stays refused


@dataclass(frozen=True)
class Missing:
    """A field that Gazelle says it does not have, asked `inside` another one; "" when Gazelle does not say which."""

    type_name: str
    name: str
    inside: str = ""


def missing_fields(problems: Iterable[Problem]) -> set[Missing]:
    """The fields that a refusal is about, each where it was asked."""
    found = ((UNKNOWN_FIELD.search(problem.message), problem.path) for problem in problems)
    return {Missing(match[2], match[1], _inside(path)) for match, path in found if match and match[1] != KEPT}


def without(registry: Registry, missing: set[Missing]) -> Registry:
    """The same declarations, less these fields."""
    return Registry([_slim(entity, missing) for entity in registry])


def _inside(path: str) -> str:
    """`query toys.allToys.nodes.maker.name` → `maker`."""
    steps = [step for step in path.split(".")[:-1] if step not in LIST_PARTS]
    return steps[-1] if steps else ""


def _slim(entity: Entity, missing: set[Missing]) -> Entity:
    own = {field.name for field in missing if field.type_name == entity.type_name}
    return replace(
        entity,
        selection=_cut(entity.selection, own, missing),
        nested=tuple(
            replace(nested, selection=_cut(nested.selection, _asked_in(nested.name, missing), missing))
            for nested in entity.nested
            if nested.name not in own
        ),
    )


def _asked_in(field: str, missing: set[Missing]) -> set[str]:
    """What is missing inside this field; a declaration does not tell its type, so a place unknown is every place."""
    return {one.name for one in missing if one.inside in ("", field)}


def _cut(selection: str, at_the_top: set[str], missing: set[Missing]) -> str:
    """The selection without these names, each with the braces that follow it."""
    return " ".join(_kept(re.findall(r"\([^)]*\)|[{}]|\w+", selection), at_the_top, missing))


def _kept(tokens: list[str], dropped: set[str], missing: set[Missing]) -> list[str]:
    """Consume the tokens of one level, up to its closing brace."""
    kept: list[str] = []
    while tokens and tokens[0] != "}":
        field = [name := tokens.pop(0)]
        if tokens and tokens[0].startswith("("):
            field.append(tokens.pop(0))
        if tokens and tokens[0] == "{":
            del tokens[0]
            inside = _kept(tokens, _asked_in(name, missing), missing)
            del tokens[0]
            field += ["{", *inside, "}"]
            if not inside:
                continue  # empty braces are no GraphQL
        if name not in dropped:
            kept += field
    return kept
