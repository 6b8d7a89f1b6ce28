"""Validation errors in the words of graphql-ruby, with its `extensions.code`: what the real API answers.

graphql-core finds the mistakes; its messages are recognised by pattern and said again the other way. A message that no
pattern knows goes out as it is, so that nothing is swallowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    print_ast,
)

from gazelle_site.sandbox.schema import load_schema, query_type

Said = tuple[str, str, dict[str, Any]]
"""Message, code, other extensions."""


def ruby_error(document: DocumentNode, error: GraphQLError) -> dict[str, Any]:
    """One validation error as the API writes it."""
    nodes = list(error.nodes or ())
    trail = _trail(document, nodes[-1]) if nodes else []
    message, code, more = _say(error.message, trail)
    answer: dict[str, Any] = {
        "message": message,
        "locations": [{"line": place.line, "column": place.column} for place in (error.locations or ())[:1]],
        "path": _path(trail),
        "extensions": {"code": code, **more},
    }
    return answer


def _say(message: str, trail: list[Node]) -> Said:
    for pattern, say in PATTERNS:
        match = pattern.match(message)
        if match:
            return say(match, trail)
    return message, "invalidDocument", {}


def _trail(root: Node, target: Node) -> list[Node]:
    """The nodes from the document down to the faulty one."""
    stack: list[tuple[Node, tuple[Node, ...]]] = [(root, ())]
    while stack:
        node, above = stack.pop()
        if node is target:
            return [*above, node]
        for key in node.keys:
            child = getattr(node, key, None)
            children = child if isinstance(child, (list, tuple)) else [child]
            stack.extend((each, (*above, node)) for each in children if isinstance(each, Node))
    return [target]


def _path(trail: list[Node]) -> list[str]:
    path = []
    for node in trail:
        if isinstance(node, OperationDefinitionNode):
            path.append(f"{node.operation.value} {node.name.value}" if node.name else node.operation.value)
        elif isinstance(node, FragmentDefinitionNode):
            path.append(f"fragment {node.name.value}")
        elif isinstance(node, InlineFragmentNode):
            path.append(f"... on {node.type_condition.name.value}" if node.type_condition else "...")
        elif isinstance(node, FieldNode):
            path.append(node.alias.value if node.alias else node.name.value)
        elif isinstance(node, (ArgumentNode, ObjectFieldNode)):
            path.append(node.name.value)
    return path


def _owner(trail: list[Node]) -> tuple[str, str, str]:
    """The innermost argument around a value, the field or input object that takes it, and the type it wants."""
    output: GraphQLNamedType | None = query_type()
    argument, owner, wanted = "", "Field ''", ""
    taker: GraphQLField | GraphQLInputObjectType | None = None
    for node in trail:
        if isinstance(node, FieldNode) and isinstance(output, GraphQLObjectType) and node.name.value in output.fields:
            field: GraphQLField = output.fields[node.name.value]
            taker, owner, output = field, f"Field '{node.name.value}'", get_named_type(field.type)
        elif isinstance(node, (ArgumentNode, ObjectFieldNode)):
            argument = node.name.value
            if isinstance(taker, GraphQLInputObjectType):
                owner = f"InputObject '{taker.name}'"
            takes = taker.args if isinstance(taker, GraphQLField) else taker.fields if taker else {}
            kind = takes[argument].type if argument in takes else None
            wanted, named = str(kind or ""), get_named_type(kind)
            taker = named if isinstance(named, GraphQLInputObjectType) else None
        elif isinstance(node, FragmentDefinitionNode):
            output = load_schema().type_map.get(node.type_condition.name.value)
    return argument, owner, wanted


def _undefined_field(match: re.Match[str], _trail: list[Node]) -> Said:
    field, type_name = match["field"], match["type"]
    more = {"typeName": type_name, "fieldName": field}
    return f"Field '{field}' doesn't exist on type '{type_name}'", "undefinedField", more


def _unknown_argument(match: re.Match[str], _trail: list[Node]) -> Said:
    field, argument = match["field"], match["argument"]
    more = {"name": field, "typeName": "Field", "argumentName": argument}
    return f"Field '{field}' doesn't accept argument '{argument}'", "argumentNotAccepted", more


def _unknown_input_field(match: re.Match[str], _trail: list[Node]) -> Said:
    type_name, argument = match["type"], match["field"]
    more = {"name": type_name, "typeName": "InputObject", "argumentName": argument}
    return f"InputObject '{type_name}' doesn't accept argument '{argument}'", "argumentNotAccepted", more


def _variable_mismatch(match: re.Match[str], trail: list[Node]) -> Said:
    """graphql-ruby tells three mismatches apart: the type itself, the depth of lists, the promise of not being null."""
    given, wanted = match["given"], match["wanted"]
    argument, _, _ = _owner(trail)
    if given.strip("[]!") != wanted.strip("[]!"):
        kind = "Type"
    elif given.count("[") != wanted.count("["):
        kind = "List dimension"
    else:
        kind = "Nullability"
    more = {
        "variableName": match["variable"],
        "typeName": given,
        "argumentName": argument,
        "errorMessage": f"{kind} mismatch",
    }
    message = f"{kind} mismatch on variable ${match['variable']} and argument {argument} ({given} / {wanted})"
    return message, "variableMismatch", more


def _invalid_value(_match: re.Match[str], trail: list[Node]) -> Said:
    argument, owner, expected = _owner(trail)
    value = print_ast(trail[-1]) if trail else ""
    message = f"Argument '{argument}' on {owner} has an invalid value ({value})."
    if expected:
        message += f" Expected type '{expected}'."
    return message, "argumentLiteralsIncompatible", {"typeName": owner.split(" ")[0], "argumentName": argument}


def _missing_argument(match: re.Match[str], _trail: list[Node]) -> Said:
    field, argument = match["field"], match["argument"]
    more = {"className": "Field", "name": field, "arguments": argument}
    return f"Field '{field}' is missing required arguments: {argument}", "missingRequiredArguments", more


def _missing_input_field(match: re.Match[str], _trail: list[Node]) -> Said:
    type_name, argument = match["type"], match["field"]
    more = {"argumentName": argument, "inputObjectType": type_name}
    message = f"Argument '{argument}' on InputObject '{type_name}' is required"
    return message, "missingRequiredInputObjectAttribute", more


def _no_selection(match: re.Match[str], _trail: list[Node]) -> Said:
    field, type_name = match["field"], match["type"].strip("[]!")
    message = (
        f"Field must have selections (field '{field}' returns {type_name} but has no selections. "
        f"Did you mean '{field} {{ ... }}'?)"
    )
    return message, "selectionMismatch", {"nodeName": f"field '{field}'", "typeName": type_name}


def _scalar_selection(match: re.Match[str], _trail: list[Node]) -> Said:
    field, type_name = match["field"], match["type"].strip("[]!")
    message = f"Selections can't be made on scalars (field '{field}' returns {type_name} but has selections)"
    return message, "selectionMismatch", {"nodeName": f"field '{field}'", "typeName": type_name}


def _simple(template: str, code: str) -> Callable[[re.Match[str], list[Node]], Said]:
    def say(match: re.Match[str], _trail: list[Node]) -> Said:
        found = {key: value or "anonymous query" for key, value in match.groupdict().items()}
        return template.format(**found), code, {}

    return say


_BY = r"(?: (?:by|in) operation '(?P<operation>\w+)')?\."

PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str], list[Node]], Said]]] = [
    (re.compile(r"Cannot query field '(?P<field>\w+)' on type '(?P<type>\w+)'"), _undefined_field),
    (re.compile(r"Unknown argument '(?P<argument>\w+)' on field '\w+\.(?P<field>\w+)'"), _unknown_argument),
    (
        re.compile(r"Expected value of type '(?P<type>\w+)!?' not to include unknown field '(?P<field>\w+)'"),
        _unknown_input_field,
    ),
    (
        re.compile(
            r"Variable '\$(?P<variable>\w+)' of type '(?P<given>[^']+)' used in position expecting type "
            r"'(?P<wanted>[^']+)'"
        ),
        _variable_mismatch,
    ),
    (
        re.compile(r"Argument '\w+\.(?P<field>\w+)\((?P<argument>\w+):\)' of type '[^']+' is required"),
        _missing_argument,
    ),
    (
        re.compile(r"Expected value of type '(?P<type>\w+)!?' to include required field '(?P<field>\w+)'"),
        _missing_input_field,
    ),
    (re.compile(r"Field '(?P<field>\w+)' of type '(?P<type>[^']+)' must have a sel"), _no_selection),
    (re.compile(r"Field '(?P<field>\w+)' must not have a selection since type '(?P<type>[^']+)'"), _scalar_selection),
    (re.compile(r"Value '.*' does not exist in '(?P<type>\w+)' enum"), _invalid_value),
    (re.compile(r"(?:Expected value of (?:non-null )?type '(?P<type>[^']+)'|Enum '(?P<enum>\w+)')"), _invalid_value),
    (re.compile(r"(?P<type>\w+) cannot represent"), _invalid_value),
    (
        re.compile(r"Variable '\$(?P<variable>\w+)' is not defined" + _BY),
        _simple("Variable ${variable} is used by {operation} but not declared", "variableNotDefined"),
    ),
    (
        re.compile(r"Variable '\$(?P<variable>\w+)' is never used" + _BY),
        _simple("Variable ${variable} is declared by {operation} but not used", "variableNotUsed"),
    ),
    (re.compile(r"Unknown type '(?P<type>\w+)'"), _simple("{type} isn't a defined type", "undefinedType")),
    (
        re.compile(r"Unknown fragment '(?P<fragment>\w+)'"),
        _simple("Fragment {fragment} was used, but not defined", "useAndDefineFragment"),
    ),
    (
        re.compile(r"Fragment '(?P<fragment>\w+)' is never used"),
        _simple("Fragment {fragment} was defined, but not used", "useAndDefineFragment"),
    ),
    (
        re.compile(r"Unknown directive '@(?P<directive>\w+)'"),
        _simple("Directive @{directive} is not defined", "undefinedDirective"),
    ),
    (
        re.compile(r"Fields '(?P<field>\w+)' conflict because"),
        _simple("Field '{field}' has a field conflict", "fieldConflict"),
    ),
]


def variable_error(error: GraphQLError, values: dict[str, Any]) -> dict[str, Any]:
    """A variable whose value does not fit its declared type."""
    match = VARIABLE.match(error.message)
    if not match:
        return {"message": error.message, "locations": _places(error), "extensions": {"problems": []}}
    name, where = match["variable"], [part for part in re.split(r"[.\[\]]+", match["at"] or "") if part]
    why = _explanation(match["why"], where)
    declared = error.nodes[0] if error.nodes else None
    type_name = print_ast(declared.type) if isinstance(declared, VariableDefinitionNode) else "Unknown"
    path = ".".join(where)
    detail = f" for {path} ({why})" if path else ""
    return {
        "message": f"Variable ${name} of type {type_name} was provided invalid value{detail}",
        "locations": _places(error),
        "extensions": {
            "value": values.get(name),
            "problems": [{"path": [int(part) if part.isdigit() else part for part in where], "explanation": why}],
        },
    }


def _explanation(why: str, where: list[str]) -> str:
    unknown = UNKNOWN_FIELD.match(why)
    if unknown:
        where.append(unknown["field"])
        return f"Field is not defined on {unknown['type']}"
    if "non-null" in why:
        return "Expected value to not be null"
    enum = re.match(r"Value '(.*)' does not exist in '(\w+)' enum", why)
    if enum:
        return f'Expected "{enum[1]}" to be one of the values of {enum[2]}'
    coercion = re.search(r"encountered error '(Could not coerce .*)'; found", why)
    return coercion[1] if coercion else why.rstrip(".")


def _places(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in (error.locations or ())[:1]]


VARIABLE = re.compile(
    r"Variable '\$(?P<variable>\w+)' has invalid value(?: at (?P<at>[^:]+))?: (?P<why>.*)\Z", re.DOTALL
)
UNKNOWN_FIELD = re.compile(r"Expected value of type '(?P<type>\w+)!?' not to include unknown field '(?P<field>\w+)'")
