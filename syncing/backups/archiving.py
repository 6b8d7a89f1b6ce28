"""The file of a backup: a compressed tar whose last member is a manifest, so that a file that is cut has none.

    database/…     the dump, as the database's own tools made it
    spool/…        the pages that wait, and what the apps asked to keep, each under its name
    manifest.json  what there is, with the size and SHA-256 of each member, and what is in each table

Any `tar` opens it. Nothing is held in memory but a chunk.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from syncing.backups.faults import Foreign, Newer, Torn
from syncing.backups.hashing import Measured

FORMAT, VERSION = "gazelle-backup", 1
MANIFEST = "manifest.json"
LEVEL = 5
"""Of compression: beyond, a third more time for two hundredths less room, on our own data."""
CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
SAFE = re.compile(r"[a-z][a-z_]*(/(?!\.\.?(/|$))[^/\0\\]+)+")
LARGEST_MANIFEST = 64 * CHUNK


@dataclass(frozen=True)
class Member:
    """A file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive says of itself."""

    made_at: str
    """ISO instant of the state of the database."""
    kind: str
    """Of the database: `postgresql` or `sqlite`."""
    database_version: str
    database_name: str
    tool: int
    """Major version of the program that made the dump; 0 where there is none."""
    dump: str
    """The member that is the dump."""
    migrations: tuple[tuple[str, str], ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of Django and Python, for whoever looks for an explanation one day."""
    tables: Mapping[str, Measured]
    members: tuple[Member, ...] = ()
    format: str = FORMAT
    version: int = VERSION

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @classmethod
    def read(cls, raw: bytes) -> Manifest:
        """Raises Foreign, or Newer."""
        try:
            held: dict[str, Any] = json.loads(raw)
            if held["format"] != FORMAT:
                raise Foreign("Ce fichier n’est pas une sauvegarde de ce programme.")
            if held["version"] > VERSION:
                raise Newer("Cette sauvegarde est d’un format que cette version ne connaît pas encore.")
            held["tables"] = {name: Measured(**table) for name, table in held["tables"].items()}
            held["members"] = tuple(Member(**member) for member in held["members"])
            held["migrations"] = tuple((app, name) for app, name in held["migrations"])
            return cls(**held)
        except (ValueError, KeyError, TypeError):
            raise Foreign("Le manifeste de cette sauvegarde est illisible.") from None


class Archive:
    """One that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: list[Member] = []

    def add(self, name: str, path: Path) -> bool:
        """Copy a file; false when somebody deleted it meanwhile, as staging does with its pages."""
        try:
            opened = path.open("rb")
        except FileNotFoundError:
            return False
        with opened:
            size = os.fstat(opened.fileno()).st_size
            read = Hashing(opened)
            self._tar.addfile(_entry(name, size), read)  # as many octets, whatever is appended meanwhile
        self.members.append(Member(name, size, read.sha256))
        return True

    def seal(self, manifest: Manifest) -> None:
        raw = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        self._tar.addfile(_entry(MANIFEST, len(raw)), BytesIO(raw))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class Hashing:
    """What is read through it, digested on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._digest.update(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[Archive]:
    """A new archive, on the disk when this ends; readable by its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with (
            gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=LEVEL) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield Archive(tar)
        file.flush()
        os.fsync(file.fileno())


def unpack(path: Path, folder: Path, wanted: Callable[[str], bool]) -> Manifest:
    """Read an archive to its end, each member against the manifest; those `wanted` are written under `folder`.

    Raises Foreign, Newer, or Torn.
    """
    with path.open("rb") as file:
        if file.read(len(GZIP)) != GZIP:
            raise Foreign(f"{path.name} n’est pas une sauvegarde de ce programme.")
    found: list[Member] = []
    raw = b""
    try:
        with gzip.open(path, "rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            for entry in tar:
                if raw or not entry.isreg():
                    raise Foreign(f"{path.name} n’est pas une sauvegarde de ce programme.")
                source = tar.extractfile(entry)
                assert source is not None  # noqa: S101  # it is a regular file
                if entry.name == MANIFEST and entry.size <= LARGEST_MANIFEST:
                    raw = source.read()
                elif not SAFE.fullmatch(entry.name):
                    raise Foreign(f"{path.name} contient un nom de fichier refusé.")
                else:
                    found.append(_taken(source, entry, folder if wanted(entry.name) else None))
            while packed.read(CHUNK):  # up to the check of gzip, which stands at the very end
                pass
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
        raise Torn(f"{path.name} est coupée ou abîmée.") from error
    if not raw:  # one of ours that is cut does not even unpack
        raise Foreign(f"{path.name} n’est pas une sauvegarde de ce programme.")
    manifest = Manifest.read(raw)
    if tuple(found) != manifest.members:
        raise Torn(f"{path.name} est abîmée : son contenu n’est pas celui que dit son manifeste.")
    return manifest


def _taken(source: IO[bytes], entry: tarfile.TarInfo, folder: Path | None) -> Member:
    """One member, read whole, and written when there is somewhere to."""
    read = Hashing(source)
    size = 0
    target = None
    if folder is not None:
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.open("xb")
    try:
        while chunk := read.read(CHUNK):
            size += len(chunk)
            if target is not None:
                target.write(chunk)
    finally:
        if target is not None:
            target.close()
    if size != entry.size:
        raise EOFError
    return Member(entry.name, size, read.sha256)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget(path: Path) -> None:
    """A file that is not to stay; already gone is fine."""
    with suppress(FileNotFoundError):
        path.unlink()
