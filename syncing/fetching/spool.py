"""Pages on disk before anything else touches them: one JSON file a page, written whole or not at all.

<directory>/<entity>/<leg>/page-00047.json          waiting to be staged
<directory>/faults/<entity>/<leg>/page-00047.json   kept 30 days, with the reason beside it
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncing.fetching.errors import SpoolTorn
from syncing.fetching.pages import Page
from syncing.fetching.writing import UNFINISHED, as_json, write_whole

ENVELOPE = 1  # version of the file's shape: a change is recognised, not misread
CEILING = 2 * 1024**3  # bytes; a full read of everything is about a quarter of this
KEEP_FAULTS = timedelta(days=30)
KEEP_BODIES = 3  # answers kept for one page: the same fault at every retry says nothing new
ABANDONED = timedelta(days=1)  # a temporary file of yesterday belongs to a process that died
HEAD = 16_384  # bytes in which `fetched_at` is found without reading the page
FETCHED_AT = re.compile(rb'"fetched_at": ?"([^"]+)"')
RANKED = re.compile(r"page-\d+(?:-(\d+))?\.")
PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]")


@dataclass(frozen=True)
class Overflow:
    """The spool is larger than it should be, in bytes: staging does not follow."""

    size: int
    ceiling: int

    def __str__(self) -> str:
        return f"Les pages en attente occupent {self.size / 1024**2:.0f} Mo, plafond {self.ceiling / 1024**2:.0f} Mo."


class Spool:
    """A folder of pages. Every method may be called by several processes on different legs."""

    def __init__(self, directory: Path | str, ceiling_bytes: int = CEILING) -> None:
        self.directory = Path(directory)
        self.faults = self.directory / "faults"
        self.ceiling = ceiling_bytes

    def write(self, page: Page) -> Path:
        """Make a page durable; the same page again replaces it. Raises DiskFull or SpoolUnwritable."""
        path = self._folder(self.directory, page.entity, page.leg) / f"page-{page.number:05d}.json"
        write_whole(path, [_envelope(page)])
        # The file bears the instant of its content, so that a folder listing tells the age of what waits.
        instant = page.fetched_at.timestamp()
        os.utime(path, (instant, instant))
        return path

    def read(self, path: Path) -> Page:
        """The page of a file; raises SpoolTorn when it is cut or not ours."""
        try:
            value = json.loads(path.read_text("utf-8"))
            if value["envelope"] != ENVELOPE:
                raise ValueError(f"envelope {value['envelope']}")
            return Page(
                entity=_text(value["entity"]),
                leg=_text(value["leg"]),
                number=int(value["number"]),
                cursor=_text(value["cursor"]),
                end_cursor=_text(value["end_cursor"]),
                has_next=bool(value["has_next"]),
                total=value["total"],
                nodes=list(value["nodes"]),
                fetched_at=datetime.fromisoformat(value["fetched_at"]),
                api_url=_text(value["api_url"]),
                requests=int(value["requests"]),
                faults=tuple(value["faults"]),
                window=dict(value["window"]),
            )
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise SpoolTorn(f"{path} n’est pas une page entière ({type(error).__name__}).") from None

    def waiting(self, entity: str) -> list[Path]:
        """The pages of an entity that nobody deleted yet, oldest first, every leg together."""
        found = (self.directory / entity).glob("*/page-*.json")
        return sorted(found, key=lambda path: (_fetched_at(path), path.name, path.parent.name))

    def delete(self, path: Path) -> None:
        """Forget a page whose content is safe elsewhere; already gone is fine."""
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path, reason: str) -> Path:
        """Move a page out of the way, with the reason beside it; kept KEEP_FAULTS."""
        folder = self._folder(self.faults, path.parent.parent.name, path.parent.name)
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder / path.name)
        path.replace(target)
        os.utime(target)  # its thirty days begin now
        _write_reason(target, reason)
        return target

    def keep_body(self, entity: str, leg: str, number: int, body: bytes, reason: str) -> Path:
        """Keep an answer that could not be decoded, with the reason beside it: the last KEEP_BODIES of a page."""
        target = _free(self._folder(self.faults, entity, leg) / f"page-{number:05d}.body")
        write_whole(target, [body])
        _write_reason(target, reason)
        self._drop_older_bodies(target, number)
        return target

    def purge(self, older_than: timedelta = KEEP_FAULTS) -> int:
        """Delete faults older than that, what dead processes left, and empty folders; how many files went."""
        now, gone = time.time(), 0
        for path in list(self._files()):
            limit = older_than if self.faults in path.parents else ABANDONED if path.suffix == UNFINISHED else None
            if limit is not None and now - path.stat().st_mtime > limit.total_seconds():
                path.unlink(missing_ok=True)
                gone += 1
        self._drop_empty_folders()
        return gone

    def size(self) -> int:
        """Bytes on disk, faults included."""
        total = 0
        for path in self._files():
            with contextlib.suppress(FileNotFoundError):  # staged and deleted meanwhile
                total += path.stat().st_size
        return total

    def overflow(self) -> Overflow | None:
        """A warning when the spool is over its ceiling; nothing is ever refused for that."""
        size = self.size()
        return Overflow(size, self.ceiling) if size > self.ceiling else None

    def _drop_older_bodies(self, newest: Path, number: int) -> None:
        """A page read again may belong to another leg: every leg of the entity counts."""
        bodies = []
        for pattern in (f"*/page-{number:05d}.body", f"*/page-{number:05d}-*.body"):
            for path in newest.parent.parent.glob(pattern):
                with contextlib.suppress(FileNotFoundError):  # purged meanwhile
                    bodies.append((path == newest, path.stat().st_mtime_ns, _rank(path), path))
        for *_, path in sorted(bodies)[:-KEEP_BODIES]:
            path.unlink(missing_ok=True)
            path.with_suffix(".txt").unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return (path for path in self.directory.rglob("*") if path.is_file())

    def _drop_empty_folders(self) -> None:
        for folder in sorted((path for path in self.directory.rglob("*") if path.is_dir()), reverse=True):
            with contextlib.suppress(OSError):  # not empty, or somebody writes in it
                if time.time() - folder.stat().st_mtime > ABANDONED.total_seconds():
                    folder.rmdir()

    def _folder(self, root: Path, entity: str, leg: str) -> Path:
        for name in (entity, leg):
            if not PLAIN_NAME.fullmatch(name):
                raise ValueError(f"not a folder name: {name!r}")
        return root / entity / leg


def _envelope(page: Page) -> bytes:
    value = {
        "envelope": ENVELOPE,
        "entity": page.entity,
        "leg": page.leg,
        "number": page.number,
        "fetched_at": page.fetched_at.astimezone(UTC).isoformat(),
        "cursor": page.cursor,
        "end_cursor": page.end_cursor,
        "has_next": page.has_next,
        "total": page.total,
        "api_url": page.api_url,
        "requests": page.requests,
        "window": dict(page.window),
        "faults": list(page.faults),
        "nodes": page.nodes,
    }
    return as_json(value)


def _write_reason(beside: Path, reason: str) -> None:
    write_whole(beside.with_suffix(".txt"), [f"{reason}\n".encode("utf-8", "backslashreplace")])


def _free(path: Path) -> Path:
    """The path, or the one after the last that was taken: two faults on the same page do not share a reason."""
    taken = [_rank(found) for rest in (".*", "-*.*") for found in path.parent.glob(f"{path.stem}{rest}")]
    return path.with_stem(f"{path.stem}-{max(taken) + 1}") if taken else path


def _rank(path: Path) -> int:
    """`page-00047.body` is the first of its page, `page-00047-2.body` the second."""
    found = RANKED.match(path.name)
    return int(found[1] or 1) if found else 1


def _fetched_at(path: Path) -> str:
    """When a page was asked for, without reading it whole; "" (first to be looked at) for a torn file."""
    try:
        with path.open("rb") as file:
            found = FETCHED_AT.search(file.read(HEAD))
    except FileNotFoundError:
        return ""
    return found[1].decode("ascii", "replace") if found else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
