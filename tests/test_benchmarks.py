"""The benchmarks run, on few records: figures nobody can take again are not figures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib import admin
from django.db import connection

from syncing.registry import PROJECT
from tests.benchmarks.figures import MIRROR, WHATS, read_runs
from tests.benchmarks.page import BEGIN, END
from tests.web.test_admin import CEILING


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `--quick` measures, on the database of this suite."""
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    run("--json", str(file))
    return file


def run(*options: str) -> str:
    """What the benchmarks print."""
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", f"--database={connection.vendor}", *options]
    server = {"TEST_POSTGRES_URL": os.environ.get("DATABASE_URL", "").rpartition("/")[0] + "/postgres"}
    environment = os.environ | (server if connection.vendor == "postgresql" else {})
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(measured: Path, docs: Path) -> None:
    """As the command does: in an interpreter where nobody set Django up."""
    (docs / "pictures").mkdir(exist_ok=True)
    words = (
        "import pathlib, sys; from tests.benchmarks.page import write; file, docs = map(pathlib.Path, sys.argv[1:]); "
    )
    command = [sys.executable, "-c", f"{words}write([file], docs)", str(measured), str(docs)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)


def test_every_measure_is_taken(measured: Path) -> None:
    found = read_runs(measured)[connection.vendor]
    assert {figure.what for figure in found.figures if figure.by == MIRROR} == WHATS.keys()
    assert all(figure.seconds > 0 or figure.megabytes > 0 for figure in found.figures)


def test_a_walk_of_what_did_not_change_writes_no_row(measured: Path) -> None:
    walk = read_runs(measured)[connection.vendor].of("unchanged_walk")
    assert walk is not None
    assert walk.rows > 0
    assert walk.note.endswith(" 0 rows written")


def test_the_page_gets_its_tables_and_keeps_its_words(measured: Path, tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n")
    write(measured, tmp_path)
    write(measured, tmp_path)
    text = page.read_text()
    assert text.startswith(f"Before.\n\n{BEGIN}\n\n* ")
    assert text.endswith(f"\n\n{END}\n\nAfter.\n")
    assert "old" not in text
    assert text.count("### Losses") == 1


def test_a_figure_short_of_its_aim_is_told_as_a_loss(measured: Path, tmp_path: Path) -> None:
    found = json.loads(measured.read_text())
    for figure in found[connection.vendor]["figures"]:
        if figure["what"] == "full_sync":
            figure["seconds"] = 31.0
    slow = tmp_path / "slow.json"
    slow.write_text(json.dumps(found))
    (tmp_path / "benchmarks.md").write_text(f"{BEGIN}{END}")
    write(slow, tmp_path)
    assert "first full sync of the real volume, own time: 31.0 s, aim 30 s." in (tmp_path / "benchmarks.md").read_text()


def test_every_list_is_measured_with_its_questions() -> None:
    told = dict(re.findall(r"^(.+?) +p50 .* (\d+) queries", run("--lists"), re.MULTILINE))
    assert {f"list {model._meta.verbose_name_plural}" for model in admin.site._registry} <= told.keys()
    assert {"history, page 2", "pianos, fragment of a number", "contacts, digits of a telephone"} <= told.keys()
    assert int(told.pop(".mes rv")) <= 6
    assert all(0 < int(queries) <= CEILING for queries in told.values()), told


def test_the_plots_are_drawings(measured: Path, tmp_path: Path) -> None:
    (tmp_path / "benchmarks.md").write_text(f"{BEGIN}{END}")
    write(measured, tmp_path)
    for name in ("benchmarks-throughput.svg", "benchmarks-growth.svg"):
        drawn = ElementTree.parse(tmp_path / "pictures" / name)  # noqa: S314  # our own drawing
        assert read_runs(measured)[connection.vendor].version in {text.text for text in drawn.iter() if text.text}
