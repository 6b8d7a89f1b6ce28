"""A house where every table has rows, with a spool and an index; and commands as processes on a database of theirs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from clients.models import Institution
from syncing.backups.models import Backup
from syncing.registry import PROJECT
from tests.syncing.backups.s3 import S3, served
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


def server() -> str:
    """The server that the suite runs on, as an address without a database."""
    told = connection.settings_dict
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}"


@contextmanager
def postgres_database(name: str, template: str = "template1") -> Iterator[str]:
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield f"{server()}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def environment_on(url: str, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": url,
        "RAW_DATA_DIR": str(folder / "raw_data"),
        "INDEX_DIR": str(folder / "index"),
        "BACKUP_DIR": str(folder / "backups"),
        "LOG_FILE": str(folder / "log" / "gazelle.log"),
        "SECRET_KEY": "tests-only",
    }


@pytest.fixture(scope="session")
def model_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Migrated once, with two thousand rows, for every test to begin with a copy of it."""
    folder = tmp_path_factory.mktemp("model")
    with ExitStack() as stack:
        name = f"model_{os.getpid()}"
        is_file = connection.vendor == "sqlite"
        url = f"sqlite:///{folder / 'model.sqlite3'}" if is_file else stack.enter_context(postgres_database(name))
        manage = Manage(environment_on(url, folder))
        assert finish(manage("migrate", "--verbosity=0"))[0] == 0
        status, _, err = finish(manage("shell", "--no-imports", "-c", ROWS.replace("COUNT", "2000")))
        assert (status, err) == (0, "")
        yield str(folder / "model.sqlite3") if is_file else name


@pytest.fixture
def migrated(model_database: str, tmp_path: Path) -> Iterator[Manage]:
    """Commands on a database with its tables and two thousand rows."""
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
            shutil.copy(model_database, tmp_path / "own.sqlite3")
        else:
            url = stack.enter_context(postgres_database(f"own_{os.getpid()}", model_database))
        yield Manage(environment_on(url, tmp_path))


class Manage:
    """`manage.py …` started in an environment; `folder` is where its backups are, `url` its database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.folder, self.url = Path(environment["BACKUP_DIR"]), environment["DATABASE_URL"]

    def __call__(self, *arguments: str, **changed: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=self.environment | changed, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err
