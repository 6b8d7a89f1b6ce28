"""The index as files: written beside what is read, then named, all at once, by a manifest.

A folder never changes once a manifest names it, each of its files is checked against the digest given there, and a
folder that no manifest names is a leftover. Whoever is killed in between leaves the index as it was. Writers take turns
under a lock of the system, which lets go of it when its holder dies; readers need none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 1
MANIFEST, LOCK = "manifest.json", "lock"
OURS = re.compile(r"(?:model|main|recent|known)-[0-9a-f]{16}")
"""A directory named by mistake may hold anything else."""


class Missing(Exception):
    """There is no index here that this version can read; the message says so, in French."""


class Damaged(Missing):
    """A file of the index is not what was written."""


@dataclass(frozen=True)
class Folder:
    """Files written together, with their digests."""

    name: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What the index is made of; a part that is not there yet is None."""

    embedder: str = ""
    """The space of its vectors."""
    mark: str = ""
    """ISO instant: rows written before it are in the index."""
    model: Folder | None = None
    main: Folder | None = None
    recent: Folder | None = None
    known: Folder | None = None
    """Vectors that V4 had, by text."""
    format: int = FORMAT

    def folders(self) -> Iterator[Folder]:
        yield from filter(None, (self.model, self.main, self.recent, self.known))


@contextmanager
def writing(directory: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the index alone; raises BlockingIOError when another writer does and nobody is to `wait`.

    What dead writers left is swept away first.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        sweep(directory)
        yield


def read_manifest(directory: Path) -> Manifest:
    """Raises Missing."""
    try:
        held = json.loads((directory / MANIFEST).read_text("utf-8"))
        if held["format"] != FORMAT:
            raise Missing("L’index est d’une autre version : relancez « reindex ».")
        parts = {name: Folder(**held[name]) for name in ("model", "main", "recent", "known") if held[name]}
        return Manifest(**held | parts)
    except FileNotFoundError:
        raise Missing("L’index n’existe pas encore : lancez « reindex ».") from None
    except (ValueError, KeyError, TypeError):
        raise Damaged("Le manifeste de l’index est illisible : relancez « reindex ».") from None


def publish(directory: Path, manifest: Manifest) -> None:
    """Make this the index, from one instant to the next, then drop what it replaces."""
    new = directory / f"{MANIFEST}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(directory / MANIFEST)
    _sync(directory)
    sweep(directory)


@contextmanager
def new_folder(directory: Path, kind: str) -> Iterator[Path]:
    """An empty folder to write in; `sealed` makes a part of the index of it."""
    path = directory / f"{kind}-{secrets.token_hex(8)}"
    path.mkdir()
    try:
        yield path
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def sealed(path: Path) -> Folder:
    """What was written in a folder, once it is on the disk."""
    files = {}
    for file in sorted(path.iterdir()):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
        files[file.name] = _digest(file)
    _sync(path)
    return Folder(path.name, files)


def checked(directory: Path, folder: Folder) -> Path:
    """Where its files are, each as it was written. Raises Damaged, and FileNotFoundError when it was replaced."""
    path = directory / folder.name
    for name, digest in folder.files.items():
        if _digest(path / name) != digest:
            raise Damaged(f"Le fichier {folder.name}/{name} de l’index est abîmé : relancez « reindex ».")
    return path


def sweep(directory: Path) -> None:
    """Remove folders of ours that no manifest names; only under the lock of `writing`."""
    try:
        kept = {folder.name for folder in read_manifest(directory).folders()}
    except Damaged:
        return
    except Missing:
        kept = set()
    for path in directory.iterdir():
        if OURS.fullmatch(path.name) and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(directory: Path) -> None:
    """Names too are only safe once their folder is on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
