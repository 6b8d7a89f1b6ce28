"""Record the sample page of an entity from the stand-in Gazelle: `python -m tests.record_sample ENTITY`.

The page lands in the entity's own folder (`<app>/samples/<entity>.json`): the looped tests parse it, and the stand-in
serves it when it has no data of its own for that type.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from gazelle_site.sandbox import Sandbox, serve
from syncing.fetching.oauth import ApiKey
from syncing.fetching.pages import plan, walk
from syncing.fetching.transport import Transport
from syncing.registry import PROJECT, Entity, entities
from syncing.vocabulary import Mode

KEPT = 3  # enough to read, and to have one that is not like the others


def main(name: str) -> None:
    entity = entities()[name]
    with serve(Sandbox(size="small", today=date(2026, 11, 20))) as served:
        nodes = first_nodes(entity, Transport(served.graphql_url, ApiKey(served.api_key)))
    path = PROJECT / entity.parse.__module__.split(".")[0] / "samples" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"entity": name, "nodes": nodes}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    sys.stdout.write(f"{path.relative_to(PROJECT)} : {len(nodes)} fiches\n")


def first_nodes(entity: Entity, transport: Transport) -> list[object]:
    """The first nodes of the entity, out of its carrier's when it has no list of its own."""
    carrier = entities().carrier(entity.name)
    page = next(walk(transport, plan(carrier or entity, entities(), Mode.FULL), leg="sample"))
    if carrier is None:
        return page.nodes[:KEPT]
    field = next(nested for nested in carrier.nested if nested.carries == entity.name)
    held = [node[field.name] for node in page.nodes if isinstance(node, dict)]
    lists = [value["nodes"] if isinstance(value, dict) else value for value in held]
    return [node for nodes in lists for node in nodes][:KEPT]


if __name__ == "__main__":
    main(sys.argv[1])
