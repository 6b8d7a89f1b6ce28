"""A field that Gazelle no longer knows makes it refuse the whole query: ask again without it, and say so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from syncing.fetching.errors import Problem
from syncing.registry import Entity, Registry

UNKNOWN_FIELD = re.compile(r"Field '(\w+)' doesn't exist on type '(\w+)'")


def missing_fields(problems: Iterable[Problem]) -> set[tuple[str, str]]:
    """(type, field) that Gazelle says it does not have."""
    found = (UNKNOWN_FIELD.search(problem.message) for problem in problems)
    return {(match[2], match[1]) for match in found if match}


def without(registry: Registry, missing: set[tuple[str, str]]) -> Registry:
    """The same declarations, less these fields."""
    return Registry([_slim(entity, missing) for entity in registry])


def _slim(entity: Entity, missing: set[tuple[str, str]]) -> Entity:
    own = {name for type_name, name in missing if type_name == entity.type_name}
    deeper = {name for type_name, name in missing if type_name != entity.type_name}
    return replace(
        entity,
        selection=_cut(entity.selection, own, deeper),
        nested=tuple(
            replace(nested, selection=_cut(nested.selection, deeper, deeper))
            for nested in entity.nested
            if nested.name not in own
        ),
    )


def _cut(selection: str, at_the_top: set[str], below: set[str]) -> str:
    """The selection without these names, each with the braces that follow it."""
    return " ".join(_kept(re.findall(r"\([^)]*\)|[{}]|\w+", selection), at_the_top, below))


def _kept(tokens: list[str], dropped: set[str], below: set[str]) -> list[str]:
    """Consume the tokens of one level, up to its closing brace."""
    kept: list[str] = []
    while tokens and tokens[0] != "}":
        field = [name := tokens.pop(0)]
        if tokens and tokens[0].startswith("("):
            field.append(tokens.pop(0))
        if tokens and tokens[0] == "{":
            del tokens[0]
            inside = _kept(tokens, below, below)
            del tokens[0]
            field += ["{", *inside, "}"]
            if not inside:
                continue  # empty braces are no GraphQL
        if name not in dropped:
            kept += field
    return kept
