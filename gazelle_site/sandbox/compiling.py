"""A validated selection turned into closures over plain records.

graphql-core walks the query again for every node; a page of a hundred clients with their contacts is some twelve
thousand values. Here each object type is compiled once: its plain fields are read by a single itemgetter, and only
references, collections and computed fields cost a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, SelectionSetNode, get_named_type, get_nullable_type
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import is_leaf_type, is_list_type, is_non_null_type

from gazelle_site.sandbox.connections import cursor_of, window
from gazelle_site.sandbox.resolving import COMPUTED
from gazelle_site.sandbox.schema import default_for, is_connection, node_type_name, object_behind
from gazelle_site.sandbox.selecting import Fragments, collect
from gazelle_site.sandbox.store import Record, Store

Select = Callable[[Record], Record]
Read = Callable[[Record], Any]
Page = Callable[[Sequence[Record], Mapping[str, Any]], Record]


class NullViolationError(Exception):
    """A null where the schema promises a value; climbs to the nearest nullable field."""

    def __init__(self, where: str) -> None:
        super().__init__(f"Cannot return null for non-nullable field {where}")
        self.path: list[str | int] = []


@dataclass
class Compiler:
    """Compiles the selections of one operation, for one set of the variables that change its shape."""

    store: Store
    fragments: Fragments
    variables: VariableValues
    max_first: Callable[[], int | None]
    problems: list[Record] = field(default_factory=list)
    """Null violations of the answer being made; the engine empties it at each request."""

    def selection(self, type_: GraphQLObjectType, selections: list[SelectionSetNode]) -> Select:
        """The reader of one object type."""
        grouped = collect(selections, self.fragments, self.variables.coerced)
        plain: dict[str, str] = {}
        slow: list[tuple[str, Read]] = []
        for key, nodes in grouped.items():
            name = nodes[0].name.value
            if name == "__typename":
                slow.append((key, _constant(type_.name)))
                continue
            definition = type_.fields[name]
            leaf = is_leaf_type(get_named_type(definition.type))
            if leaf and (type_.name, name) not in COMPUTED:
                plain[key] = name
            else:
                slow.append((key, self._guarded(type_, definition, nodes)))
        return _reader(type_, list(grouped), plain, slow)

    def page(self, type_: GraphQLObjectType, selections: list[SelectionSetNode]) -> Page:
        """The reader of a connection: `nodes`, `edges`, `pageInfo` and `totalCount`, each under any alias."""
        grouped = collect(selections, self.fragments, self.variables.coerced)
        node_type_ = object_behind(type_.fields["nodes"].type)
        known = self.store.knower(node_type_.name)
        makers = [(key, self._page_part(type_, node_type_, nodes)) for key, nodes in grouped.items()]

        def read(items: Sequence[Record], args: Mapping[str, Any]) -> Record:
            ceiling = self.max_first()
            whole = not args and ceiling is None
            start, stop = (0, len(items)) if whole else window(items, args, known=known, max_first=ceiling)
            return {key: make(items, start, stop) for key, make in makers}

        return read

    def _page_part(
        self, type_: GraphQLObjectType, node_type_: GraphQLObjectType, nodes: list[FieldNode]
    ) -> Callable[[Sequence[Record], int, int], Any]:
        name = nodes[0].name.value
        inner = _selections(nodes)
        if name == "__typename":
            return lambda items, start, stop: type_.name
        if name == "totalCount":
            return lambda items, start, stop: len(items)
        if name == "pageInfo":
            info = self.selection(object_behind(type_.fields["pageInfo"].type), inner)
            return lambda items, start, stop: info(_page_info(items, start, stop))
        if name == "nodes":
            select = self._tolerant(self.selection(node_type_, inner))
            return lambda items, start, stop: [select(item) for item in items[start:stop]]
        return self._edges(object_behind(type_.fields["edges"].type), node_type_, inner)

    def _edges(
        self, edge_type: GraphQLObjectType, node_type_: GraphQLObjectType, selections: list[SelectionSetNode]
    ) -> Callable[[Sequence[Record], int, int], Any]:
        grouped = collect(selections, self.fragments, self.variables.coerced)
        parts: list[tuple[str, Callable[[int, Record], Any]]] = []
        for key, nodes in grouped.items():
            name = nodes[0].name.value
            if name == "cursor":
                parts.append((key, cursor_of))
            elif name == "node":
                select = self._tolerant(self.selection(node_type_, _selections(nodes)))
                parts.append((key, lambda _place, item, select=select: select(item)))  # type: ignore[misc]  # bound now
            else:
                parts.append((key, lambda _place, _item: edge_type.name))

        def read(items: Sequence[Record], start: int, stop: int) -> list[Record]:
            return [{key: make(place, items[place]) for key, make in parts} for place in range(start, stop)]

        return read

    def _guarded(self, type_: GraphQLObjectType, definition: GraphQLField, nodes: list[FieldNode]) -> Read:
        """A field that may be null takes the fall of a null violation below it; another passes it on."""
        read = self._field(type_, definition, nodes)
        key = nodes[0].alias.value if nodes[0].alias else nodes[0].name.value
        required = is_non_null_type(definition.type)
        where = f"{type_.name}.{nodes[0].name.value}"

        def guarded(record: Record) -> Any:
            try:
                value = read(record)
                if value is None and required:
                    raise NullViolationError(where)
            except NullViolationError as violation:
                violation.path.insert(0, key)
                if required:
                    raise
                self.problems.append({"message": str(violation), "path": violation.path})
                return None
            return value

        return guarded

    def _tolerant(self, select: Select) -> Callable[[Record], Record | None]:
        """Nodes of a connection are nullable: a broken one becomes null and leaves an error."""

        def read(record: Record) -> Record | None:
            try:
                return select(record)
            except NullViolationError as violation:
                self.problems.append({"message": str(violation), "path": violation.path})
                return None

        return read

    def _field(self, type_: GraphQLObjectType, definition: GraphQLField, nodes: list[FieldNode]) -> Read:
        name = nodes[0].name.value
        args = get_argument_values(definition, nodes[0], self.variables)
        source = self._source(type_.name, name, definition, args)
        named = get_named_type(definition.type)
        if not isinstance(named, GraphQLObjectType):
            return source
        if is_connection(named.name):
            page, rows = self.page(named, _selections(nodes)), self._records(node_type_name(named))
            window_args = {key: value for key, value in args.items() if key in ("first", "after", "last", "before")}
            return lambda record: page(rows(source(record)), window_args)
        select = self.selection(named, _selections(nodes))
        if is_list_type(get_nullable_type(definition.type)):
            rows = self._records(named.name)
            return lambda record: [select(item) for item in rows(source(record))]
        one = self._one(named.name)

        def read(record: Record) -> Record | None:
            value = source(record)
            if value is None:
                return None
            target = value if isinstance(value, dict) else one(value)
            return None if target is None else select(target)

        return read

    def _source(self, type_name: str, name: str, definition: GraphQLField, args: Mapping[str, Any]) -> Read:
        """Where the raw value comes from: a resolver, the record, or the SDL for what nobody generated."""
        resolver, store = COMPUTED.get((type_name, name)), self.store
        if resolver is not None:
            return lambda record: resolver(store, record, args)
        missing = default_for(definition.type)
        if missing is None and is_non_null_type(definition.type):
            target = node_type_name(definition.type)
            return lambda record: record.get(name) or store.any_of(target)
        return lambda record: record.get(name, missing)

    def _one(self, type_name: str) -> Callable[[str], Record | None]:
        return self.store.table(type_name).find

    def _records(self, type_name: str) -> Callable[[Any], list[Record]]:
        """A stored collection as records: ids are looked up, embedded dicts and recorded samples taken as they are."""
        store = self.store

        def rows(value: Any) -> list[Record]:
            if isinstance(value, dict):
                value = value.get("nodes") or [edge["node"] for edge in value.get("edges") or ()]
            if not value:
                return []
            if isinstance(value[0], dict):
                records: list[Record] = value
                return records
            find = store.table(type_name).find
            return [found for found in map(find, value) if found is not None]

        return rows


def _selections(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _constant(value: Any) -> Read:
    return lambda _record: value


def _page_info(items: Sequence[Record], start: int, stop: int) -> Record:
    shown = stop > start
    return {
        "hasNextPage": stop < len(items),
        "hasPreviousPage": start > 0,
        "startCursor": cursor_of(start, items[start]) if shown else None,
        "endCursor": cursor_of(stop - 1, items[stop - 1]) if shown else None,
    }


def _reader(type_: GraphQLObjectType, keys: list[str], plain: dict[str, str], slow: list[tuple[str, Read]]) -> Select:
    """One dict per record, keys in the order asked for."""
    required = [key for key, name in plain.items() if is_non_null_type(type_.fields[name].type)]
    fast = _plain_reader(type_, keys, plain)

    def read(record: Record) -> Record:
        answer = fast(record)
        for key in required:
            if answer[key] is None:
                violation = NullViolationError(f"{type_.name}.{plain[key]}")
                violation.path.append(key)
                raise violation
        for key, make in slow:
            answer[key] = make(record)
        return answer

    return read


def _plain_reader(type_: GraphQLObjectType, keys: list[str], plain: dict[str, str]) -> Select:
    """All plain fields in one C call; the places of the others are held by any field, and overwritten after."""
    if not plain:
        return lambda _record: dict.fromkeys(keys)
    anything = next(iter(plain.values()))
    names = [plain.get(key, anything) for key in keys]
    defaults = [default_for(type_.fields[name].type) for name in names]
    if len(names) == 1:
        key, name, default = keys[0], names[0], defaults[0]
        return lambda record: {key: record.get(name, default)}
    get = itemgetter(*names)

    def read(record: Record) -> Record:
        try:
            return dict(zip(keys, get(record), strict=True))
        except KeyError:  # a recorded sample holds only what was selected when it was recorded
            return {key: record.get(name, default) for key, name, default in zip(keys, names, defaults, strict=True)}

    return read
