"""Object stores: a real client of ours, a server of ours that speaks S3; and the store as a place for backups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from syncing.backups.faults import NotFound, StoreRefused
from syncing.backups.making import make
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.places import SLICE, store_at
from syncing.backups.verifying import clean_up, verify
from tests.syncing.backups.s3 import S3

NAME = "gazelle-20261120T080000Z.tar.gz"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    path = tmp_path / "built"
    path.write_bytes(os.urandom(2 * SLICE + 12_345))
    return path


def test_what_is_put_is_listed_and_comes_back_as_it_was(store: S3, built: Path, tmp_path: Path) -> None:
    place = store_at(store.url)
    place.put(built, NAME)
    store.held["maison/sauvegardes/notes.txt"] = b"of somebody else"
    assert place.names() == [NAME]
    assert place.fetch(NAME, tmp_path / "back").read_bytes() == built.read_bytes()
    assert any("partNumber" in request for request in store.requests), "sent in parts: memory stays flat"
    place.remove(NAME)
    assert place.names() == []
    assert store.names == ["notes.txt"]


def test_a_store_that_keeps_something_else_is_caught_by_reading_it_back(store: S3, built: Path) -> None:
    store.damages = True
    with pytest.raises(StoreRefused, match="n’a pas gardé"):
        store_at(store.url).put(built, NAME)
    assert store.names == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_store_that_refuses_is_one_sentence_without_its_key(store: S3, built: Path, status: int) -> None:
    store.status = status
    with pytest.raises(StoreRefused, match="a refusé") as refused:
        store_at(store.url).put(built, NAME)
    assert "s3cr3t" not in f"{refused.value}{refused.value.action}"


def test_a_file_or_a_bucket_that_is_not_there_is_said(store: S3, built: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store_at(store.url).fetch(NAME, tmp_path / "back")
    with pytest.raises(NotFound):
        store_at(store.url.replace("@seau/", "@autre/")).put(built, NAME)


@pytest.mark.parametrize("url", ["s3://seau/?nom_inconnu=1", "s3://seau/?sans-valeur", "ftp://seau/"])
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # any: its words are never shown
        store_at(url)


@pytest.mark.usefixtures("house")
def test_a_backup_goes_to_both_places_and_old_ones_leave_both(store: S3, settings: Settings) -> None:
    settings.BACKUP_STORAGE_URL = store.url
    settings.BACKUP_KEEP_DAILY, settings.BACKUP_KEEP_WEEKLY, settings.BACKUP_KEEP_MONTHLY = 1, 0, 0
    old = "gazelle-20261118T080000Z.tar.gz"
    store.held[f"maison/sauvegardes/{old}"] = b"old"
    row = make()
    assert row.places == ["dépôt distant", "dossier"]
    assert verify(row).rows == row.rows
    assert clean_up() >= 1
    assert old not in store.names
    assert row.file in store.names


@pytest.mark.usefixtures("house")
def test_a_store_alone_is_enough_and_is_read_to_prove(store: S3, settings: Settings) -> None:
    settings.BACKUP_STORAGE_URL, settings.BACKUP_IN_FOLDER = store.url, False
    row = make()
    assert list(Path(settings.BACKUP_DIR).iterdir()) == []
    assert store.names == [row.file]
    assert verify(row).rows == row.rows
    store.held[f"maison/sauvegardes/{row.file}"] = b"\x1f\x8b cut"
    with pytest.raises(Exception, match="n’est plus le fichier"):
        verify(row)


@pytest.mark.usefixtures("house")
def test_a_store_that_refuses_does_not_cost_the_folder_its_copy(store: S3, settings: Settings) -> None:
    settings.BACKUP_STORAGE_URL = store.url
    store.status = 403
    with pytest.raises(StoreRefused, match=r"Elle est gardée \(dossier\)"):
        make()
    row = Backup.objects.get()
    assert row.outcome == BackupOutcome.FAILED
    assert (Path(settings.BACKUP_DIR) / row.file).stat().st_size == row.size
