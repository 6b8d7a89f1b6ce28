"""Where backups are kept: a folder of this machine, an object store by its address."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from syncing.backups.archiving import CHUNK, digest_of
from syncing.backups.faults import NotFound, StoreRefused, told
from syncing.backups.sealing import SUFFIX

NAME = re.compile(r"gazelle-(\d{8}T\d{6})Z\.tar\.gz(?:\.age)?")
WORK = ".en-cours"
"""Where an archive is built, beside those that are whole."""
SLICE = 8 * CHUNK
"""Sent at once: a store takes ten thousand parts of at least five mebibytes."""
PATIENCE = {"timeout": "60s", "connect_timeout": "10s"}
TRIES = {"max_retries": 3}


def name_for(at: datetime, *, sealed: bool) -> str:
    return f"gazelle-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.tar.gz{SUFFIX if sealed else ''}"


def made_at(name: str) -> datetime | None:
    """The instant in the name of a backup; None for any other file."""
    found = NAME.fullmatch(name)
    return datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%S%z") if found else None


class Place(Protocol):
    """Somewhere backups are."""

    @property
    def label(self) -> str: ...

    def names(self) -> list[str]:
        """Of the backups there, oldest first; other files are nobody's business."""

    def put(self, built: Path, name: str) -> None:
        """Keep a file, whole or not at all, read back. It may be moved away."""

    def fetch(self, name: str, target: Path) -> Path:
        """A path where it can be read: `target`, or where it is. Raises NotFound."""

    def remove(self, name: str) -> None: ...


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or mounted on it."""

    path: Path
    label: str = "dossier"

    def names(self) -> list[str]:
        with told(self.path):
            return (
                sorted(entry.name for entry in self.path.iterdir() if made_at(entry.name)) if self.path.exists() else []
            )

    def put(self, built: Path, name: str) -> None:
        with told(self.path / name):
            built.replace(self.path / name)
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(descriptor)  # a rename is durable once its folder is
            finally:
                os.close(descriptor)

    def fetch(self, name: str, target: Path) -> Path:
        path = self.path / name
        if not path.is_file():
            raise NotFound(f"{name} n’est pas dans {self.path}.")
        return path

    def remove(self, name: str) -> None:
        with told(self.path / name):
            (self.path / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Store:
    """An object store: S3 and what speaks like it, Google, Azure."""

    store: ObjectStore
    label: str = "dépôt distant"

    def names(self) -> list[str]:
        with _refused():
            return sorted(one["path"] for page in obstore.list(self.store) for one in page if made_at(one["path"]))

    def put(self, built: Path, name: str) -> None:
        with told(built), _refused():
            obstore.put(self.store, name, built, chunk_size=SLICE)
            if self._digest(name) != digest_of(built):
                obstore.delete(self.store, name)
                raise StoreRefused(f"Le dépôt distant n’a pas gardé {name} tel qu’il l’a reçu.")

    def fetch(self, name: str, target: Path) -> Path:
        with told(target), target.open("xb") as file, _refused():
            for chunk in self._read(name):
                file.write(chunk)
        return target

    def remove(self, name: str) -> None:
        with _refused():
            obstore.delete(self.store, name)

    def _read(self, name: str) -> Iterator[bytes]:
        for chunk in obstore.get(self.store, name).stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        for chunk in self._read(name):
            digest.update(chunk)
        return digest.hexdigest()


@contextmanager
def _refused() -> Iterator[None]:
    """Errors of the store in a sentence; what it says is for the log, since an address may be in it."""
    try:
        yield
    except FileNotFoundError:  # what obstore raises for it
        raise NotFound("Le dépôt distant n’a pas ce fichier, ou n’existe pas.") from None
    except BaseError as error:
        raise StoreRefused(f"Le dépôt distant a refusé ({type(error).__name__}).") from error


def store_at(url: str) -> Store:
    """`s3://KEY:SECRET@bucket/folder?endpoint=…&region=…`; without a key, that of the environment or of the machine.

    Raises ValueError when the address is not one.
    """
    parts = urlsplit(url)
    config = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if parts.username:
        config |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    plain = urlsplit(config.get("endpoint", "")).scheme == "http"
    bare = f"{parts.scheme}://{host}{parts.path}"
    options = {**PATIENCE, **({"allow_http": True} if plain else {})}
    try:
        return Store(from_url(bare, config=config, client_options=options, retry_config=TRIES))  # type: ignore[call-overload]  # by scheme
    except (BaseError, TypeError) as error:
        raise ValueError(type(error).__name__) from None


def places() -> list[Place]:
    """Where the settings want backups, the nearest first."""
    found: list[Place] = [Folder(settings.BACKUP_DIR)] if settings.BACKUP_IN_FOLDER else []
    return [*found, store_at(settings.BACKUP_STORAGE_URL)] if settings.BACKUP_STORAGE_URL else found


@contextmanager
def workshop() -> Iterator[Path]:
    """An empty folder, ours alone, on the disk of the backups. What killed processes left there goes first: only under
    the lease of backups."""
    path = Path(settings.BACKUP_DIR) / WORK
    with told(path):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700, parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
