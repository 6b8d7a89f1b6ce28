"""Fetching runs without Django and without a database: asked of a fresh interpreter."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
FETCHING = PROJECT / "syncing" / "fetching"
PURE_CORE = {"syncing.vocabulary", "syncing.registry", "syncing.digests", "syncing.drafts", "syncing.french"}
MODULES = sorted(path for path in FETCHING.glob("*.py"))


def test_a_fresh_interpreter_imports_every_module_without_django_nor_a_database() -> None:
    names = [f"syncing.fetching.{path.stem}" for path in MODULES if path.stem not in ("__init__", "__main__")]
    code = (
        f"import {', '.join(names)}; from syncing.registry import entities; entities(); import sys; "
        "print(sorted({'django', 'environ', 'psycopg', 'syncing.models'} & set(sys.modules)))"
    )
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=bare, capture_output=True, text=True)

    assert (done.stderr, done.stdout) == ("", "[]\n")


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_the_pure_core_and_its_own_pillar_only(path: Path) -> None:
    ours = {name for name in imported(path) if name.split(".")[0] == "syncing"}
    assert {name for name in ours if not name.startswith("syncing.fetching")} <= PURE_CORE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_transport_knows_the_http_library(path: Path) -> None:
    assert ("httpx2" in imported(path)) is (path.stem == "transport")
