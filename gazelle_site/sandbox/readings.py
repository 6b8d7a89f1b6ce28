"""What a request reads: which lists and records of which entity, and at which page of its walk each list is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import is_leaf_type, is_list_type

from gazelle_site.sandbox.connections import place_of, window
from gazelle_site.sandbox.engine import Engine, RequestError
from gazelle_site.sandbox.entities import ENTITIES
from gazelle_site.sandbox.schema import is_connection, node_type_name, object_behind, query_type
from gazelle_site.sandbox.selecting import Fragments, Grouped, collect, fragments_of

NAMES = {type_name: entity for entity, type_name in ENTITIES.items()}
CONNECTION, LIST, RECORD = "connection", "list", "record"


@dataclass(frozen=True)
class Reading:
    """A list or record that a request reads. `path` leads to it from `data`, rows of lists on the way left out.

    `fields` are the plain fields selected on its nodes, `enums` those among them that hold an enum. A list has a
    `page`, from 1; one inside the nodes of another list has the page of that list. `cursor` and `length` are those of
    a list read from its root.
    """

    path: tuple[str, ...]
    type_name: str
    shape: str
    fields: tuple[str, ...]
    enums: tuple[str, ...]
    cursor: str = ""
    page: int | None = None
    last: bool = False
    length: int = 0

    @property
    def entity(self) -> str:
        """The product's name for its records; empty for a type that is no entity."""
        return NAMES.get(self.type_name, "")

    @property
    def is_root(self) -> bool:
        """Whether it is asked for at the root of the query."""
        return len(self.path) == 1


def readings(
    engine: Engine, query: str, variables: Mapping[str, Any], operation: str | None = None
) -> tuple[Reading, ...]:
    """Everything that a valid query reads; nothing for one that is refused."""
    try:
        prepared, chosen, values = engine.understand(query, variables, operation)
    except RequestError:
        return ()
    return tuple(_Reader(engine, fragments_of(prepared.document), values).read(chosen.selection_set))


class _Reader:
    """Walks the selection of one request."""

    def __init__(self, engine: Engine, fragments: Fragments, values: VariableValues) -> None:
        self.engine, self.fragments, self.values = engine, fragments, values

    def read(self, selections: SelectionSetNode) -> Iterator[Reading]:
        """Each root field, then the lists of entities inside it."""
        for key, nodes in self._collect([selections]).items():
            definition = query_type().fields.get(nodes[0].name.value)
            if definition is None or is_leaf_type(get_named_type(definition.type)):
                continue
            root, *nested = self._field((key,), definition, nodes)
            yield root
            for each in nested:
                yield each if root.shape == RECORD else replace(each, page=root.page, last=root.last)

    def _field(self, path: tuple[str, ...], definition: GraphQLField, nodes: list[FieldNode]) -> Iterator[Reading]:
        """The field itself, then the lists of entities below it."""
        type_, shape = object_behind(definition.type), RECORD
        inner = [(path, _selections(nodes))]
        if is_connection(type_.name):
            type_, shape, inner = object_behind(type_.fields["nodes"].type), CONNECTION, self._rows(*inner[0])
        elif is_list_type(get_nullable_type(definition.type)):
            shape = LIST
        grouped = [(below, self._collect(selected)) for below, selected in inner]
        fields = tuple(dict.fromkeys(key for _, group in grouped for key in group if _is_plain(type_, key)))
        enums = tuple(key for key in fields if isinstance(get_named_type(type_.fields[key].type), GraphQLEnumType))
        reading = Reading(path, type_.name, shape, fields, enums)
        yield reading if shape == RECORD else self._placed(reading, definition, nodes[0])
        for below, group in grouped:
            for key, parts in group.items():
                field = type_.fields.get(parts[0].name.value)
                if field is not None and not is_leaf_type(get_named_type(field.type)):
                    found = self._field((*below, key), field, parts)
                    yield from (each for each in found if each.shape != RECORD and each.entity)

    def _rows(
        self, path: tuple[str, ...], selections: list[SelectionSetNode]
    ) -> list[tuple[tuple[str, ...], list[SelectionSetNode]]]:
        """Where a connection shows its nodes: under `nodes`, under `edges`, or both."""
        rows = []
        for key, nodes in self._collect(selections).items():
            if nodes[0].name.value == "nodes":
                rows.append(((*path, key), _selections(nodes)))
            elif nodes[0].name.value == "edges":
                for inner, each in self._collect(_selections(nodes)).items():
                    if each[0].name.value == "node":
                        rows.append(((*path, key, inner), _selections(each)))
        return rows

    def _placed(self, reading: Reading, definition: GraphQLField, node: FieldNode) -> Reading:
        """A list with its place in the walk; a cursor that leads nowhere has none."""
        args = get_argument_values(definition, node, self.values)
        cursor, place = args.get("after") or "", -1
        if cursor:
            found = place_of(cursor)
            if found is None:
                return replace(reading, cursor=cursor)
            place = found
        ceiling = self.engine.switches.max_first
        size = min((each for each in (args.get("first"), ceiling) if each), default=0)
        # Rounded, as records that come and go during a walk move the beginnings of its pages.
        page = (2 * (place + 1) + size) // (2 * size) + 1 if size else 1
        if not reading.is_root:
            return replace(reading, cursor=cursor, page=page)
        length, last = self._extent(definition, node, args)
        return replace(reading, cursor=cursor, page=page, length=length, last=last)

    def _extent(self, definition: GraphQLField, node: FieldNode, args: Mapping[str, Any]) -> tuple[int, bool]:
        """How long a root list is, and whether the page asked for ends it."""
        store, name = self.engine.store, node.name.value
        known = store.knower(node_type_name(definition.type))
        with store.lock:
            try:
                items = self.engine.roots.finder(name, definition)(args)
                _, stop = window(items, args, known=known, max_first=self.engine.switches.max_first)
            except GraphQLError:
                return 0, False
        return len(items), stop >= len(items)

    def _collect(self, selections: list[SelectionSetNode]) -> Grouped:
        return collect(selections, self.fragments, self.values.coerced)


def _selections(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _is_plain(type_: GraphQLObjectType, key: str) -> bool:
    """Whether a response key is a plain field of the type; under an alias it is left alone."""
    return key in type_.fields and is_leaf_type(get_named_type(type_.fields[key].type))
