"""Files outside the database that an app asks to have in the backup, listed in the `KEPT` of its `kept.py`.

One finder loads them all, as it does for jobs. The pages of the engine itself are declared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from syncing.registry import load

PLAIN = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A folder, and which of its files are worth keeping: what can be made again is not."""

    name: str
    """What stands for the folder in the archive."""
    label: str
    """What people call it, in French."""
    directory: Callable[[], Path]
    patterns: tuple[str, ...] = ("**/*",)

    def __post_init__(self) -> None:
        if not PLAIN.fullmatch(self.name):
            raise ValueError(f"not a plain name: {self.name!r}")

    def files(self) -> Iterator[tuple[str, Path]]:
        """Name within the folder and path, in a fixed order. What others delete meanwhile is the caller's to skip."""
        root = self.directory()
        found = {path for pattern in self.patterns for path in root.glob(pattern)}
        for path in sorted(found):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path


SPOOL = Kept(name="spool", label="pages en attente", directory=lambda: Path(settings.RAW_DATA_DIR))


@cache
def kept() -> tuple[Kept, ...]:
    """The spool, then what the apps declare."""
    found = (SPOOL, *(one for module in load("kept") for one in _declared(module)))
    if len({one.name for one in found}) != len(found):
        raise ValueError("two folders are kept under one name")
    return found


def _declared(module: object) -> tuple[Kept, ...]:
    found: tuple[Kept, ...] = module.KEPT  # type: ignore[attr-defined]  # a module is an object to mypy
    return found
