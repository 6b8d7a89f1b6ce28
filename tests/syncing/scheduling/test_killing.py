"""Two real clusters, killed in the middle of jobs; the long form is beside, for some minutes or hours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from syncing.registry import PROJECT
from tests.syncing.notifying.test_processes import database as own_database  # noqa: F401  # a fixture


def test_clusters_killed_in_the_middle_of_jobs_lose_nothing_and_double_nothing(
    own_database: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZELLE_")} | {
        "DATABASE_URL": own_database,
        "DIARY": str(tmp_path / "diary"),
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.syncing.scheduling.killing", "8"], cwd=PROJECT, env=environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["kills"] >= 1, told
    assert told["outcomes"]["success"] >= 4, told
