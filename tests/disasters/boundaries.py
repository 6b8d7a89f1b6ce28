"""Where a process can be killed: every point at which what it did so far becomes visible to somebody else.

Installed in the child that is about to sync. Each crossing is counted; at the chosen one the process kills itself with
SIGKILL, which no handler, `finally` or buffer survives.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from types import FrameType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

PROJECT = str(Path(__file__).resolve().parents[2])
HERE = str(Path(__file__).parent)

FILE_GESTURES = ("open", "fsync", "replace", "unlink", "utime", "mkdir")
SOCKET_GESTURES = ("connect", "sendall", "send", "recv")


class Boundaries:
    """Counts crossings by place, a gesture at one line of the product, and dies at the chosen crossing of one place."""

    def __init__(self, *, spool: str, die_at: tuple[str, int] | None = None) -> None:
        self.spool, self.die_at = spool, die_at
        self.crossed: Counter[str] = Counter()

    def cross(self, kind: str, gesture: str) -> None:
        place = f"{kind}, {gesture}, {_line(sys._getframe(2))}"
        if (place, self.crossed[place]) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.crossed[place] += 1

    def save(self, path: str) -> None:
        """What a rehearsal saw, for the director to choose from."""
        Path(path).write_text(json.dumps(self.crossed), "utf-8")

    def install(self) -> None:
        """Stand at every statement, commit, file gesture on the spool, and socket gesture of this process."""
        before = partial(self.cross, "statement", "before")
        for name in ("execute", "executemany"):
            _around(CursorWrapper, name, before)
        _around(
            BaseDatabaseWrapper,
            "_commit",
            partial(self.cross, "commit", "before"),
            partial(self.cross, "commit", "after"),
        )
        for name in FILE_GESTURES:
            _around(os, name, partial(self._at_file, f"before {name}"), partial(self._at_file, f"after {name}"))
        for name in SOCKET_GESTURES:
            before, after = (partial(self.cross, "socket", f"{when} {name}") for when in ("before", "after"))
            _around(socket.socket, name, before, after)

    def _at_file(self, gesture: str, *arguments: object) -> None:
        paths = [os.fspath(each) for each in arguments[:2] if isinstance(each, str | os.PathLike)]
        if gesture.endswith("fsync") or any(self.spool in path for path in paths):
            self.cross("file", gesture)


def _around(owner: Any, name: str, before: Callable[..., None], after: Callable[..., None] | None = None) -> None:
    original = getattr(owner, name)
    with_arguments = owner is os

    @wraps(original)
    def watched(*arguments: Any, **named: Any) -> Any:
        told = arguments if with_arguments else ()
        before(*told)
        result = original(*arguments, **named)
        if after is not None:
            after(*told)
        return result

    setattr(owner, name, watched)


def _line(frame: FrameType | None) -> str:
    """The nearest line of the product."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(PROJECT) and not path.startswith(HERE) and "/.venv/" not in path:
            return f"{Path(path).relative_to(PROJECT)}:{frame.f_lineno}"
        frame = frame.f_back
    return "start and end"
