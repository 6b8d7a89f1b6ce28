"""The house rules on who may import whom, read from the code itself so that they cannot rot."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from syncing.registry import entities, packages
from tests.contracts.imports import LAYERS, PROJECT, all_imports, internal_imports, modules

PURE = ("vocabulary", "registry", "drafts", "digests", "deciding", "folding", "french")
DJANGO_FREE = [
    *(f"syncing.{name}" for name in PURE),
    *("syncing.fetching", "syncing.fetching.__main__", "syncing.matching.index", "syncing.matching.plain"),
    *("clients.likeness", "pianos.likeness", "pianos.notes", "pianos.series"),
]
PILLARS = ("fetching", "staging", "reconciling", "monitoring", "notifying", "pushing", "matching")
OUTER = (
    *("management", "admin", "message_admin", "api", "views", "urls", "connect_views", "notice_views"),
    *("placeholder_views", "orphan_views", "duplicate_views", "kinship_pages", "jobs"),
    *("job_views", "job_admin", "scheduler_api", "backup_views"),
)
PRIVATE = ("sync", "push", "jobs", "panels", "notices", "kept")
HTTP = ("httpx2", "requests", "urllib3")
FACES = ("models", "selectors", "services", "errors", "mailboxes")
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "execute"}
COMMON_WORDS = {"users"}  # an entity whose name Django uses for its own accounts


def part(module: str) -> str:
    """The room of `syncing` a module is in: its second name."""
    return module.split(".")[1] if "." in module else ""


def test_a_layer_never_imports_a_higher_one() -> None:
    rank = {package: position for position, package in enumerate(LAYERS)}
    wrong = [
        str(found)
        for found in internal_imports()
        if rank[found.imported.split(".")[0]] < rank[found.importer.split(".")[0]]
    ]
    assert wrong == []


def test_inside_the_engine_a_pillar_imports_no_other_pillar_nor_what_is_above() -> None:
    wrong = []
    for found in internal_imports():
        if found.importer.startswith("syncing.") and found.imported.startswith("syncing."):
            importer, imported = part(found.importer), part(found.imported)
            if importer in PILLARS and imported in {*PILLARS, *OUTER, "engine"} - {importer}:
                wrong.append(str(found))
    assert wrong == []


def test_the_engine_and_the_models_never_import_pages_or_commands() -> None:
    wrong = [
        str(found)
        for found in internal_imports()
        if found.importer.startswith("syncing.")
        and part(found.importer) not in {*OUTER, "apps"}
        and found.imported.startswith("syncing.")
        and part(found.imported) in OUTER
    ]
    assert wrong == []


def test_the_pure_core_imports_only_itself_and_the_standard_library() -> None:
    wrong = [
        str(found)
        for found in all_imports()
        if found.importer.startswith("syncing.")
        and part(found.importer) in PURE
        and found.imported.split(".")[0] not in sys.stdlib_module_names
        and not (found.imported.startswith("syncing.") and part(found.imported) in PURE)
    ]
    assert wrong == []


def test_the_matcher_needs_the_pure_core_and_edit_distances_only() -> None:
    wrong = [
        str(found)
        for found in all_imports()
        if found.importer.startswith("syncing.matching")
        and found.imported.split(".")[0] not in {*sys.stdlib_module_names, "rapidfuzz"}
        and not (found.imported.startswith("syncing.") and part(found.imported) in {*PURE, "matching"})
    ]
    assert wrong == []


def test_the_reader_of_notes_needs_the_standard_library_only() -> None:
    wrong = [
        str(found)
        for found in all_imports()
        if found.importer.startswith("pianos.notes")
        and found.imported.split(".")[0] not in sys.stdlib_module_names
        and not found.imported.startswith("pianos.notes")
    ]
    assert wrong == []


@pytest.mark.parametrize("module", [*DJANGO_FREE, *(f"{package}.sync" for package in packages("sync"))])
def test_it_is_imported_without_django_in_a_fresh_interpreter(module: str) -> None:
    code = f"import {module}, sys; print([m for m in ('django', 'environ', 'psycopg') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_engine_names_no_domain() -> None:
    """In code, comments or templates: a word of the trade in the engine is a rule in the wrong room."""
    names = {entity.name for entity in entities()} - COMMON_WORDS | set(LAYERS) - {"gazelle_site", "syncing"}
    word = re.compile(rf"\b({'|'.join(sorted(names))})\b")
    files = [path for name, path in modules() if name.startswith("syncing")]
    files += sorted((PROJECT / "templates" / "syncing").rglob("*.html"))
    wrong = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert wrong == []


def test_nobody_imports_what_only_the_finder_loads() -> None:
    wrong = [
        str(found)
        for found in internal_imports()
        if found.imported.count(".") >= 1
        and part(found.imported) in PRIVATE
        and not found.importer.startswith(found.imported.split(".")[0] + ".")
    ]
    assert wrong == []


def test_a_domain_app_shows_only_its_public_face() -> None:
    wrong = [
        str(found)
        for found in internal_imports()
        if (app := found.imported.split(".")[0]) not in ("syncing", "gazelle_site")
        and found.importer.split(".")[0] not in (app, "gazelle_site")
        and part(found.imported) not in FACES
    ]
    assert wrong == []


def test_no_page_admin_or_api_of_the_engine_is_imported_by_an_app() -> None:
    wrong = [
        str(found)
        for found in internal_imports()
        if found.imported.startswith("syncing.")
        and found.importer.split(".")[0] not in ("syncing", "gazelle_site")
        and part(found.imported) in OUTER
    ]
    assert wrong == []


def test_only_these_doors_speak_http() -> None:
    users = {f.importer for f in all_imports() if f.imported.split(".")[0] in HTTP}
    assert users == {
        "syncing.fetching.transport",
        "syncing.notifying.webhook",
        "syncing.pinging",
        "assistant.vectors.openai",
        "pianos.report.google",
    }


def test_monitoring_writes_nothing() -> None:
    wrong = []
    for name, path in modules():
        if name.startswith("syncing.monitoring"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                    wrong.append(f"{name}:{node.lineno} .{node.func.attr}()")
    assert wrong == []


def test_the_sandbox_knows_nothing_of_the_product() -> None:
    wrong = [
        str(f)
        for f in internal_imports()
        if f.importer.startswith("gazelle_site.sandbox") and not f.imported.startswith("gazelle_site.sandbox")
    ]
    assert wrong == []
    sandbox = [f for f in all_imports() if f.importer.startswith("gazelle_site.sandbox")]
    assert [str(f) for f in sandbox if f.imported.startswith("django")] == []


def test_every_app_has_an_empty_init() -> None:
    assert [app for app in LAYERS if (PROJECT / app / "__init__.py").read_text("utf-8").strip()] == []
