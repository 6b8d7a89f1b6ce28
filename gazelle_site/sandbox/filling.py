"""Records of the types that the generator does not know: from a recorded sample page, else made up from the SDL.

So that a new entity of the product is served without touching this folder:

* a type with a file `<project>/<package>/samples/<entity>.json` gets the nodes of that file. The file is any JSON with
  a list under `"nodes"` somewhere in it (a recorded answer of the API, for instance). Its type is that of the entity
  given beside the list (`"entity": "clients"`) or of the root field just above it (`allRecommendations`) when there
  is one, else the type whose fields cover the first node with the fewest to spare;
* any other type of the SDL gets three records with a plain value in every field.

A field of a generated type that the generator leaves null everywhere (one added to the SDL since, for instance) takes
its values from the sample of its type in the same way, and stays null without one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType, get_named_type
from graphql.type import is_leaf_type

from gazelle_site.sandbox.entities import ENTITIES
from gazelle_site.sandbox.schema import load_schema, node_type_name, object_type, plain_value, query_type
from gazelle_site.sandbox.store import Record, Store, complete

PROJECT = Path(__file__).resolve().parents[2]
MADE_UP = 3


def fill(_store: Store, type_name: str) -> Iterable[Record]:
    """The rows of a type nobody generated."""
    recorded = samples().get(type_name)
    if recorded:
        return [complete(type_name, node) for node in recorded]
    return [made_up(type_name, rank) for rank in range(1, MADE_UP + 1)]


def borrow(type_name: str, records: list[Record], recorded: list[Record]) -> None:
    """Give fields that the generator leaves null in every record the values seen in the samples, in turn."""
    for name, field in object_type(type_name).fields.items():
        if not is_leaf_type(get_named_type(field.type)) or any(record[name] is not None for record in records):
            continue
        values = [node[name] for node in recorded if node.get(name) is not None]
        for place, record in enumerate(records if values else ()):
            record[name] = values[place % len(values)]


def made_up(type_name: str, rank: int) -> Record:
    """A record with a value in every plain field; its references stay null."""
    fields = object_type(type_name).fields
    seed = f"{type_name}-{rank}"
    record = {
        name: plain_value(field.type, seed=f"{seed}-{name}")
        for name, field in fields.items()
        if is_leaf_type(get_named_type(field.type))
    }
    return complete(type_name, {**record, "id": seed})


def samples() -> dict[str, list[Record]]:
    """Recorded nodes by type."""
    return _read_samples(PROJECT)


@lru_cache(maxsize=4)
def _read_samples(project: Path) -> dict[str, list[Record]]:
    """Read once per process; a new sample is served after a restart."""
    found: dict[str, list[Record]] = {}
    for file in sorted(project.glob("*/samples/*.json")):
        for above, nodes in _lists(json.loads(file.read_text(encoding="utf-8")), ""):
            type_name = _type_of(above, nodes)
            if type_name:
                found.setdefault(type_name, []).extend(node for node in nodes if node.get("id"))
    return found


def _lists(value: Any, above: str) -> Iterator[tuple[str, list[Record]]]:
    """The outermost lists of nodes, each with the key that leads to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "nodes" and isinstance(inner, list):
                yield str(value.get("entity") or above), [node for node in inner if isinstance(node, dict)]
            else:
                yield from _lists(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _lists(inner, above)


def _type_of(above: str, nodes: list[Record]) -> str | None:
    schema, root = load_schema(), query_type()
    if above in ENTITIES:
        return ENTITIES[above]
    if above in root.fields:
        return node_type_name(root.fields[above].type)
    keys = set(nodes[0]) if nodes else set()
    fitting = [
        each
        for each in schema.type_map.values()
        if isinstance(each, GraphQLObjectType) and "id" in each.fields and keys and keys <= set(each.fields)
    ]
    return min(fitting, key=lambda each: len(each.fields)).name if fitting else None
