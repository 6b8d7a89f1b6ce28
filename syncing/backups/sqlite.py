"""SQLite: its online backup, which copies a file as of one instant while others write in it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from syncing.backups.faults import TargetRefused, Torn, told

DUMP = "database/gazelle.sqlite3"
PATIENCE = 5
"""Seconds for whoever writes in the file that is to be replaced, beyond what the connection itself waits."""


def size(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def version(connection: BaseDatabaseWrapper) -> str:
    return sqlite3.sqlite_version


def described(connection: BaseDatabaseWrapper) -> str:
    return f"le fichier {connection.settings_dict['NAME']}"


def exists(connection: BaseDatabaseWrapper) -> bool:
    return connection.is_in_memory_db() or Path(connection.settings_dict["NAME"]).exists()  # type: ignore[attr-defined]  # SQLite's


@contextmanager
def dumped(connection: BaseDatabaseWrapper, path: Path) -> Iterator[tuple[BaseDatabaseWrapper, int]]:
    with told(path):
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            # In one step: between two, a copy begins again each time somebody writes.
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it
    with _opened(connection, path) as seen:
        yield seen, 0


@contextmanager
def scratch(connection: BaseDatabaseWrapper, dump: Path, tool: int) -> Iterator[BaseDatabaseWrapper]:
    target = dump.with_name(f"{dump.name}.essai")
    try:
        with _opened(connection, target) as fresh:
            _copy(dump, fresh)
            with fresh.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check(1)")
                if (answer := cursor.fetchone()[0]) != "ok":
                    raise Torn(f"Le fichier SQLite de la sauvegarde est abîmé : {answer}")
            yield fresh
    finally:
        for path in target.parent.glob(f"{target.name}*"):
            path.unlink(missing_ok=True)


@contextmanager
def put_back(connection: BaseDatabaseWrapper, dump: Path, tool: int) -> Iterator[BaseDatabaseWrapper]:
    """One transaction of SQLite: other processes see the old content, then the new."""
    Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _copy(dump, connection)
    yield connection


@contextmanager
def _opened(connection: BaseDatabaseWrapper, path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A file of ours that nobody else has, so without the settings of one that many share."""
    own = connection.copy(alias="copy")
    own.settings_dict["NAME"] = str(path)
    own.settings_dict["OPTIONS"] = {}
    try:
        yield own
    finally:
        own.close()


def _copy(dump: Path, target: BaseDatabaseWrapper) -> None:
    until = time.monotonic() + PATIENCE

    def waited(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise TargetRefused(
                f"Un autre programme tient {described(target)} : rien n’y a été changé.",
                action="Arrêtez le site et ses travailleurs, puis relancez.",
            )

    with told(described(target)):
        target.ensure_connection()
        with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as source:
            source.backup(target.connection, progress=waited)
