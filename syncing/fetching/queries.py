"""The GraphQL text of every read, built from what an entity declares.

No alias, so that a stored node keeps Gazelle's own field names; only the variables that are used are declared, ids and
cursors as `String` (Gazelle refuses `ID`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncing.registry import Entity, Nested, Read, Registry

PAGE_FIELDS = "totalCount pageInfo { hasNextPage endCursor }"


@dataclass(frozen=True)
class Follow:
    """How to read the rest of one nested field, and of those nested in its nodes.

    `query` takes `$id` of the owner and `$after`; it is empty when there is nothing to follow (a plain list) or no way
    to (the owner has no single read).
    """

    name: str
    owner: str
    """The entity that owns the field, for messages."""
    query: str
    root: str
    """The response key of the owner's single read."""
    plain_list: bool
    within: tuple[Follow, ...]


def list_query(entity: Entity, read: Read, registry: Registry, *, page_size: int) -> str:
    """One page of the entity's root list."""
    arguments, variables = [read.arguments] if read.arguments else [], []
    if not entity.plain_list:
        arguments = [f"first: {page_size}", "after: $after", *arguments]
        variables.append("$after: String")
    variables += [f"{edge}: {read.edge_type}" for edge in ("$since", "$until") if edge in read.arguments]
    fields = _fields(entity, registry)
    body = fields if entity.plain_list else f"{PAGE_FIELDS} nodes {{ {fields} }}"
    return _operation(entity.name, variables, f"{entity.root}{_parentheses(arguments)} {{ {body} }}")


def single_query(entity: Entity, registry: Registry) -> str:
    """One record by its id (`$id`), selected exactly as in the list; raises LookupError when the API has none."""
    if not entity.single:
        raise LookupError(f"L’API ne donne pas « {entity.label} » une fiche à la fois.")
    return _operation(entity.name, ["$id: String!"], f"{entity.single} {{ {_fields(entity, registry)} }}")


def follow_ups(entity: Entity, registry: Registry) -> tuple[Follow, ...]:
    """How to complete each nested field of an entity, at any depth."""
    return tuple(_follow(entity, nested, registry) for nested in entity.nested)


def response_key(field: str) -> str:
    """`thing(id: $id)` → `thing`: the name under which the answer comes, as there are no aliases."""
    return field.partition("(")[0].strip()


def _follow(owner: Entity, nested: Nested, registry: Registry) -> Follow:
    query = ""
    if owner.single and not nested.plain_list:
        field = _nested(nested, registry, after="$after")
        query = _operation(owner.name, ["$id: String!", "$after: String"], f"{owner.single} {{ {field} }}")
    within = follow_ups(registry[nested.carries], registry) if nested.carries else ()
    return Follow(nested.name, owner.name, query, response_key(owner.single), nested.plain_list, within)


def _fields(entity: Entity, registry: Registry) -> str:
    return " ".join([entity.selection, *(_nested(nested, registry) for nested in entity.nested)])


def _nested(nested: Nested, registry: Registry, *, after: str = "") -> str:
    fields = _fields(registry[nested.carries], registry) if nested.carries else nested.selection
    arguments = [nested.arguments] if nested.arguments else []
    if nested.plain_list:
        return f"{nested.name}{_parentheses(arguments)} {{ {fields} }}"
    arguments = [f"first: {nested.page_size}", *([f"after: {after}"] if after else []), *arguments]
    return f"{nested.name}{_parentheses(arguments)} {{ {PAGE_FIELDS} nodes {{ {fields} }} }}"


def _parentheses(arguments: Sequence[str]) -> str:
    return f"({', '.join(arguments)})" if arguments else ""


def _operation(name: str, variables: Sequence[str], field: str) -> str:
    return f"query {name}{_parentheses(variables)} {{ {field} }}"
