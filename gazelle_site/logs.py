"""Where log lines go.

A person reads what a command prints: its log goes to a file, traces included. The web process keeps stderr, which its
supervisor collects.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

SIZE, KEPT = 5_000_000, 3  # bytes; some months of warnings, and never more than 20 MB


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
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"where": command if is_command(argv) else console},
        "root": {"handlers": ["where"], "level": level},
    }
