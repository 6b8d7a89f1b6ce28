"""The two databases behind one seam: a copy as of one instant, a place to try it, and putting it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from syncing.backups import postgres, sqlite
from syncing.backups.hashing import Measured, measure_all


@dataclass(frozen=True)
class Taken:
    """A dump on the disk, and what was in the database at that instant."""

    tables: Mapping[str, Measured]
    migrations: tuple[tuple[str, str], ...]
    version: str
    tool: int


class Database(Protocol):
    """What each of the two knows how to do. Each function raises errors of `faults`."""

    DUMP: str
    """Name of the dump in the archive."""

    def size(self, connection: BaseDatabaseWrapper) -> int:
        """Octets that a dump may take."""

    def exists(self, connection: BaseDatabaseWrapper) -> bool:
        """Whether there is anything to look at: a file that is not there yet is not made by looking."""

    def version(self, connection: BaseDatabaseWrapper) -> str: ...

    def dumped(self, connection: BaseDatabaseWrapper, path: Path) -> AbstractContextManager[tuple[Any, int]]:
        """Write the dump; then a connection that sees what the dump holds, and the version of the tool."""

    def scratch(self, connection: BaseDatabaseWrapper, dump: Path, tool: int) -> AbstractContextManager[Any]:
        """The dump restored where nobody else is; the place goes away with the context."""

    def described(self, connection: BaseDatabaseWrapper) -> str:
        """Which database this is, for somebody who is about to lose it."""

    def put_back(self, connection: BaseDatabaseWrapper, dump: Path, tool: int) -> AbstractContextManager[Any]:
        """The dump in place of all there is; when the context ends badly, or the process dies, what was there stays."""


DATABASES: Mapping[str, Database] = {"postgresql": postgres, "sqlite": sqlite}
WORDS = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def take(connection: BaseDatabaseWrapper, path: Path) -> Taken:
    """A dump of one instant, whoever writes meanwhile."""
    database = DATABASES[connection.vendor]
    with database.dumped(connection, path) as (seen, tool):
        return Taken(measure_all(seen), applied(seen), database.version(connection), tool)


def applied(connection: BaseDatabaseWrapper) -> tuple[tuple[str, str], ...]:
    """Asked without the models, which speak to a connection by its name only."""
    with connection.cursor() as cursor:
        if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names(cursor):
            return ()
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return tuple((app, name) for app, name in cursor.fetchall())


@contextmanager
def our_own() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own to the site's database: what is done through it disturbs no transaction."""
    connection = connections["default"].copy(alias="backups")
    try:
        yield connection
    finally:
        BaseDatabaseWrapper.close(connection)  # that of SQLite leaves a database in memory open


@contextmanager
def connected(config: Mapping[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database that the settings do not name."""
    usual = {name: value for name, value in connections["default"].settings_dict.items() if name != "TEST"}
    bare = {**usual, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "OPTIONS": {}, "CONN_MAX_AGE": 0}
    connection = load_backend(config["ENGINE"]).DatabaseWrapper({**bare, **config}, "restored")
    try:
        yield connection
    finally:
        connection.close()
