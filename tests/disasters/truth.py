"""What the source shows at this instant, asked of the stand-in directly: no HTTP, no fault, no page."""

from __future__ import annotations

from typing import Any

from gazelle_site.sandbox import Sandbox
from syncing.fetching.following import unfinished
from syncing.fetching.queries import list_query
from syncing.registry import entities
from syncing.vocabulary import Mode

Truth = dict[str, list[dict[str, Any]]]

EVERYTHING = 100_000


def truth(box: Sandbox) -> Truth:
    """The nodes of every root list, with all that is nested in them, by entity."""
    registry, found = entities(), {}
    with box.store.lock:
        ceiling, box.switches.max_first = box.switches.max_first, None
        try:
            for root in registry.roots(()):
                query = list_query(root, root.read(Mode.FULL), registry, page_size=EVERYTHING)
                held = box.answer(query)["data"][root.root]
                found[root.name] = held if root.plain_list else held["nodes"]
        finally:
            box.switches.max_first = ceiling
    cut = [f"{name} {path}" for name, nodes in found.items() for path in unfinished(nodes)]
    if cut:
        raise AssertionError(f"the model of the source is not whole: {cut[:3]}")
    return found
