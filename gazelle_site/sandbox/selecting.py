"""Which fields a selection really asks for: fragments opened, @skip and @include applied, same keys merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

Fragments = Mapping[str, FragmentDefinitionNode]
Grouped = dict[str, list[FieldNode]]


def fragments_of(document: DocumentNode) -> Fragments:
    """The named fragments of a document."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def collect(selections: list[SelectionSetNode], fragments: Fragments, variables: Mapping[str, Any]) -> Grouped:
    """Fields by response key. The schema has neither interfaces nor unions: a valid fragment always applies."""
    grouped: Grouped = {}
    for selection_set in selections:
        for field in _fields(selection_set, fragments, variables):
            key = field.alias.value if field.alias else field.name.value
            grouped.setdefault(key, []).append(field)
    return grouped


def _fields(selection_set: SelectionSetNode, fragments: Fragments, variables: Mapping[str, Any]) -> Iterator[FieldNode]:
    for selection in selection_set.selections:
        if not _wanted(selection, variables):
            continue
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set, fragments, variables)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _fields(fragments[selection.name.value].selection_set, fragments, variables)


def _wanted(selection: SelectionNode, variables: Mapping[str, Any]) -> bool:
    for directive in selection.directives or ():
        if directive.name.value in ("skip", "include"):
            condition = _condition(directive, variables)
            if condition == (directive.name.value == "skip"):
                return False
    return True


def _condition(directive: DirectiveNode, variables: Mapping[str, Any]) -> bool:
    value = directive.arguments[0].value if directive.arguments else None
    if isinstance(value, VariableNode):
        return bool(variables.get(value.name.value))
    return bool(getattr(value, "value", False))


class _ShapeVariables(Visitor):
    """Names of the variables that change what is compiled: all but those only used in arguments of root fields."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]) -> None:
        steps = [step for step in ancestors if not isinstance(step, (list, tuple))]
        if any(isinstance(step, DirectiveNode) for step in steps):
            self.names.add(node.name.value)
        elif isinstance(steps[0], DocumentNode):
            owners = [step for step in steps if isinstance(step, (FieldNode, FragmentDefinitionNode))]
            if len(owners) > 1 or any(isinstance(step, FragmentDefinitionNode) for step in owners):
                self.names.add(node.name.value)


def shape_variables(document: DocumentNode) -> tuple[str, ...]:
    """A page's cursor is a root argument, so walking a list compiles its query once."""
    visitor = _ShapeVariables()
    visit(document, visitor)
    return tuple(sorted(visitor.names))


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation to run: the named one, or the only one."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((each for each in operations if each.name and each.name.value == name), None)
