"""Secrets that a first run makes for itself, so that nobody has to invent one to try the site."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from syncing.fetching.writing import write_whole
from syncing.vocabulary import SyncError


def kept_secret(path: Path, new: str) -> str:
    """The secret of this file, made of `new` when there is none yet; what a crash left empty is made again."""
    try:
        path.parent.mkdir(exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # The site and a command may both be starting for the first time: they must end with the same secret.
            fcntl.flock(folder, fcntl.LOCK_EX)
            kept = path.read_text("utf-8").strip() if path.exists() else ""
            if not kept:
                write_whole(path, [new.encode()], mode=0o600)
            return kept or new
        finally:
            os.close(folder)
    except OSError as error:
        raise ImproperlyConfigured(f"{path} ne peut pas être lu ou écrit ({error.strerror}).") from None
    except SyncError as error:
        raise ImproperlyConfigured(str(error)) from None
