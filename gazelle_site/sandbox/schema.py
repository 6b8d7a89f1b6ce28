"""The GraphQL schema: our copy of the published types, with the four scalars taught to read their input."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.type import GraphQLOutputType

SDL_FILE = Path(__file__).with_name("schema.graphql")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def read_day(value: Any) -> date:
    """CoreDate: exactly YYYY-MM-DD; whether the real API takes a timestamp here is unknown, so it is refused."""
    if isinstance(value, str) and DAY.match(value):
        return date.fromisoformat(value)
    raise ValueError(f"Could not coerce value {value!r} to CoreDate")


def read_instant(value: Any) -> datetime:
    """CoreDateTime: any ISO-8601 instant; a naive one is taken as UTC."""
    if not isinstance(value, str):
        raise ValueError(f"Could not coerce value {value!r} to CoreDateTime")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as problem:
        raise ValueError(f"Could not coerce value {value!r} to CoreDateTime") from problem
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def write_instant(instant: datetime) -> str:
    """The output form of CoreDateTime: UTC, whole seconds, trailing Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=1)
def load_schema() -> GraphQLSchema:
    """Parse the SDL once for the whole process (about 60 ms)."""
    schema = build_schema(SDL_FILE.read_text(encoding="utf-8"))
    for name, reader in (("CoreDate", read_day), ("CoreDateTime", read_instant)):
        scalar = cast(GraphQLScalarType, schema.type_map[name])
        scalar.coerce_input_value = reader
        scalar.parse_value = reader  # type: ignore[method-assign]  # graphql-core reads either name by version
    return schema


def object_type(name: str) -> GraphQLObjectType:
    """The object type of that name."""
    found = load_schema().type_map.get(name)
    if not isinstance(found, GraphQLObjectType):
        raise KeyError(f"« {name} » n’est pas un type d’objet du schéma")
    return found


def query_type() -> GraphQLObjectType:
    """The root of all queries."""
    return cast(GraphQLObjectType, load_schema().query_type)


def object_behind(output: GraphQLOutputType) -> GraphQLObjectType:
    """The object type of a field, whatever lists and non-nulls are around it."""
    return cast(GraphQLObjectType, get_named_type(output))


def is_connection(type_name: str) -> bool:
    """Relay connections are recognised by their name, as their four fields never vary."""
    return type_name.endswith("Connection")


def node_type_name(output: GraphQLOutputType) -> str:
    """The type of the records behind a field: of a connection, the type of its nodes."""
    named = get_named_type(output)
    if isinstance(named, GraphQLObjectType) and is_connection(named.name):
        return str(get_named_type(named.fields["nodes"].type).name)
    return str(named.name)


def default_for(output: GraphQLOutputType, *, seed: str = "") -> Any:
    """A value of the SDL type for a field that nobody generates: null where allowed, else something plain."""
    if get_nullable_type(output) is output:
        return None
    return plain_value(output, seed=seed)


def plain_value(output: GraphQLOutputType, *, seed: str) -> Any:
    """A deterministic non-null value of a leaf or list type."""
    nullable = get_nullable_type(output)
    if is_list_type(nullable):
        return []
    named = get_named_type(output)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if not is_leaf_type(named):
        return None
    plain: dict[str, Any] = {
        "String": seed,
        "ID": seed,
        "Int": 0,
        "BigInt": 0,
        "Float": 0.0,
        "Boolean": False,
        "CoreDate": "2024-01-15",
        "CoreDateTime": "2024-01-15T15:00:00Z",
        "I18nString": {"fr_CA": seed, "en_US": seed},
    }
    return plain.get(named.name, seed)
