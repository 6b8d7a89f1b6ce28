"""The report as a process that is killed for good, again and again: in the end every row is in the spreadsheet once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pianos.report.rows import ALERTS, HEADER
from syncing.registry import PROJECT
from tests.pianos.report.house import TABS
from tests.sheets import server
from tests.syncing.notifying.test_processes import database  # noqa: F401  # a fixture

NOTES = 40
FILL = f"from tests.pianos.report.house import park; park(notes={NOTES})"
PRODUCE = """
import stamina
from django.utils import timezone
from pianos.report.producing import Order, produce
with stamina.set_testing(True, attempts=5, cap=True):
    produce(Order(forced=True, full_refresh=FULL), timezone.now())
"""
KILLS = 4


@pytest.mark.parametrize("full_refresh", [False, True])
def test_killed_again_and_again_the_report_is_whole_in_the_end(
    database: str,  # noqa: F811
    tmp_path: Path,
    full_refresh: bool,
) -> None:
    seed = random.randrange(10**9)
    dice = random.Random(seed)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GAZELLE_", "DATABASE_"))}
    with server.serve() as sheets:
        environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database, "LOG_FILE": str(tmp_path / "log"),
            "RAW_DATA_DIR": str(tmp_path), "GOOGLE_SHEETS_URL": sheets.url, "TIMELINE_SHEET_ID": server.KEY,
            "GOOGLE_CREDENTIALS_FILE": str(sheets.write_key(tmp_path / "google.json")),
        }  # fmt: skip

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment)

        def produce() -> subprocess.Popen[bytes]:
            return start("shell", "--no-imports", "-c", PRODUCE.replace("FULL", str(full_refresh)))

        assert start("migrate", "--verbosity=0").wait() == 0
        assert start("shell", "--no-imports", "-c", FILL).wait() == 0
        killed = 0
        for _ in range(KILLS):
            sheets.left = dice.randrange(1, 20)
            sheets.before, sheets.after = dice.sample([sheets.count_down, lambda kind: None], 2)
            process = sheets.victim = produce()
            killed += process.wait() == -signal.SIGKILL
        sheets.before = sheets.after = lambda kind: None
        assert produce().wait() == 0
        assert killed, seed
        assert sheets.book.titles == [*TABS, ALERTS, "Feuille 1"], seed
        for tab in TABS:
            assert sheets.book[tab].row(0) == list(HEADER)
            assert sorted(row[2].rpartition(" ")[2] for row in sheets.book.rows(tab)) == sorted(
                map(str, range(NOTES))
            ), (seed, tab)
