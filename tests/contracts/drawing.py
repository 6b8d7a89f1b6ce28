"""The layers drawn from the code's own imports: `python -m tests.contracts.drawing` redraws `docs/architecture.md`."""

from __future__ import annotations

import re

from tests.contracts.imports import LAYERS, PROJECT, internal_imports

PAGE = PROJECT / "docs" / "architecture.md"
ROOMS = {
    "vocabulary": "core", "registry": "core", "drafts": "core", "digests": "core", "deciding": "core",
    "folding": "core", "french": "core",
    "fetching": "fetching", "staging": "staging", "reconciling": "reconciling", "monitoring": "monitoring",
    "notifying": "notifying", "notices": "notifying",
    "matching": "matching",
    "models": "models", "bulk": "models", "keys": "models", "rights": "models", "history": "models",
    "wording": "models", "locks": "models", "marks": "models", "carrying": "models",
    "people": "people", "access": "people", "bearer": "people",
    "engine": "engine", "running": "engine", "results": "engine", "legs": "engine", "leases": "engine",
    "absences": "engine", "auditing": "engine", "merging": "engine", "slimming": "engine", "pruning": "engine",
    "connection": "engine", "progress": "engine", "decisions": "engine", "retrying": "engine", "examining": "engine",
    "alerting": "engine", "outages": "engine", "cooccurring": "engine", "resembling": "engine",
    "joining": "engine", "pairing": "engine", "assigning": "engine", "adopting": "engine", "likening": "engine",
    "provisional": "engine", "slicing": "engine", "pinging": "engine",
    "scheduling": "scheduling", "backups": "backups",
}  # fmt: skip
OUTSIDE = "pages and commands"  # every other module of the engine: what people touch


def houses() -> str:
    """Who imports whom among the top-level packages; those that import nothing yet stand alone."""
    edges = {
        (found.importer.split(".")[0], found.imported.split(".")[0])
        for found in internal_imports()
        if found.importer.split(".")[0] != found.imported.split(".")[0]
    }
    return graph(edges, LAYERS)


def rooms() -> str:
    """Who imports whom inside `syncing`."""
    edges = {
        (room(found.importer), room(found.imported))
        for found in internal_imports()
        if found.importer.startswith("syncing.") and found.imported.startswith("syncing.")
    }
    return graph({(a, b) for a, b in edges if a != b}, sorted({name for edge in edges for name in edge}))


def room(module: str) -> str:
    return ROOMS.get(module.split(".")[1], OUTSIDE)


def graph(edges: set[tuple[str, str]], nodes: tuple[str, ...] | list[str]) -> str:
    key = {name: re.sub(r"\W", "_", name) for name in nodes}
    lines = ["```mermaid", "flowchart TD", *(f'    {key[name]}["{name}"]' for name in nodes)]
    lines += [f"    {key[a]} --> {key[b]}" for a, b in sorted(edges)]
    return "\n".join([*lines, "```"])


def drawn(text: str) -> str:
    """The page with both drawings up to date."""
    for name, drawing in (("houses", houses()), ("rooms", rooms())):
        frame = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        text, found = frame.subn(rf"\g<1>{drawing}\g<2>", text)
        assert found == 1, f"docs/architecture.md has no frame for {name}"
    return text


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
