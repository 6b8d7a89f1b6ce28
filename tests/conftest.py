"""What every test may lean on: a spool of its own, and sockets that never leave the machine."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from gazelle_site.sandbox import Sandbox, Served, serve

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# A suite that a shell starts in the background ignores Ctrl-C, and so would the commands it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


WITHOUT_A_DATABASE = (
    *("assistant/questions", "assistant/understanding", "contracts", "matching", "pianos/notes", "sandbox"),
    "syncing/fetching",
    # These start processes on a SQLite file of their own.
    *("test_adding_an_entity.py", "test_demo.py", "test_sync_process.py"),
)
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches no table of the suite says nothing more on a second database."""
    folders = tuple(TESTS / name for name in WITHOUT_A_DATABASE)
    for item in items:
        pure = item.get_closest_marker("django_db") is None
        if pure and any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker("no_database")


@pytest.fixture(autouse=True)
def own_spool(settings: Settings, tmp_path: Path) -> Path:
    """Pages and the index of one test are never read by another."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.RAW_DATA_DIR = tmp_path / "raw_data"
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.REPORT_DIR = tmp_path / "reports"
    return tmp_path / "raw_data"


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine is a mistake of the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]  # any address of the platform

    monkeypatch.setattr(socket.socket, "connect", guarded)
    return


@pytest.fixture
def gazelle(settings: Settings) -> Iterator[Served]:
    """A stand-in Gazelle of its own, served over loopback, that the settings lead to."""
    with serve(Sandbox(size="small", seed=1, today=date(2026, 11, 20))) as served:
        settings.GAZELLE_API_URL = served.graphql_url
        settings.GAZELLE_TOKEN_URL = served.token_url
        settings.GAZELLE_API_KEY = served.api_key
        yield served
