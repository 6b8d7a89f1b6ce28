"""The project's own import statements, read from the source: what the contracts judge and the drawing shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent

# Higher imports lower, never the reverse.
LAYERS = (
    "gazelle_site",
    "assistant",
    "inventory",
    "invoicing",
    "appointments",
    "pianos",
    "clients",
    "syncing",
)


@dataclass(frozen=True)
class Import:
    """`importer` imports `imported`, both dotted module names; a name imported from a module counts as the module."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the product, by dotted name."""
    for package in LAYERS:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(PROJECT).with_suffix("").parts
                yield ".".join(part for part in parts if part != "__init__"), path


@cache
def internal_imports() -> tuple[Import, ...]:
    """Imports of one module of the product by another."""
    return tuple(found for found in all_imports() if found.imported.split(".")[0] in LAYERS)


@cache
def all_imports() -> tuple[Import, ...]:
    """Every import statement of the product, those inside functions included."""
    found = []
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found += [Import(name, alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [Import(name, _target(node.module, alias.name), node.lineno) for alias in node.names]
    return tuple(found)


def _target(module: str, name: str) -> str:
    """`from syncing import leases` imports the module `syncing.leases`."""
    candidate = PROJECT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if candidate.with_suffix(".py").exists() or candidate.is_dir() else module
