"""A backup from the furnished house: what is in it, how it is proved, what refuses it."""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.apps import apps
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from syncing.backups import archiving, postgres, verifying
from syncing.backups.archiving import MANIFEST
from syncing.backups.faults import BackupError, Different, FolderRefused, Foreign, Newer, NoRoom, NoTool, Torn, WrongKey
from syncing.backups.hashing import known_tables, measure, measure_all
from syncing.backups.making import alone, make
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.places import WORK
from syncing.backups.verifying import clean_up, last, prove, verify, verify_file
from syncing.models import StagedRecord

NIGHT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("house")


def manifest_of(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as tar:
        file = tar.extractfile(MANIFEST)
        assert file is not None
        return dict(json.load(file))


def file_of(row: Backup, settings: Settings) -> Path:
    return Path(settings.BACKUP_DIR) / row.file


def new_key() -> str:
    return str(pyrage.x25519.Identity.generate())


@contextmanager
def no_room(octets: int = 4096) -> Iterator[None]:
    """No file of this process, nor of those it starts, may grow beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_it_holds_every_table_the_pages_and_what_the_apps_declared(settings: Settings) -> None:
    row = make()
    told = manifest_of(file_of(row, settings))
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert tables | {"django_migrations"} == told["tables"].keys()
    assert all(
        told["tables"][table]["rows"] for table in ("syncing_stagedrecord", "clients_client", "auth_user_groups")
    )
    names = {member["name"] for member in told["members"]}
    assert {"spool/toys/leg-1/page-00001.json", "index/manifest.json", told["dump"]} <= names
    assert "index/known-0123456789abcdef/vectors.npy" in names
    assert not [name for name in names if "main-" in name], "what `reindex` makes again is not kept"
    assert told["kind"] == connection.vendor
    assert row.size == file_of(row, settings).stat().st_size
    assert (row.outcome, row.places) == (BackupOutcome.MADE, ["dossier"])


def test_it_is_readable_by_its_owner_alone_and_leaves_nothing_beside(settings: Settings) -> None:
    row = make()
    assert file_of(row, settings).stat().st_mode & 0o077 == 0
    assert [path.name for path in Path(settings.BACKUP_DIR).iterdir()] == [row.file]


def test_a_real_restore_proves_it_and_the_scratch_database_is_gone(settings: Settings) -> None:
    row = make()
    done = verify(row)
    assert done.rows == row.rows
    row.refresh_from_db()
    assert row.outcome == BackupOutcome.VERIFIED
    assert row.verified_at is not None
    assert [path.name for path in Path(settings.BACKUP_DIR).iterdir()] == [row.file]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", [f"%{postgres.SCRATCH}"])
            assert cursor.fetchone() == (0,)


def test_rows_that_come_while_it_is_made_are_in_it_whole_or_not_at_all(settings: Settings) -> None:
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            StagedRecord.objects.bulk_create(
                StagedRecord(
                    entity="toys", gazelle_id=f"w_{number}_{n}", raw=b"{}", digest="d", fetched_at=timezone.now()
                )
                for n in range(5)
            )
        connections.close_all()

    if connection.vendor == "sqlite":
        return  # the suite's is in memory, with one connection; test_commands writes in a file meanwhile
    thread = threading.Thread(target=write)
    thread.start()
    try:
        rows = [make() for _ in range(3)]
    finally:
        over.set()
        thread.join()
    for row in rows:
        verify(row)
    held = [manifest_of(file_of(row, settings))["tables"]["syncing_stagedrecord"]["rows"] for row in rows]
    assert held == sorted(held)
    assert held[0] < held[-1], "it was written all along"


def test_the_digest_of_a_table_depends_on_its_rows_and_not_on_their_order() -> None:
    columns = known_tables()["syncing_stagedrecord"]
    StagedRecord.objects.all().delete()
    made = [
        StagedRecord(entity="toys", gazelle_id=f"o_{n}", raw=b"%d" % n, digest="d", fetched_at=NIGHT, pk=900 + n)
        for n in range(9)
    ]
    StagedRecord.objects.bulk_create(made)
    forth = measure(connection, "syncing_stagedrecord", columns)
    StagedRecord.objects.all().delete()
    StagedRecord.objects.bulk_create(reversed(made))
    assert measure(connection, "syncing_stagedrecord", columns) == forth
    StagedRecord.objects.filter(gazelle_id="o_3").update(raw=b"other")
    assert measure(connection, "syncing_stagedrecord", columns).digest != forth.digest


# -- files that may not be trusted -------------------------------------------------------------------------------------


def test_a_file_cut_anywhere_is_recognised(settings: Settings, tmp_path: Path) -> None:
    row = make()
    whole = file_of(row, settings).read_bytes()
    for part in (0.0, 0.02, 0.4, 0.98, 0.9999):
        path = tmp_path / "copie.tar.gz"
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises((Torn, Foreign)):
            verify_file(path)
    os.truncate(file_of(row, settings), len(whole) - 1)
    with pytest.raises(Torn):
        verify(row)
    row.refresh_from_db()
    assert row.outcome == BackupOutcome.UNREADABLE


def test_a_flipped_bit_is_recognised_even_in_a_file_from_elsewhere(settings: Settings, tmp_path: Path) -> None:
    whole, path = file_of(make(), settings).read_bytes(), tmp_path / "copie.tar.gz"
    for part in (0.01, 0.3, 0.7, 0.999):
        content = bytearray(whole)
        content[int(len(content) * part)] ^= 4
        path.write_bytes(content)
        with pytest.raises((Torn, Foreign)):
            verify_file(path)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(__file__, "photos/chat.jpg")
    with pytest.raises(Foreign, match="n’est pas une sauvegarde"):
        verify_file(path)
    path.write_bytes(b"bonjour")
    with pytest.raises(Foreign, match="n’est pas une sauvegarde"):
        verify_file(path)
    path.write_bytes(gzip.compress(b"bonjour"))
    with pytest.raises((Foreign, Torn)):
        verify_file(path)


def test_a_file_that_wants_to_write_elsewhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mauvaise.tar.gz"
    for name in ("spool/../../evil", "/etc/evil", "spool/a/../b", "spool//../x"):
        with tarfile.open(path, "w:gz") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = 4
            tar.addfile(entry, BytesIO(b"evil"))
        with pytest.raises(Foreign, match="refusé"):
            archiving.unpack(path, tmp_path / "out", lambda name: True)
    assert not (tmp_path / "evil").exists()


def rewritten(path: Path, target: Path, **changed: Any) -> Path:
    """The same archive, with another manifest."""
    told = {**manifest_of(path), **changed}
    with tarfile.open(path) as source, tarfile.open(target, "w:gz") as copy:
        for entry in source:
            raw = json.dumps(told).encode() if entry.name == MANIFEST else None
            if raw is not None:
                entry.size = len(raw)
            copy.addfile(entry, BytesIO(raw) if raw is not None else source.extractfile(entry))
    return target


def test_a_newer_version_is_refused_by_the_migrations_that_this_one_does_not_know(
    settings: Settings, tmp_path: Path
) -> None:
    path = file_of(make(), settings)
    migrations = [*manifest_of(path)["migrations"], ["syncing", "9999_from_tomorrow"]]
    with pytest.raises(Newer, match=r"syncing\.9999_from_tomorrow"):
        verify_file(rewritten(path, tmp_path / "demain.tar.gz", migrations=migrations))
    with pytest.raises(Newer, match="format"):
        verify_file(rewritten(path, tmp_path / "format.tar.gz", version=2))


def test_a_restore_that_gives_other_rows_is_not_a_proof(settings: Settings, tmp_path: Path) -> None:
    path = file_of(make(), settings)
    tables = manifest_of(path)["tables"]
    tables["syncing_stagedrecord"]["digest"] = "0" * 64
    tables["auth_group"]["rows"] += 1
    with pytest.raises(
        Different, match=r"auth_group a \d+ lignes au lieu de \d+; syncing_stagedrecord a le même nombre"
    ):
        verify_file(rewritten(path, tmp_path / "autre.tar.gz", tables=tables))


def test_an_old_file_is_proved_by_its_own_columns(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that knows one more column proves what an older one made."""
    row = make()
    later = {**known_tables(), "syncing_stagedrecord": {"id": "plain", "comes_tomorrow": "plain"}}
    monkeypatch.setattr("syncing.backups.hashing.known_tables", lambda: later)
    assert verify(row).rows == row.rows


# -- encryption --------------------------------------------------------------------------------------------------------


def test_an_encrypted_file_tells_nothing_and_is_proved_with_its_key(settings: Settings) -> None:
    settings.BACKUP_ENCRYPTION_KEYS = [new_key()]
    row = make()
    content = file_of(row, settings).read_bytes()
    assert row.file.endswith(".tar.gz.age")
    assert content.startswith(b"age-encryption.org/v1")
    assert verify(row).rows == row.rows
    settings.BACKUP_ENCRYPTION_KEYS = [new_key(), *settings.BACKUP_ENCRYPTION_KEYS]
    assert verify(row).rows == row.rows, "a key that was replaced still opens what it closed"


def test_without_its_key_it_says_so_in_one_sentence(settings: Settings) -> None:
    settings.BACKUP_ENCRYPTION_KEYS = [new_key()]
    row = make()
    settings.BACKUP_ENCRYPTION_KEYS = []
    with pytest.raises(WrongKey, match="BACKUP_ENCRYPTION_KEYS est vide"):
        verify(row)
    settings.BACKUP_ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(WrongKey, match="Aucune clé de BACKUP_ENCRYPTION_KEYS n’ouvre"):
        verify(row)


def test_an_encrypted_file_that_is_damaged_is_recognised(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_ENCRYPTION_KEYS = [new_key()]
    whole, path = file_of(make(), settings).read_bytes(), tmp_path / "copie.tar.gz.age"
    for part in (0.3, 0.999):
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(Torn):
            verify_file(path)
        content = bytearray(whole)
        content[int(len(content) * part)] ^= 1
        path.write_bytes(content)
        with pytest.raises(Torn):
            verify_file(path)


# -- what refuses ------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(settings: Settings) -> None:
    with no_room(), pytest.raises(NoRoom, match="Le disque est plein"):
        make()
    row = Backup.objects.get()
    assert (row.outcome, row.action) == (BackupOutcome.FAILED, NoRoom.action)
    assert list(Path(settings.BACKUP_DIR).iterdir()) == []


def test_a_disk_that_is_too_small_is_said_before_the_work(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(settings.BACKUP_DIR.parent)._replace(free=2_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    monkeypatch.setattr("syncing.backups.making.MARGIN", 1e6)
    with pytest.raises(NoRoom, match="Il reste 2 Mo sur le disque"):
        make()


def test_a_folder_that_cannot_be_written_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("occupé")
    settings.BACKUP_DIR = tmp_path / "fichier" / "sauvegardes"
    with pytest.raises(FolderRefused, match=r"fichier.*: Not a directory"):
        make()
    assert Backup.objects.get().outcome == BackupOutcome.FAILED


def test_without_pg_dump_it_says_which_package_is_missing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no tool")
    monkeypatch.setattr(postgres, "FOLDERS", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(NoTool, match="pg_dump n’est pas installé") as refused:
        make()
    assert "postgresql-client" in refused.value.action


def test_a_pg_dump_older_than_the_server_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no tool")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(postgres, "FOLDERS", ())
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(NoTool, match=r"de la version 9, plus vieille que le serveur, PostgreSQL 1\d"):
        make()


def test_a_role_that_may_not_create_a_database_is_told_what_to_ask_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    row = make()
    role = f"sans_droit_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN NOCREATEDB")
    try:
        monkeypatch.setitem(connection.settings_dict, "USER", role)
        with pytest.raises(BackupError, match="ne peut pas créer la base d’essai") as refused:
            prove(file_of(row, settings), settings.BACKUP_DIR.parent)
        assert f"ALTER ROLE {role} CREATEDB" in refused.value.action
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE {role}")


def test_two_at_once_are_one(settings: Settings) -> None:
    with alone(), pytest.raises(BackupError, match="déjà en cours"):
        make()
    assert not Backup.objects.filter(file__startswith="gazelle-").exists()


def test_what_a_killed_one_left_goes_with_the_next(settings: Settings) -> None:
    left = Path(settings.BACKUP_DIR) / WORK
    left.mkdir(parents=True)
    (left / "dump").write_bytes(b"half")
    dead = Backup.objects.create(file="gazelle-20261119T080000Z.tar.gz")
    row = make()
    assert [path.name for path in Path(settings.BACKUP_DIR).iterdir()] == [row.file]
    dead.refresh_from_db()
    assert (dead.outcome, dead.message) == (BackupOutcome.FAILED, "Le processus qui la faisait a disparu.")


def test_a_page_that_staging_deletes_meanwhile_costs_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = settings.RAW_DATA_DIR / "toys" / "leg-1" / "page-00001.json"
    add = archiving.Archive.add

    def deleted_first(self: archiving.Archive, name: str, path: Path) -> bool:
        if path == page:
            page.unlink()
        return add(self, name, path)

    monkeypatch.setattr(archiving.Archive, "add", deleted_first)
    row = make()
    assert not [one for one in manifest_of(file_of(row, settings))["members"] if "page-00001" in one["name"]]
    assert verify(row).rows == row.rows


# -- what goes ---------------------------------------------------------------------------------------------------------


def test_old_ones_go_after_a_proof_and_their_rows_say_so(settings: Settings) -> None:
    settings.BACKUP_KEEP_DAILY, settings.BACKUP_KEEP_WEEKLY, settings.BACKUP_KEEP_MONTHLY = 2, 0, 0
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir(parents=True)
    for day in (1, 2, 3):
        name = f"gazelle-202611{day:02}T080000Z.tar.gz"
        (folder / name).write_bytes(b"x")
        Backup.objects.create(
            file=name, size=1, places=["dossier"], outcome="verified", finished_at="2026-11-01T08:00Z",
            started_at="2026-11-01T08:00Z",
        )  # fmt: skip
    (folder / "notes.txt").write_text("à garder")
    row = make()
    verify(row)
    assert clean_up() == 2
    assert {path.name for path in folder.iterdir()} == {"gazelle-20261103T080000Z.tar.gz", "notes.txt", row.file}
    assert Backup.objects.exclude(removed_at=None).count() == 2
    assert last() == row


def test_the_command_of_a_night_that_failed_removes_nothing(settings: Settings) -> None:
    from django.core.management import CommandError, call_command

    settings.BACKUP_KEEP_DAILY = 1
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir(parents=True)
    for day in range(10, 20):
        (folder / f"gazelle-202611{day}T080000Z.tar.gz").write_bytes(b"x")
    with no_room(), pytest.raises(CommandError, match="Le disque est plein"):
        call_command("backup")
    assert len(list(folder.iterdir())) == 10


def test_a_table_that_is_missing_after_a_restore_is_told() -> None:
    saved = measure_all(connection)
    assert verifying.in_short([f"t{n} n’y est pas" for n in range(5)]).endswith("; et 2 autres")
    assert saved.keys() >= {"auth_user"}
