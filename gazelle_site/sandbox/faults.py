"""Faults on request: a fault is data, matched against a request, and applied where the answer leaves the server.

Transport faults change the bytes, payload faults change the decoded answer; both are met by any real client.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

TRANSPORT_KINDS = ("status", "html", "not_utf8", "cut", "wrong_length", "reset", "hang")
PAYLOAD_KINDS = ("graphql_error", "partial", "empty", "repeat_cursor", "lying_total", "null_nodes")
FAULT_KINDS = TRANSPORT_KINDS + PAYLOAD_KINDS


@dataclass
class Fault:
    """One kind of failure, its remaining number of times, and the requests it is meant for.

    `match` is looked for in the path and the query text; `after` lets that many matching requests pass first.
    `times=None` never stops. Everything else (code, headers, seconds, extra…) is in `data`.
    """

    kind: str
    times: int | None = 1
    after: int = 0
    match: str = ""
    data: Payload = field(default_factory=dict)

    def due(self, text: str) -> bool:
        """Whether this request suffers it; counts down as it goes."""
        if self.match not in text or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The faults waiting for their requests, first added first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self.applied: list[Fault] = []

    def add(self, kind: str, *, times: int | None = 1, after: int = 0, match: str = "", **data: Any) -> Fault:
        """Plan a fault. `status` takes code, headers and body; `hang` seconds; `lying_total` by; `null_nodes` every."""
        if kind not in FAULT_KINDS:
            raise ValueError(f"« {kind} » n’est pas une panne connue ; choix : {', '.join(FAULT_KINDS)}")
        fault = Fault(kind, times, after, match, data)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, text: str, kinds: tuple[str, ...] = FAULT_KINDS) -> Fault | None:
        """The fault that this request suffers, if any, among the kinds that make sense for it."""
        with self._lock:
            for fault in self._waiting:
                if fault.kind in kinds and fault.due(text):
                    self.applied.append(fault)
                    self._waiting = [each for each in self._waiting if each.times != 0]
                    return fault
        return None

    def clear(self) -> None:
        """Forget what is still waiting."""
        with self._lock:
            self._waiting.clear()


def spoil(fault: Fault, answer: Payload, variables: Payload) -> Payload:
    """The answer after a payload fault."""
    return SPOILERS[fault.kind](fault.data, answer, variables)


def _graphql_error(data: Payload, answer: Payload, variables: Payload) -> Payload:
    message = data.get("message", "Internal server error")
    return {"data": None, "errors": [{"message": message, "extensions": {"code": data.get("code", "INTERNAL")}}]}


def _partial(data: Payload, answer: Payload, variables: Payload) -> Payload:
    """Data with the first node lost, and an error that says where."""
    spoiled = _null_nodes({"every": 1, "limit": 1}, answer, variables)
    error = {"message": data.get("message", "Something went wrong"), "path": [*(answer.get("data") or {}), "nodes", 0]}
    return {**spoiled, "errors": [error]}


def _empty(data: Payload, answer: Payload, variables: Payload) -> Payload:
    """A well-formed list without rows: what a truncated answer looks like."""

    def empty(connection: Payload) -> Payload:
        changes: Payload = {"nodes": [], "edges": [], "totalCount": 0}
        info = {**(connection.get("pageInfo") or {}), "hasNextPage": False, "endCursor": None}
        changes["pageInfo"] = {key: value for key, value in info.items() if key in (connection.get("pageInfo") or {})}
        return {key: changes.get(key, value) for key, value in connection.items()}

    return _on_lists(answer, empty, list_value=[])


def _repeat_cursor(data: Payload, answer: Payload, variables: Payload) -> Payload:
    """The page ends where it began, and promises more."""
    came_from = next((value for name, value in variables.items() if name in ("after", "cursor")), None)

    def repeat(connection: Payload) -> Payload:
        info = connection.get("pageInfo") or {}
        cursor = came_from if came_from is not None else info.get("endCursor")
        return {**connection, "pageInfo": {**info, "hasNextPage": True, "endCursor": cursor}}

    return _on_lists(answer, repeat)


def _lying_total(data: Payload, answer: Payload, variables: Payload) -> Payload:
    by = data.get("by", 7)

    def lie(connection: Payload) -> Payload:
        return {**connection, "totalCount": connection["totalCount"] + by} if "totalCount" in connection else connection

    return _on_lists(answer, lie)


def _null_nodes(data: Payload, answer: Payload, variables: Payload) -> Payload:
    every, limit = data.get("every", 5), data.get("limit")

    def lost(place: int) -> bool:
        return place % every == 0 and (limit is None or place // every < limit)

    def erase(connection: Payload) -> Payload:
        changed = dict(connection)
        if "nodes" in connection:
            changed["nodes"] = [None if lost(place) else node for place, node in enumerate(connection["nodes"])]
        if "edges" in connection:
            changed["edges"] = [
                {**edge, "node": None} if lost(place) else edge for place, edge in enumerate(connection["edges"])
            ]
        return changed

    return _on_lists(answer, erase)


def _on_lists(answer: Payload, change: Callable[[Payload], Payload], list_value: Any = None) -> Payload:
    """Apply a change to every connection at the root of the data; `list_value` replaces plain lists when given."""
    changed: Payload = {}
    for key, value in (answer.get("data") or {}).items():
        if isinstance(value, dict) and {"nodes", "edges", "pageInfo", "totalCount"} & set(value):
            changed[key] = change(value)
        else:
            changed[key] = list_value if isinstance(value, list) and list_value is not None else value
    return {**answer, "data": changed}


SPOILERS: dict[str, Callable[[Payload, Payload, Payload], Payload]] = {
    "graphql_error": _graphql_error,
    "partial": _partial,
    "empty": _empty,
    "repeat_cursor": _repeat_cursor,
    "lying_total": _lying_total,
    "null_nodes": _null_nodes,
}
