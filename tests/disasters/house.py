"""One installation to be mistreated: a stand-in Gazelle, a database, a spool, and the processes that sync."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from gazelle_site.sandbox import Sandbox, serve
from gazelle_site.sandbox.requests_log import Request, RequestLog
from syncing.registry import PROJECT
from tests.disasters.office import REMOVALS, Office
from tests.disasters.truth import truth

NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
PATIENCE = 60.0  # seconds; a sync of the small volume takes half a second
KEY = "6dHhNQF2mXGLGW9oTBwzVPvVFk9E9rjY8yJxqPZ2ZgE="


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass(frozen=True)
class Ended:
    """How a sync ended; a negative status is the signal that killed it."""

    status: int
    out: str


class Database:
    """Where a house keeps its tables; `url` is what its processes are given."""

    url: str

    def make_tables(self, migrate: Callable[[], None]) -> None:
        """Empty tables, by the migrations or as they left another database of ours."""
        migrate()

    def keep(self) -> None:
        """Remember how everything is now, nobody being connected."""
        raise NotImplementedError

    def bring_back(self) -> None:
        """As it was when it was last kept."""
        raise NotImplementedError

    def connections(self) -> int:
        """How many clients a server has now; 0 where there is no server."""
        return 0

    def close(self) -> None:
        """Nothing of it stays."""


class SqliteFile(Database):
    tables: bytes = b""
    """What the migrations make, once they have been run in this process."""

    def __init__(self, folder: Path) -> None:
        self.path, self._kept = folder / "mirror.sqlite3", folder / "kept.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def make_tables(self, migrate: Callable[[], None]) -> None:
        if SqliteFile.tables:
            self.path.write_bytes(SqliteFile.tables)
            return
        migrate()
        self.keep()
        SqliteFile.tables = self._kept.read_bytes()

    def keep(self) -> None:
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.path, self._kept)

    def bring_back(self) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._kept, self.path)


class PostgresDatabase(Database):
    """A database of its own on a server; `through` is the address its processes are given, the server's by default."""

    numbers = itertools.count()

    def __init__(self, server: str, *, options: str = "") -> None:
        self.server = server
        self.name = f"disaster_{os.getpid()}_{next(self.numbers)}"
        self.url = f"{server.rpartition('/')[0]}/{self.name}"
        self.tell(sql.SQL("CREATE DATABASE {} " + options).format(sql.Identifier(self.name)))

    def keep(self) -> None:
        self._copy(self.name, f"{self.name}_kept")

    def bring_back(self) -> None:
        self._copy(f"{self.name}_kept", self.name)

    def connections(self) -> int:
        rows = self.tell("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (self.name,))
        return int(rows[0][0])

    def close(self) -> None:
        with contextlib.suppress(psycopg.OperationalError):  # a scenario broke while its server was down
            for name in (self.name, f"{self.name}_kept"):
                self.tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def tell(self, statement: Any, values: Any = None) -> list[Any]:
        """A statement to the server itself, not to this database."""
        with psycopg.connect(self.server, autocommit=True) as server:
            cursor = server.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def _copy(self, origin: str, target: str) -> None:
        self.tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
        self.tell(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(origin)))


class Watched(RequestLog):
    """Lets something happen at a request, before its answer leaves."""

    def __init__(self) -> None:
        super().__init__()
        self._due: dict[int, Callable[[], object]] = {}

    def at(self, number: int, happens: Callable[[], object]) -> None:
        """At the request that is that many from now."""
        self._due[self.count + number] = happens

    def add(self, request: Request) -> None:
        super().add(request)
        if happens := self._due.pop(self.count, None):
            happens()


