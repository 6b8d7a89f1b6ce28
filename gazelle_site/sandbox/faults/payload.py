"""The faults of the data: another request is run than the one received, or its decoded answer is changed.

Only what the fault is aimed at changes (`Hit.targets`), in this one answer; the records stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gazelle_site.sandbox.connections import cursor_of, place_of
from gazelle_site.sandbox.faults.kinds import Moment
from gazelle_site.sandbox.faults.planning import Hit
from gazelle_site.sandbox.readings import CONNECTION, Reading

Payload = dict[str, Any]
Change = Callable[[Reading, Any], Any]

REFUSED = "refused"
"""What stands in place of a cursor to have it refused; no cursor of ours looks like it."""
SURPRISE = 12345
"""The number that a text becomes."""


def reworded(hit: Hit | None, query: str, variables: Payload) -> tuple[str, Payload]:
    """The request that is run: the one received, but for the cursors that the fault moves or spoils."""
    if hit is None or hit.moment is not Moment.QUESTION:
        return query, variables
    for target in hit.targets:
        new = _shifted(target, hit.data["by"]) if hit.kind == "page_shift" else REFUSED
        query = query.replace(target.cursor, new)
        variables = {name: new if value == target.cursor else value for name, value in variables.items()}
    return query, variables


def _shifted(target: Reading, by: int) -> str:
    """The cursor of the record that far before; none leads to the first page."""
    place = min((place_of(target.cursor) or 0) - by, target.length - 1)
    return cursor_of(place, None) if place >= 0 else ""


def spoiled(hit: Hit | None, answer: Payload) -> Payload:
    """The answer after a fault of the data; untouched by any other."""
    return SPOILERS[hit.kind](hit, answer) if hit is not None and hit.kind in SPOILERS else answer


def _graphql_error(hit: Hit, _answer: Payload) -> Payload:
    error = {"message": hit.data["message"], "extensions": {"code": hit.data["code"]}}
    return {"data": None, "errors": [error]}


def _field_gone(hit: Hit, _answer: Payload) -> Payload:
    """In the words of the real validation; see `wording.py`."""
    target = hit.targets[0]
    field = hit.data.get("field") or target.fields[-1]
    error = {
        "message": f"Field '{field}' doesn't exist on type '{target.type_name}'",
        "path": ["query", *target.path, field],
        "extensions": {"code": "undefinedField", "typeName": target.type_name, "fieldName": field},
    }
    return {"errors": [error]}


def _partial(hit: Hit, answer: Payload) -> Payload:
    places = [[*target.path, *(["nodes"] if target.shape == CONNECTION else []), 0] for target in hit.targets]
    errors = [{"message": hit.data["message"], "path": place} for place in places]
    return {**_each_node(hit, answer, lambda place, node: node if place else None), "errors": errors}


def _empty(hit: Hit, answer: Payload) -> Payload:
    def empty(target: Reading, held: Any) -> Any:
        if target.shape != CONNECTION:
            return []
        info = {**held.get("pageInfo", {}), "hasNextPage": False, "endCursor": None}
        blank = {"nodes": [], "edges": [], "totalCount": 0}
        blank["pageInfo"] = {name: info[name] for name in held.get("pageInfo", {})}
        return {name: blank.get(name, value) for name, value in held.items()}

    return _each_target(hit, answer, empty)


def _repeat_cursor(hit: Hit, answer: Payload) -> Payload:
    def repeat(target: Reading, held: Any) -> Any:
        info = held.get("pageInfo", {})
        return {**held, "pageInfo": {**info, "hasNextPage": True, "endCursor": target.cursor or info.get("endCursor")}}

    return _each_target(hit, answer, repeat)


def _total_off(hit: Hit, answer: Payload) -> Payload:
    def off(_target: Reading, held: Any) -> Any:
        return {**held, "totalCount": held["totalCount"] + hit.data["by"]} if "totalCount" in held else held

    return _each_target(hit, answer, off)


def _null_nodes(hit: Hit, answer: Payload) -> Payload:
    every, limit = hit.data["every"], hit.data.get("limit")

    def erase(place: int, node: Any) -> Any:
        return None if place % every == 0 and (limit is None or place // every < limit) else node

    return _each_node(hit, answer, erase)


def _duplicate_nodes(hit: Hit, answer: Payload) -> Payload:
    return _each_list(hit, answer, lambda rows: [*rows, *rows[: hit.data["count"]]])


def _missing_nodes(hit: Hit, answer: Payload) -> Payload:
    return _each_list(hit, answer, lambda rows: rows[hit.data["count"] :])


def _new_enum_value(hit: Hit, answer: Payload) -> Payload:
    def unheard_of(target: Reading, node: Payload) -> Payload:
        return {**node, hit.data.get("field") or target.enums[0]: hit.data["value"]}

    return _first_nodes(hit, answer, unheard_of)


def _new_field(hit: Hit, answer: Payload) -> Payload:
    extra = {hit.data["name"]: hit.data.get("value", {"from": "nobody"})}
    return _first_nodes(hit, answer, lambda _target, node: {**node, **extra})


def _type_change(hit: Hit, answer: Payload) -> Payload:
    def retyped(target: Reading, node: Payload) -> Payload:
        held = [name for name in target.fields if node.get(name) is not None and name != "id"]
        field = hit.data.get("field") or next(iter(held), "id")
        other = SURPRISE if isinstance(node.get(field), str) else str(node.get(field))
        return {**node, field: hit.data.get("value", other)}

    return _first_nodes(hit, answer, retyped)


SPOILERS: dict[str, Callable[[Hit, Payload], Payload]] = {
    "page_shift": _total_off,
    "graphql_error": _graphql_error,
    "field_gone": _field_gone,
    "partial": _partial,
    "empty": _empty,
    "repeat_cursor": _repeat_cursor,
    "lying_total": _total_off,
    "null_nodes": _null_nodes,
    "duplicate_nodes": _duplicate_nodes,
    "missing_nodes": _missing_nodes,
    "new_enum_value": _new_enum_value,
    "new_field": _new_field,
    "type_change": _type_change,
}


def _each_target(hit: Hit, answer: Payload, change: Change) -> Payload:
    """Change what the fault is aimed at, wherever it stands in the answer."""
    data = answer.get("data")
    for target in hit.targets:
        data = _at(data, target.path, lambda held, target=target: change(target, held))  # type: ignore[misc]  # bound now
    return {**answer, "data": data} if "data" in answer else answer


def _at(value: Any, path: Sequence[str], change: Callable[[Any], Any]) -> Any:
    """Follow the keys down, through every row of the lists on the way."""
    if value is None:
        return None
    if not path:
        return change(value)
    if isinstance(value, list):
        return [_at(each, path, change) for each in value]
    return {**value, path[0]: _at(value.get(path[0]), path[1:], change)}


def _each_list(hit: Hit, answer: Payload, change: Callable[[list[Any]], list[Any]]) -> Payload:
    """Rearrange the rows of every list, `nodes` and `edges` alike."""

    def rearrange(target: Reading, held: Any) -> Any:
        if target.shape != CONNECTION:
            return change(held)
        return {**held, **{name: change(held[name]) for name in ("nodes", "edges") if name in held}}

    return _each_target(hit, answer, rearrange)


def _each_node(hit: Hit, answer: Payload, change: Callable[[int, Any], Any]) -> Payload:
    """Change the nodes by their place, under `nodes` and `edges` alike."""
    return _every_node(hit, answer, lambda _target, place, node: change(place, node))


def _first_nodes(hit: Hit, answer: Payload, change: Callable[[Reading, Payload], Payload]) -> Payload:
    """Change the first `count` nodes."""
    count = hit.data["count"]

    def first(target: Reading, place: int, node: Any) -> Any:
        return change(target, node) if place < count and node is not None else node

    return _every_node(hit, answer, first)


def _every_node(hit: Hit, answer: Payload, change: Callable[[Reading, int, Any], Any]) -> Payload:
    def within(target: Reading, held: Any) -> Any:
        if isinstance(held, list):
            return [change(target, place, node) for place, node in enumerate(held)]
        if target.shape != CONNECTION:
            return change(target, 0, held)
        changed = dict(held)
        if "nodes" in held:
            changed["nodes"] = [change(target, place, node) for place, node in enumerate(held["nodes"])]
        if "edges" in held:
            changed["edges"] = [
                {**edge, "node": change(target, place, edge.get("node"))} for place, edge in enumerate(held["edges"])
            ]
        return changed

    return _each_target(hit, answer, within)
