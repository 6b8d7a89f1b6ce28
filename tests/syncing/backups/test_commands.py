"""`backup`, `verify_backup` and `restore` as a person types them, on a database of their own, kills included."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pyrage
import pytest
from django.db import connection

from tests.syncing.backups.conftest import Manage, finish

COUNT = "SELECT count(*) FROM syncing_stagedrecord"
WRITE = """
import time; from django.utils import timezone; from syncing.models import StagedRecord
for n in range(100000):
    StagedRecord.objects.bulk_create(StagedRecord(entity="toys", gazelle_id=f"w_{n}_{k}", raw=b"{}", digest="d", fetched_at=timezone.now()) for k in range(5))
    if n == 0: print("writing", flush=True)
"""  # noqa: E501


def rows(url: str, question: str = COUNT) -> int:
    """Asked without Django."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return int(file.execute(question).fetchone()[0])
    with psycopg.connect(url) as server:
        [count] = server.execute(question).fetchone() or [0]
        return int(count)


def backed_up(manage: Manage, *arguments: str, **changed: str) -> Path:
    status, out, err = finish(manage("backup", *arguments, **changed))
    assert (status, err) == (0, ""), err
    return manage.folder / out.split(" : ")[0]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Another machine: nothing but the program, the file, and an empty database."""
    other = {
        "BACKUP_DIR": str(tmp_path / "other" / "backups"), "RAW_DATA_DIR": str(tmp_path / "other" / "raw_data"),
        "INDEX_DIR": str(tmp_path / "other" / "index"),
    }  # fmt: skip
    with database_beside(tmp_path) as url:
        yield {**other, "DATABASE_URL": url}


@contextmanager
def database_beside(tmp_path: Path) -> Iterator[str]:
    if connection.vendor != "postgresql":
        yield f"sqlite:///{tmp_path / 'other' / 'fresh.sqlite3'}"
        return
    told, name = connection.settings_dict, f"fresh_{os.getpid()}"
    server = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_last_night_comes_back_on_an_empty_machine(migrated: Manage, empty: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "raw_data" / "toys" / "l").mkdir(parents=True)
    (tmp_path / "raw_data" / "toys" / "l" / "page-00001.json").write_text("{}")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{}")
    file = backed_up(migrated)
    status, out, err = finish(migrated("restore", str(file), **empty))
    assert (status, err) == (0, "")
    assert "identiques à la sauvegarde, 2 fichiers" in out
    assert rows(empty["DATABASE_URL"]) == 2000
    assert (tmp_path / "other" / "raw_data" / "toys" / "l" / "page-00001.json").read_text() == "{}"
    assert (tmp_path / "other" / "index" / "manifest.json").exists()
    assert finish(migrated("migrate", "--check", **empty))[0] == 0
    assert rows(empty["DATABASE_URL"], "SELECT count(*) FROM syncing_backup WHERE finished_at IS NULL") == 0
    assert rows(empty["DATABASE_URL"], "SELECT count(*) FROM syncing_lease") == 0
    assert finish(migrated("backup", **empty))[0] == 0, "and it is saved again from there"


def test_it_says_what_would_be_lost_and_touches_nothing_until_told(
    migrated: Manage, environment: dict[str, str]
) -> None:
    file = backed_up(migrated, "--no-verify")
    code = "from syncing.models import StagedRecord; StagedRecord.objects.filter(gazelle_id__gt='t_5').delete()"
    assert finish(migrated("shell", "--no-imports", "-c", code))[0] == 0
    left = rows(environment["DATABASE_URL"])
    assert left < 2000
    status, out, err = finish(migrated("restore", str(file)))
    assert status == 2
    assert "Ceci serait remplacé" in err
    assert "--yes" in err
    assert "lignes dans" in out
    assert finish(migrated("restore", str(file), "--dry-run"))[0] == 0
    assert rows(environment["DATABASE_URL"]) == left
    status, _, err = finish(migrated("restore", str(file), "--yes"))
    assert (status, err) == (0, "")
    assert rows(environment["DATABASE_URL"]) == 2000
    assert finish(migrated("verify_backup", file.name))[0] == 0


def test_a_rehearsal_into_another_database_leaves_the_site_alone(
    migrated: Manage, empty: dict[str, str], environment: dict[str, str]
) -> None:
    file = backed_up(migrated, "--no-verify")
    status, _, err = finish(migrated("restore", str(file), "--into", empty["DATABASE_URL"]))
    assert (status, err) == (0, "")
    assert rows(empty["DATABASE_URL"]) == rows(environment["DATABASE_URL"]) == 2000
    status, _, err = finish(migrated("restore", str(file), "--into", empty["DATABASE_URL"]))
    assert status == 2, "now it is not empty any more"


def test_another_kind_of_database_or_an_address_that_is_none_is_refused(migrated: Manage, tmp_path: Path) -> None:
    file = backed_up(migrated, "--no-verify")
    other = (
        "postgres://nobody@127.0.0.1:9/x" if connection.vendor == "sqlite" else f"sqlite:///{tmp_path / 'x.sqlite3'}"
    )
    status, _, err = finish(migrated("restore", str(file), "--into", other))
    assert status == 1
    assert "une base du même genre" in err
    assert finish(migrated("restore", str(file), "--into", "bonjour"))[0] == 2


def test_a_torn_file_is_refused_before_anything_is_touched(migrated: Manage, environment: dict[str, str]) -> None:
    file = backed_up(migrated, "--no-verify")
    os.truncate(file, file.stat().st_size - 9)
    status, _, err = finish(migrated("restore", str(file), "--yes"))
    assert status == 1
    assert "est coupée ou abîmée" in err
    assert rows(environment["DATABASE_URL"]) == 2000
    status, _, err = finish(migrated("verify_backup"))
    assert status == 1
    assert "n’est plus le fichier" in err
    assert finish(migrated("restore", "nulle-part.tar.gz"))[0] == 1


def test_encrypted_it_needs_its_key_on_the_other_machine(migrated: Manage, empty: dict[str, str]) -> None:
    key = str(pyrage.x25519.Identity.generate())
    file = backed_up(migrated, "--no-verify", BACKUP_ENCRYPTION_KEYS=key)
    status, _, err = finish(migrated("restore", str(file), **empty))
    assert status == 1
    assert "BACKUP_ENCRYPTION_KEYS est vide" in err
    assert finish(migrated("restore", str(file), **empty, BACKUP_ENCRYPTION_KEYS=key))[0] == 0
    assert rows(empty["DATABASE_URL"]) == 2000


def test_a_key_that_is_none_stops_the_start_without_being_shown(manage: Manage) -> None:
    status, _, err = finish(manage("check", BACKUP_ENCRYPTION_KEYS="AGE-SECRET-KEY-MAUVAISE"))
    assert status == 1
    assert "BACKUP_ENCRYPTION_KEYS : chaque clé vient de" in err
    assert "MAUVAISE" not in err


def test_while_somebody_writes_each_backup_is_one_instant(migrated: Manage) -> None:
    writer = migrated("shell", "--no-imports", "-c", WRITE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        for _ in range(2):
            backed_up(migrated)
    finally:
        writer.kill()
        writer.communicate()


def killed(process: subprocess.Popen[str], after: float) -> None:
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_anywhere_the_next_backup_is_whole_and_nothing_grows(
    migrated: Manage, environment: dict[str, str]
) -> None:
    dice = random.Random()
    for _ in range(4):
        killed(migrated("backup"), dice.uniform(0.8, 3.0))
    file = backed_up(migrated)
    names = {path.name for path in migrated.folder.iterdir()}
    assert file.name in names
    assert all(name.startswith("gazelle-") for name in names), "nothing of the dead is left"
    assert rows(environment["DATABASE_URL"], "SELECT count(*) FROM syncing_backup WHERE finished_at IS NULL") == 0
    if connection.vendor == "postgresql":
        asked = "SELECT count(*) FROM pg_database WHERE strpos(datname, current_database()) = 1"
        assert rows(environment["DATABASE_URL"], asked) == 1, "no scratch database"


def test_a_restore_killed_anywhere_loses_nothing(migrated: Manage, environment: dict[str, str]) -> None:
    """Either what was there is still there, or the next attempt finishes."""
    file = backed_up(migrated, "--no-verify")
    dice = random.Random()
    for _ in range(4):
        killed(migrated("restore", str(file), "--yes"), dice.uniform(0.8, 2.5))
        if connection.vendor == "sqlite":
            assert rows(environment["DATABASE_URL"]) == 2000
    wait_for_silence(environment["DATABASE_URL"])
    assert finish(migrated("restore", str(file), "--yes"))[0] == 0
    assert rows(environment["DATABASE_URL"]) == 2000


def wait_for_silence(url: str) -> None:
    """The server notices a little later that its client is dead."""
    if url.startswith("sqlite"):
        return
    for _ in range(100):
        if not rows(
            url,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'",
        ):
            return
        time.sleep(0.1)


def test_a_restore_waits_for_the_site_to_be_stopped(migrated: Manage, environment: dict[str, str]) -> None:
    file = backed_up(migrated, "--no-verify")
    with someone_at(environment["DATABASE_URL"]):
        status, _, err = finish(migrated("restore", str(file), "--yes"))
    assert status == 1
    assert "Arrêtez le site et ses travailleurs" in err
    assert rows(environment["DATABASE_URL"]) == 2000


@contextmanager
def someone_at(url: str) -> Iterator[None]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.rollback()
        return
    with psycopg.connect(url):
        yield
