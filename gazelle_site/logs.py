"""Where log lines go, and in which form: one JSON object a line, of constant words and plain fields.

No personal data. Objects are left out, and so is what an error says, unless it is about code: a database quotes the
row it refuses, a parser the note it could not read. What an error said of a record is kept with that record.

A person reads what a command prints: its log goes to a file, traces included. The web process keeps stderr, which its
supervisor collects.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from logging import Formatter, LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

SIZE, KEPT = 5_000_000, 3  # bytes; some months of warnings, and never more than 20 MB
ABOUT_CODE = (AttributeError, ImportError, NameError, OSError, TypeError)
"""Errors whose words are about names, types and files, never about a record."""
OWN = {*vars(makeLogRecord({})), "message", "asctime", "taskName"}
PLAIN = (str, int, float, bool, type(None))
TALKATIVE = ("httpx2", "httpcore2", "django.db.backends")
"""At INFO or DEBUG they write whole addresses (one of ours is a secret) and whole rows."""


class Line(Formatter):
    """A record as JSON: `at`, `level`, `logger`, `event`, then its own fields, then the error by type and place."""

    def format(self, record: LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in OWN and _is_plain(value)}
        if record.exc_info and record.exc_info[1]:
            told["errors"] = list(_chain(record.exc_info[1]))
        return json.dumps(told, ensure_ascii=False)


def _is_plain(value: object) -> bool:
    return isinstance(value, PLAIN) or (isinstance(value, list | tuple) and all(isinstance(v, PLAIN) for v in value))


def _chain(error: BaseException | None) -> Iterator[dict[str, object]]:
    """The error, then those it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        told: dict[str, object] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
        if isinstance(error, ABOUT_CODE):
            told["said"] = str(error)
        if code := getattr(error, "sqlstate", None) or getattr(error, "code", None):
            told["code"] = str(code)
        frames = traceback.extract_tb(error.__traceback__)
        yield told | {"trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class CommandLog(RotatingFileHandler):
    """Opened at the first line; a log that cannot be written says so once and never disturbs the command."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
        self._said = False

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: LogRecord) -> None:  # noqa: N802  # logging's name
        if not self._said:
            self._said = True
            sys.stderr.write(f"Le journal {self.baseFilename} ne peut pas être écrit ({sys.exception()}).\n")


def is_command(argv: Sequence[str]) -> bool:
    """Whether this process is a management command; `runserver` is the web process under another name."""
    return Path(argv[0]).name == "manage.py" and "runserver" not in argv[1:2]


def logging_config(argv: Sequence[str], level: str, file: Path) -> dict[str, Any]:
    """Django's LOGGING."""
    console: dict[str, Any] = {"class": "logging.StreamHandler", "formatter": "line"}
    command: dict[str, Any] = {"()": CommandLog, "filename": str(file), "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line}},
        "handlers": {"where": command if is_command(argv) else console},
        "root": {"handlers": ["where"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
    }