class Staff:
    """A process of `tests.disasters.child`, and the orders it takes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.disasters.child"], cwd=PROJECT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._one_at_a_time = threading.Lock()

    def order(self, **order: Any) -> dict[str, Any]:
        with self._one_at_a_time:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"failed": "the process is gone"}')
        if "failed" in answer:
            raise Broken(answer["failed"])
        return answer

    @property
    def pid(self) -> int:
        return self._process.pid

    def dismiss(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class House:
    """The installation, opened with nothing in it."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        seed: int,
        max_first: int | None = None,
        trimmed: bool = False,
        opens_at: datetime = NOON,
    ) -> None:
        self.folder, self.database, self.seed = folder, database, seed
        self._opens_at, self._passed, self._since = opens_at, timedelta(), time.monotonic()
        self.killed = self.kills = 0
        self._opened = contextlib.ExitStack()
        self.box = Sandbox(size="small", seed=1 + seed % 5, today=opens_at.date())
        if trimmed:
            trim(self.box)
        self.box.requests = Watched()
        self.box.switches.max_first = max_first
        self.served = self._opened.enter_context(serve(self.box))
        self.office = Office(self.box, seed)
        self.spool = folder / "raw_data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
        self.environment = kept | {
            "ENV_FILE": os.devnull,
            "DATABASE_URL": database.url,
            "RAW_DATA_DIR": str(self.spool),
            "SECRET_KEY": "tests-only",
            "TOKEN_ENCRYPTION_KEYS": KEY,
            "GAZELLE_API_URL": self.served.graphql_url,
            "GAZELLE_API_KEY": self.served.api_key,
            "LOG_FILE": str(folder / "log" / "gazelle.log"),
        }
        self.nursery = self.hire()

    @property
    def now(self) -> datetime:
        """What the processes of this house believe: the real time goes by, and what scenarios let pass."""
        return self._opens_at + self._passed + timedelta(seconds=time.monotonic() - self._since)

    @property
    def watched(self) -> Watched:
        assert isinstance(self.box.requests, Watched)
        return self.box.requests

    def hire(self, environment: Mapping[str, str] | None = None) -> Staff:
        """One more process, dismissed with the house; `environment` holds what is different for it."""
        staff = Staff(self.environment | dict(environment or {}))
        self._opened.callback(staff.dismiss)
        return staff

    def close(self) -> None:
        self._opened.close()
        self.database.close()

    # -- syncs ---------------------------------------------------------------------------------------------------------

    def migrate(self) -> None:
        ended = self.run("migrate", "--verbosity=0")
        if ended.status != 0:
            raise Broken(ended.out)

    def sync(self, *arguments: str, **disaster: Any) -> Ended:
        """`manage.py sync`, to its end."""
        return self.run("sync", *arguments, **disaster)

    def run(self, *arguments: str, **disaster: Any) -> Ended:
        return self.wait(self.start(*arguments, **disaster))

    def start(self, *arguments: str, **disaster: Any) -> tuple[int, Path]:
        """A management command in a process of its own; its id, and where it writes."""
        out = self.folder / f"out-{next(COUNTER)}"
        order = {"arguments": list(arguments), "out": str(out), "clock": self.now.isoformat()} | disaster
        return self.nursery.order(do="start", **order)["pid"], out

    def wait(self, started: tuple[int, Path], seconds: float = PATIENCE) -> Ended:
        """Its end; one that never comes is a broken promise."""
        pid, out = started
        status = self.nursery.order(do="wait", pid=pid, seconds=seconds)["status"]
        if status is None:
            os.kill(pid, signal.SIGKILL)
            self.nursery.order(do="wait", pid=pid, seconds=5)
            raise Broken(f"a command still runs after {seconds:.0f} s:\n{_text(out)}")
        text = _text(out)
        out.unlink(missing_ok=True)
        if status == -signal.SIGKILL:
            self.killed, self.kills = self.killed + 1, self.kills + 1
        elif "Traceback" in text:
            raise Broken(f"a command ended with a trace:\n{text}")
        return Ended(status, text)

    def kill(self, started: tuple[int, Path]) -> Ended:
        with contextlib.suppress(ProcessLookupError):
            os.kill(started[0], signal.SIGKILL)
        return self.wait(started)

    def synced(self, *arguments: str) -> Ended:
        """A sync that nothing disturbs: it must say that all went well."""
        ended = self.sync(*arguments)
        if ended.status != 0:
            raise Broken(f"an undisturbed sync ended with {ended.status}:\n{ended.out}")
        return ended

    def later(self, **passed: float) -> None:
        """Time passes for the processes of this house."""
        self._passed += timedelta(**passed)

    # -- the verdict ---------------------------------------------------------------------------------------------------

    def judge(self, **allowed: Any) -> int:
        """How many records were compared and found equal; raises Broken with every difference."""
        path = self.folder / "truth.json"
        path.write_text(json.dumps(truth(self.box)), "utf-8")
        allowed = {"torn_files": self.killed} | allowed
        answer = self.nursery.order(do="judge", truth=str(path), allowed=allowed, clock=self.now.isoformat())
        if answer["found"]:
            raise Broken("not equal to the source:\n  " + "\n  ".join(answer["found"][:40]))
        self.office.may_remove = REMOVALS
        return int(answer["rows"])

    # -- starting over -------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Remember the database as it is now."""
        self.database.keep()

    def bring_back(self) -> None:
        """The database as it was kept, and an empty spool."""
        self.database.bring_back()
        shutil.rmtree(self.spool, ignore_errors=True)
        self.killed = 0


COUNTER = itertools.count()


def _text(out: Path) -> str:
    return out.read_text("utf-8", "replace") if out.exists() else ""


@contextmanager
def opened(house: House) -> Iterator[House]:
    """A house with its tables made, gone at the end."""
    try:
        house.database.make_tables(house.migrate)
        yield house
    finally:
        house.close()


FEW = {"clients": 16, "pianos": 12, "appointments": 24, "timeline": 30, "invoices": 8, "estimates": 4}


def trim(box: Sandbox) -> None:
    """Fewer records, so that more disasters fit in the time: the first ones of each kind stay."""
    for entity, few in FEW.items():
        for record_id in sorted(box.ids(entity, hidden=True))[few:]:
            box.delete(entity, record_id)
