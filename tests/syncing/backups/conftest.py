"""A house where every table has rows, with a spool and an index; and commands as processes on a database of theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from clients.models import Institution
from syncing.backups.models import Backup
from syncing.registry import PROJECT
from tests.syncing.backups.s3 import S3, served
from tests.syncing.notifying.test_processes import database  # noqa: F401  # a fixture
from tests.web.planting import accounts, furnish

ROWS = """
from django.utils import timezone
from syncing.models import StagedRecord
StagedRecord.objects.bulk_create(
    StagedRecord(entity="toys", gazelle_id=f"t_{n}", raw=b'{"id": "t_%d", "nom": "\\xc3\\x89rable"}' % n, digest=f"{n}",
        fetched_at=timezone.now())
    for n in range(COUNT)
)
"""


@pytest.fixture
def house(transactional_db: None, settings: Settings) -> None:
    Institution.objects.get_or_create(slug="essai", name="École d’essai")  # a migration made some, a flush took them
    furnish(accounts())
    Backup.objects.all().delete()
    page = settings.RAW_DATA_DIR / "toys" / "leg-1" / "page-00001.json"
    page.parent.mkdir(parents=True)
    page.write_text('{"envelope": 1}', "utf-8")
    (settings.INDEX_DIR / "known-0123456789abcdef").mkdir(parents=True)
    (settings.INDEX_DIR / "manifest.json").write_text('{"format": 1}', "utf-8")
    (settings.INDEX_DIR / "known-0123456789abcdef" / "vectors.npy").write_bytes(os.urandom(70_000))
    (settings.INDEX_DIR / "main-0123456789abcdef").mkdir()
    (settings.INDEX_DIR / "main-0123456789abcdef" / "vectors.npy").write_bytes(b"made again by reindex")


@pytest.fixture
def store() -> Iterator[S3]:
    with served() as server:
        yield server


@pytest.fixture
def environment(database: str, tmp_path: Path) -> dict[str, str]:  # noqa: F811  # the fixture above
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": database,
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
        "INDEX_DIR": str(tmp_path / "index"),
        "BACKUP_DIR": str(tmp_path / "backups"),
        "LOG_FILE": str(tmp_path / "log" / "gazelle.log"),
        "SECRET_KEY": "tests-only",
    }


class Manage:
    """`manage.py …` started in an environment; `folder` is where its backups are."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.folder = Path(environment["BACKUP_DIR"])

    def __call__(self, *arguments: str, **changed: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=self.environment | changed, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


@pytest.fixture
def manage(environment: dict[str, str]) -> Manage:
    return Manage(environment)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture
def migrated(manage: Manage) -> Manage:
    """A database with its tables and two thousand rows."""
    assert finish(manage("migrate", "--verbosity=0"))[0] == 0
    status, _, err = finish(manage("shell", "--no-imports", "-c", ROWS.replace("COUNT", "2000")))
    assert (status, err) == (0, "")
    return manage
