"""One GraphQL request, from text to answer: parse, validate, coerce, compile, read. The first three are remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    execute_sync,
    get_named_type,
    get_nullable_type,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.type import is_leaf_type, is_list_type

from gazelle_site.sandbox.compiling import Compiler, NullViolationError
from gazelle_site.sandbox.roots import Roots
from gazelle_site.sandbox.schema import is_connection, load_schema, object_behind, query_type
from gazelle_site.sandbox.selecting import collect, fragments_of, operation_of, shape_variables
from gazelle_site.sandbox.store import Record, Store
from gazelle_site.sandbox.switches import Switches
from gazelle_site.sandbox.wording import ruby_error, variable_error

Answer = dict[str, Any]
RootRead = Callable[[VariableValues], Any]

REMEMBERED = 500
"""Query texts kept parsed; a client has a few dozen."""


@dataclass(frozen=True)
class Prepared:
    """A query text once parsed and validated."""

    document: DocumentNode
    errors: tuple[Answer, ...]
    shape: tuple[str, ...]


class RequestError(Exception):
    """A request that ends before execution."""

    def __init__(self, errors: list[Answer]) -> None:
        super().__init__(errors)
        self.errors = errors


class Engine:
    """Answers GraphQL requests over one store."""

    def __init__(self, store: Store, switches: Switches, roots: Roots) -> None:
        self.store, self.switches, self.roots = store, switches, roots
        self._prepared: dict[str, Prepared] = {}
        self._compiled: dict[tuple[Any, ...], tuple[Compiler, list[tuple[str, RootRead, bool]]]] = {}

    def answer(self, query: str, variables: Mapping[str, Any] | None = None, operation: str | None = None) -> Answer:
        """The whole answer, `data` and `errors` as the API shapes them."""
        try:
            prepared, chosen, values = self.understand(query, variables, operation)
        except RequestError as refusal:
            return {"errors": refusal.errors}
        with self.store.lock:
            return self._run(query, prepared, chosen, values)

    def understand(
        self, query: str, variables: Mapping[str, Any] | None = None, operation: str | None = None
    ) -> tuple[Prepared, OperationDefinitionNode, VariableValues]:
        """The document, the operation meant and its variables, before anything is read; RequestError if refused."""
        prepared = self._prepare(query)
        chosen = operation_of(prepared.document, operation)
        if chosen is None:
            raise RequestError([{"message": "An operation name is required"}])
        if chosen.operation is not OperationType.QUERY:
            message = "Ce faux Gazelle est en lecture seule : aucune mutation n’est acceptée"
            raise RequestError([{"message": message, "extensions": {"code": "readOnly"}}])
        return prepared, chosen, self._coerce(chosen, dict(variables or {}))

    def _prepare(self, query: str) -> Prepared:
        prepared = self._prepared.get(query)
        if prepared is None:
            try:
                document = parse(query)
            except GraphQLError as problem:
                places = [{"line": at.line, "column": at.column} for at in problem.locations or ()]
                raise RequestError([{"message": f"Parse error: {problem.message}", "locations": places}]) from problem
            errors = tuple(ruby_error(document, error) for error in validate(load_schema(), document))
            if len(self._prepared) >= REMEMBERED:
                self._prepared.clear()
                self._compiled.clear()
            prepared = Prepared(document, errors, shape_variables(document) if not errors else ())
            self._prepared[query] = prepared
        if prepared.errors:
            raise RequestError(list(prepared.errors))
        return prepared

    def _coerce(self, operation: OperationDefinitionNode, values: dict[str, Any]) -> VariableValues:
        coerced = get_variable_values(load_schema(), operation.variable_definitions or (), values)
        if isinstance(coerced, list):
            raise RequestError([variable_error(error, values) for error in coerced])
        return coerced

    def _run(
        self, query: str, prepared: Prepared, operation: OperationDefinitionNode, values: VariableValues
    ) -> Answer:
        name = operation.name.value if operation.name else None
        shape = json.dumps([values.coerced.get(each) for each in prepared.shape], default=str)
        key = (query, name, shape)
        held = self._compiled.get(key)
        if held is None:
            if len(self._compiled) >= REMEMBERED:
                self._compiled.clear()
            held = self._compiled[key] = self._compile(prepared.document, operation, values)
        compiler, fields = held
        compiler.problems.clear()
        data: Answer = {}
        errors: list[Answer] = []
        for response_key, read, required in fields:
            try:
                value = read(values)
            except GraphQLError as problem:
                errors.append({"message": problem.message, "path": [response_key], **_extensions(problem)})
                value = None
            except NullViolationError as violation:
                errors.append({"message": str(violation), "path": [response_key, *violation.path]})
                value = None
            if value is None and required:
                return {"data": None, "errors": [*errors, *compiler.problems]}
            data[response_key] = value
        errors.extend(compiler.problems)
        return {"data": data, "errors": errors} if errors else {"data": data}

    def _compile(
        self, document: DocumentNode, operation: OperationDefinitionNode, values: VariableValues
    ) -> tuple[Compiler, list[tuple[str, RootRead, bool]]]:
        compiler = Compiler(self.store, fragments_of(document), values, lambda: self.switches.max_first)
        root = query_type()
        fields: list[tuple[str, RootRead, bool]] = []
        for key, nodes in collect([operation.selection_set], compiler.fragments, values.coerced).items():
            name = nodes[0].name.value
            if name == "__typename":
                fields.append((key, lambda _values: root.name, True))
            elif name.startswith("__"):
                fields.append((key, self._introspection(document, operation, key, nodes), False))
            else:
                required = str(root.fields[name].type).endswith("!")
                fields.append((key, self._root(compiler, root, nodes), required))
        return compiler, fields

    def _root(self, compiler: Compiler, root: GraphQLObjectType, nodes: list[FieldNode]) -> RootRead:
        """A root field keeps its arguments for the moment of the request: pages differ by them only."""
        node, name = nodes[0], nodes[0].name.value
        definition = root.fields[name]
        named = get_named_type(definition.type)
        inner = [each.selection_set for each in nodes if each.selection_set is not None]
        find = self.roots.finder(name, definition)
        if is_leaf_type(named):
            return lambda values: find(get_argument_values(definition, node, values))
        named = object_behind(definition.type)
        if is_connection(named.name):
            page = compiler.page(named, inner)

            def read_page(values: VariableValues) -> Record:
                args = get_argument_values(definition, node, values)
                return page(find(args), args)

            return read_page
        select = compiler.selection(named, inner)
        if is_list_type(get_nullable_type(definition.type)):
            return lambda values: [select(each) for each in find(get_argument_values(definition, node, values))]

        def read_one(values: VariableValues) -> Record | None:
            record = find(get_argument_values(definition, node, values))
            return None if record is None else select(record)

        return read_one

    def _introspection(
        self, document: DocumentNode, operation: OperationDefinitionNode, key: str, nodes: list[FieldNode]
    ) -> RootRead:
        """`__schema` and `__type` go through graphql-core's own execution, alone."""
        alone = OperationDefinitionNode(
            operation=operation.operation,
            variable_definitions=operation.variable_definitions,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
            directives=(),
        )
        others = [each for each in document.definitions if not isinstance(each, OperationDefinitionNode)]
        reduced = DocumentNode(definitions=(alone, *others))

        def read(values: VariableValues) -> Any:
            result = execute_sync(load_schema(), reduced, variable_values=_raw(values))
            if result.errors:
                raise result.errors[0]
            return (result.data or {})[key]

        return read


def _raw(values: VariableValues) -> dict[str, Any]:
    return {name: source.value for name, source in values.sources.items() if source.value is not Undefined}


def _extensions(problem: GraphQLError) -> Answer:
    return {"extensions": problem.extensions} if problem.extensions else {}
