"""A stand-in for the toy domain: an object with verbs, answering the engine's queries page by page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from syncing.fetching.answers import Answer
from syncing.fetching.errors import Problem, QueryRefused


class ToyGazelle:
    """Holds makers and toys; `execute` is what the engine calls, the rest is what tests do to it."""

    api_url = "http://127.0.0.1/toys/"

    def __init__(self) -> None:
        self.lists: dict[str, dict[str, dict[str, object]]] = {"allMakers": {}, "allToys": {}}
        self.requests = 0
        self.before_page: Callable[[str, int], None] = lambda root, page: None
        self.before_besides: Callable[[int], None] = lambda page: None
        self.lie = 0
        self.unknown_fields: set[str] = set()
        self.hidden: set[str] = set()
        self.archived: set[str] = set()
        self.mute: set[str] = set()
        self.complains = False
        self.complains_besides = False
        self.lists_broken = False
        self._clock = 0

    def put(self, root: str, record_id: str, **fields: object) -> None:
        """Create or edit; untouched fields stay."""
        self._clock += 1
        stamp = f"2026-11-20T{self._clock // 3600 % 24:02}:{self._clock // 60 % 60:02}:{self._clock % 60:02}Z"
        new = {"id": record_id, "createdAt": stamp}
        self.lists[root][record_id] = self.lists[root].get(record_id, new) | fields | {"updatedAt": stamp}

    def maker(self, record_id: str, **fields: object) -> None:
        self.put("allMakers", record_id, **{"name": "", **self.lists["allMakers"].get(record_id, {}), **fields})

    def toy(self, record_id: str, **fields: object) -> None:
        empty: dict[str, object] = {"name": "", "note": "", "price": None, "tags": [], "maker": None}
        empty |= {"state": "NEW", "soldOn": None, "parts": []}
        self.put("allToys", record_id, **(empty | self.lists["allToys"].get(record_id, {}) | fields))

    def delete(self, root: str, record_id: str) -> None:
        del self.lists[root][record_id]

    def execute(self, query: str, variables: Mapping[str, object] | None = None) -> Answer:
        """One page of one list, or one toy."""
        variables = variables or {}
        self.requests += 1
        if "toy(id: $id)" in query:
            if variables["id"] in self.mute:
                raise QueryRefused((Problem("Internal server error"),))
            return Answer({"toy": self.lists["allToys"].get(str(variables["id"]))})
        found = re.search(r"\b(allMakers|allToys)\b", query)
        assert found, query
        unknown = [name for name in self.unknown_fields if re.search(rf"\b{name}\b", query)]
        if unknown:
            problem = Problem(f"Field '{unknown[0]}' doesn't exist on type 'Toy'", "undefinedField")
            raise QueryRefused((problem,))
        root = found[1]
        size = re.search(r"first: *(\d+)", query)
        first = int(size[1]) if size else 100
        start = int(str(variables.get("after") or 0))
        besides = "archived: true" in query
        if besides:
            self.before_besides(start // first + 1)
            nodes = [self.lists[root][pk] for pk in sorted(self.archived)]
        else:
            self.before_page(root, start // first + 1)
            nodes = [node for node in self.lists[root].values() if self._listed(node, variables)]
        page = nodes[start : start + first]
        info = {"hasNextPage": start + first < len(nodes), "endCursor": str(start + len(page))}
        complains = self.complains_besides if besides else self.complains
        problems = (Problem("Something went wrong"),) if complains else ()
        return Answer({root: {"totalCount": len(nodes) + self.lie, "pageInfo": info, "nodes": page}}, problems)

    def _listed(self, node: dict[str, object] | None, variables: Mapping[str, object]) -> bool:
        """Broken toys usually leave the default list; a window keeps the toys sold in it."""
        if node is None:
            return True
        if node.get("state") == "BROKEN" and not self.lists_broken:
            return False
        if node["id"] in self.hidden | self.archived:
            return False
        if "since" not in variables:
            return True
        sold = str(node.get("soldOn") or "")
        return str(variables["since"]) <= sold <= str(variables["until"])
