"""`docs/adding-an-entity.md` followed to the letter, in a copy of the project: one folder, and everything adopts it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gazelle_site.sandbox import Sandbox, serve
from syncing.registry import PROJECT

PAGE = PROJECT / "docs" / "adding-an-entity.md"
LEFT_BEHIND = shutil.ignore_patterns(".*", "var", "__pycache__")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with the diffs of the page applied and its commands run."""
    project = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(PROJECT, project, ignore=LEFT_BEHIND)
    for diff in re.findall(r"```diff\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        subprocess.run(["git", "apply", "-"], cwd=project, input=diff, text=True, check=True)  # noqa: S607  # git of this machine
    run(project, "manage.py", "makemigrations", "pianos", "--name", "photos")
    run(project, "-m", "tests.record_sample", "photos")
    run(project, "-m", "ruff", "format", "pianos")
    return project


def run(project: Path, *command: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    answer = subprocess.run(
        [sys.executable, *command], cwd=project, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_only_one_folder_was_touched(copy: Path) -> None:
    touched = {
        path.relative_to(copy).parts[0]
        for path in copy.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.relative_to(copy).parts[0].startswith(("var", "."))
        and (not (original := PROJECT / path.relative_to(copy)).exists() or original.read_bytes() != path.read_bytes())
    }
    assert touched == {"pianos"}


def test_the_looped_tests_adopt_it_and_pass(copy: Path) -> None:
    paths = ["tests/test_every_entity.py", "tests/test_mirror.py", "tests/web/test_admin.py", "tests/contracts"]
    # Of the back-office, the tables of its folder: the others have not changed.
    only = ["-k", "not test_admin or pianos"]
    told = run(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", *only, *paths)
    assert "test_the_page_of_one_record_opens[pianos.PianoPhoto] PASSED" in told
    listed = run(copy, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "tests/test_every_entity.py")
    assert "[photos]" in listed


def test_the_tree_stays_clean(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", ".")
    run(copy, "-m", "ruff", "format", "--check", ".")
    run(copy, "manage.py", "makemigrations", "--check", "--dry-run")


def test_a_sync_mirrors_it_and_the_status_shows_it(copy: Path, tmp_path: Path) -> None:
    with serve(Sandbox(size="small", today=date(2026, 11, 20))) as served:
        environment = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'mirror.sqlite3'}",
            "RAW_DATA_DIR": str(tmp_path / "raw_data"),
            "GAZELLE_API_URL": served.graphql_url,
            "GAZELLE_API_KEY": served.api_key,
        }
        run(copy, "manage.py", "migrate", **environment)
        run(copy, "manage.py", "sync", **environment)
        assert "Photos" in run(copy, "manage.py", "syncstatus", **environment)
        database = sqlite3.connect(tmp_path / "mirror.sqlite3")
        here = {row[0] for row in database.execute("SELECT id FROM pianos_pianophoto WHERE NOT is_placeholder")}
        database.close()
        assert here == set(served.sandbox.ids("PrivatePianoPhoto"))
