"""A file is there whole, or it is not there: written beside, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from syncing.fetching.errors import DiskFull, SpoolUnwritable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
UNFINISHED = ".part"  # suffix of a file being written; one that stays belongs to a process that died


def as_json(value: object) -> bytes:
    """JSON in UTF-8; a lone surrogate, which UTF-8 cannot hold, stays a `\\u` escape."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def write_whole(path: Path, chunks: Iterable[bytes], *, mode: int = 0o666) -> None:
    """All the chunks under that name, durably, or nothing; raises DiskFull or SpoolUnwritable.

    `mode` is narrowed by the process's umask, as for any new file.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _disk_fault(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)  # already renamed, unless something broke


def _sync_folder(folder: Path) -> None:
    """A rename is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _disk_fault(path: Path, error: OSError) -> DiskFull | SpoolUnwritable:
    if error.errno not in FULL:
        return SpoolUnwritable(f"{path} ne peut pas être écrit : {error.strerror}.")
    free = ""
    with contextlib.suppress(OSError):
        free = f" ({shutil.disk_usage(path.parent).free / 1024**2:.0f} Mo libres)"
    return DiskFull(f"Le disque est plein{free} : {path} n’a pas été écrit.")
