"""A Google Sheets of its own, that the settings lead to, under an ordinary key file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from pytest_django import Settings

from tests.sheets import server
from tests.sheets.server import Sheets


@pytest.fixture
def sheets(settings: Settings, tmp_path: Path) -> Iterator[Sheets]:
    with server.serve() as served, stamina.set_testing(True, attempts=5, cap=True):
        settings.GOOGLE_SHEETS_URL = served.url
        settings.GOOGLE_CREDENTIALS_FILE = str(served.write_key(tmp_path / "google.json"))
        settings.TIMELINE_SHEET_ID = server.KEY
        yield served
