"""What a client of the API would see, read without HTTP: the reference that a mirror is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from graphql import GraphQLObjectType, OperationDefinitionNode, get_named_type, get_nullable_type, parse
from graphql.execution.values import VariableValues
from graphql.type import is_leaf_type, is_list_type

from gazelle_site.sandbox.compiling import Compiler
from gazelle_site.sandbox.schema import is_connection, object_type
from gazelle_site.sandbox.store import Record, Store

OWNED: dict[str, tuple[str, ...]] = {
    "PrivateContact": ("allAddresses", "allEmails", "allLocations", "allPhones"),
    "PrivateEvent": ("allEventPianos", "allServiceItems"),
    "PrivateInvoice": ("allInvoiceItems", "allInvoicePayments"),
    "PrivateInvoiceItem": ("taxes",),
    "PrivateEstimate": ("allEstimateTiers",),
    "PrivateEstimateTier": ("allEstimateTierGroups", "allUngroupedEstimateTierItems"),
    "PrivateEstimateTierGroup": ("allEstimateTierItems",),
    "PrivateEstimateTierItem": ("taxes",),
}
"""Collections that belong to their parent and are shown with it; the others are entities of their own."""

EMBEDDED = frozenset({"PrivateEventLocation"})
"""Objects that have an id but no life outside their parent."""


def selection_text(type_name: str) -> str:
    """Every plain field, every reference as { id }, and the owned collections in full."""
    parts: list[str] = []
    for name, field in object_type(type_name).fields.items():
        named = get_named_type(field.type)
        if is_leaf_type(named):
            parts.append(name)
        elif not isinstance(named, GraphQLObjectType):
            continue
        elif name in OWNED.get(type_name, ()):
            node = get_named_type(named.fields["nodes"].type) if is_connection(named.name) else named
            inner = selection_text(node.name)
            parts.append(f"{name} {{ nodes {{ {inner} }} }}" if is_connection(named.name) else f"{name} {{ {inner} }}")
        elif named.name in EMBEDDED:
            parts.append(f"{name} {{ {selection_text(named.name)} }}")
        elif not is_list_type(get_nullable_type(field.type)) and "id" in named.fields:
            parts.append(f"{name} {{ id }}")
    return " ".join(parts)


def reader(store: Store, type_name: str) -> Callable[[Record], Record]:
    """From a stored record to the one a client sees, connections flattened to lists."""
    document = parse(f"{{ {selection_text(type_name)} }}")
    operation = cast(OperationDefinitionNode, document.definitions[0])
    compiler = Compiler(store, {}, VariableValues({}, {}), lambda: None)
    select = compiler.selection(object_type(type_name), [operation.selection_set])
    return lambda record: {key: _flat(value) for key, value in select(record).items()}


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return _flat(value["nodes"]) if set(value) == {"nodes"} else {key: _flat(each) for key, each in value.items()}
    return [_flat(each) for each in value] if isinstance(value, list) else value
