"""The database stopped, hanging, read-only, out of connections, full; the disk of the spool full. Then all is well."""

from __future__ import annotations

import contextlib
import select
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg import sql

from tests.disasters.house import Broken, House, PostgresDatabase, SqliteFile
from tests.disasters.scenario import BOTH, POSTGRESQL, SQLITE, NotPlayed, Stage, scenario, small_disk

LONGEST_WAIT = {"hours": 7}  # a row that the database refused is tried again after six hours at the latest
FILLER = 64 * 1024


def disturbed(house: House, happens: Callable[[], object], stage: Stage, *arguments: str, **disaster: Any) -> str:
    """A sync during which something happens, at one of its requests; what it said."""
    house.office.work(8, quiet=True)
    house.later(minutes=3)
    house.watched.at(stage.chance.randint(1, 12), happens)
    ended = house.sync(*arguments, **disaster)
    if ended.status not in (0, 1):
        raise Broken(f"status {ended.status}:\n{ended.out}")
    return ended.out


def recovered(house: House, *, later: bool = False) -> None:
    """Unaided: the same command as ever, then the judge."""
    house.later(**(LONGEST_WAIT if later else {"minutes": 3}))
    house.synced()
    house.judge()


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


@scenario(
    "PostgreSQL is stopped in the middle of a reading, and started again", databases=(POSTGRESQL,), short=(POSTGRESQL,)
)
def postgresql_stops(stage: Stage) -> str:
    rounds = stage.times(12, 1)
    with stage.own_server() as server, stage.house(database=PostgresDatabase(server.url())) as house:
        house.synced()
        for _ in range(rounds):
            said = disturbed(house, server.stop, stage)
            server.start()
            if "base de données" not in said:
                raise Broken(f"nobody said that the database was gone:\n{said}")
            recovered(house)
    return f"{rounds} stops"


@scenario(
    "PostgreSQL hangs for seconds, or cuts its connections, at any byte", databases=(POSTGRESQL,), short=(POSTGRESQL,)
)
def postgresql_hangs(stage: Stage) -> str:
    rounds = stage.times(12, 2)
    database = PostgresDatabase(stage.server)
    with proxy(port_of(stage.server)) as between:
        database.url = between.leads_to(database.url)
        with stage.house(database=database) as house:
            house.synced()
            for number in range(rounds):
                gesture = (lambda: between.hang(1.0)) if number % 2 else between.cut
                between.after = stage.chance.randrange(20_000)
                said = disturbed(house, gesture, stage)
                if number % 2 and "Erreur" in said:
                    raise Broken(f"a database that was only slow stopped the reading:\n{said}")
                recovered(house)
    return f"{rounds - rounds // 2} cuts, {rounds // 2} hangs"


@scenario("PostgreSQL turns read-only in the middle of a reading", databases=(POSTGRESQL,))
def postgresql_turns_read_only(stage: Stage) -> str:
    rounds = stage.times(8, 1)
    with stage.house() as house:
        database = the_server_of(house)
        name = sql.Identifier(database.name)
        house.synced()

        def freeze() -> None:
            database.tell(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
            send_away(database)

        for _ in range(rounds):
            disturbed(house, freeze, stage, "--full")
            database.tell(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
            send_away(database)
            recovered(house)
    return f"{rounds} times"


@scenario("PostgreSQL is out of connections", databases=(POSTGRESQL,))
def postgresql_out_of_connections(stage: Stage) -> str:
    rounds = stage.times(8, 1)
    database = PostgresDatabase(stage.server)
    role = f"guest_{database.name}"
    database.tell(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))  # limits do not hold for a superuser
    database.tell(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database.name), sql.Identifier(role)))
    database.url = f"postgres://{role}@127.0.0.1:{port_of(stage.server)}/{database.name}"
    try:
        with stage.house(database=database) as house:
            house.synced()

            def allow(connections: int) -> None:
                database.tell(
                    sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(
                        sql.Identifier(database.name), sql.Literal(connections)
                    )
                )
                send_away(database)

            for _ in range(rounds):
                disturbed(house, lambda: allow(0), stage)
                allow(-1)
                recovered(house)
    finally:
        database.tell(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    return f"{rounds} times"


@scenario("The disk of PostgreSQL is full", databases=(POSTGRESQL,))
def postgresql_disk_full(stage: Stage) -> str:
    rounds, complaints = stage.times(6, 1), 0
    with small_disk(stage.folder / "small", 26) as disk, stage.own_server() as server:
        place = disk / "tables"
        place.mkdir()
        server.hand_over(place)
        owner = PostgresDatabase(server.url())
        owner.tell(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place))))
        with stage.house(database=PostgresDatabase(server.url(), options="TABLESPACE small")) as house:
            for _ in range(rounds):
                said = disturbed(house, lambda: fill(disk), stage, "--full")
                complaints += "base de données" in said
                (disk / "filler").unlink()
                recovered(house, later=True)
        owner.close()
    if not complaints:
        raise Broken("the disk was never full")
    return f"{rounds} times full, {complaints} readings stopped"


# -- SQLite ------------------------------------------------------------------------------------------------------------


@scenario("The disk of SQLite and of the spool is full", databases=(SQLITE,))
def sqlite_disk_full(stage: Stage) -> str:
    rounds, complaints = stage.times(10, 1), 0
    with small_disk(stage.folder / "small", 12) as disk, stage.house(folder=disk) as house:
        for _ in range(rounds):
            said = disturbed(house, lambda: fill(disk), stage, "--full")
            complaints += "disque est plein" in said or "base de données" in said
            (disk / "filler").unlink(missing_ok=True)
            recovered(house, later=True)
    if not complaints:
        raise Broken("the disk was never full")
    return f"{rounds} times full, {complaints} readings stopped"


@scenario("SQLite lies on a disk that turned read-only", databases=(SQLITE,))
def sqlite_turns_read_only(stage: Stage) -> str:
    rounds = stage.times(4, 1)
    with (
        small_disk(stage.folder / "small", 30) as disk,
        stage.house(folder=stage.new_folder(), database=SqliteFile(disk)) as house,
    ):
        house.synced()
        for _ in range(rounds):
            house.office.work(5, quiet=True)
            house.later(minutes=3)
            remount(disk, "ro")
            ended = house.sync()
            remount(disk, "rw")
            if ended.status != 1:
                raise Broken(f"a sync into a read-only database ended with {ended.status}:\n{ended.out}")
            recovered(house)
    return f"{rounds} times"


@scenario(
    "Another process keeps SQLite locked, for less and for more than anybody waits",
    databases=(SQLITE,),
    short=(SQLITE,),
)
def sqlite_locked(stage: Stage) -> str:
    rounds = stage.times(8, 2)
    with stage.house() as house:
        house.synced()
        for number in range(rounds):
            long = bool(number % 2)
            released = threading.Event()
            holding: list[threading.Thread] = []

            def lock(
                long: bool = long, released: threading.Event = released, holding: list[threading.Thread] = holding
            ) -> None:
                taken = threading.Event()
                holder = threading.Thread(target=hold, args=(house, taken, released, 30.0 if long else 0.5))
                holder.start()
                holding.append(holder)
                taken.wait()

            said = disturbed(house, lock, stage, lock_wait=0.2 if long else 20)
            released.set()
            for holder in holding:
                holder.join()
            if not long and "Erreur" in said:
                raise Broken(f"a short lock stopped the reading:\n{said}")
            recovered(house, later=True)
    return f"{rounds} locks"


# -- any database ------------------------------------------------------------------------------------------------------


@scenario("The disk of the spool is full for the process that reads")
def spool_disk_full(stage: Stage) -> str:
    rounds, complaints = stage.times(6, 1), 0
    with stage.house() as house:
        for _ in range(rounds):
            house.office.work(8, quiet=True)
            house.later(minutes=3)
            # SQLite's own files are far larger: nothing of this size can be written to either.
            said = house.sync("--full", file_limit=stage.chance.randint(0, 4000)).out
            complaints += "disque est plein" in said or "base de données" in said
            recovered(house, later=True)
    if complaints != rounds:
        raise Broken("the disk was not always full")
    return f"{rounds} times"


@scenario("The database is gone for seconds, under a worker that goes on living", short=BOTH)
def gone_for_seconds(stage: Stage) -> str:
    rounds = stage.times(8, 1)
    with can_stop(stage) as (house, stop, start):
        worker = Worker(house)
        worker.reads()
        for _ in range(rounds):
            house.watched.at(stage.chance.randint(2, 12), stop)
            worker.tick()
            start()
            worker.reads()
            stop()  # between two ticks: the connection that the worker kept is broken
            start()
            worker.reads()
            house.judge()
    return f"{2 * rounds} times, made up for by the next tick"


@scenario("The database is gone for an hour, under a worker that goes on living")
def gone_for_an_hour(stage: Stage) -> str:
    """Compressed: one sync for each three minutes of the hour, each at its own instant, in the same process."""
    ticks = stage.times(20, 4)
    with can_stop(stage) as (house, stop, start):
        worker = Worker(house)
        worker.reads()
        house.watched.at(stage.chance.randint(2, 8), stop)
        for _ in range(ticks):
            worker.tick()
        start()
        worker.reads()
        house.judge()
    return f"{ticks} ticks without a database, all made up for by the next one"


class Worker:
    """One process that reads every three minutes, whatever happens, and never restarts."""

    def __init__(self, house: House) -> None:
        self.house, self.process = house, house.hire()

    def tick(self) -> dict[str, Any]:
        self.house.later(minutes=3)
        self.house.office.work(2, quiet=True)
        answer = self.process.order(do="here", arguments=["sync"], clock=self.house.now.isoformat())
        if "Traceback" in answer["out"]:
            raise Broken(answer["out"])
        return answer

    def reads(self) -> None:
        """A tick that nothing excuses."""
        answer = self.tick()
        if answer["status"] != 0 or "Une autre lecture" in answer["out"]:
            raise Broken(f"nothing is wrong any more, and the tick did not read:\n{answer['out']}")


@contextmanager
def can_stop(stage: Stage) -> Iterator[tuple[House, Callable[[], None], Callable[[], None]]]:
    """A house, and how its database goes and comes back."""
    if stage.database == POSTGRESQL:
        with stage.own_server() as server, stage.house(database=PostgresDatabase(server.url())) as house:
            yield house, server.stop, server.start
    else:
        with stage.house() as house:
            yield house, *taken_away(house)


@scenario("A reading hangs in the database for an hour, another takes over, and both go on", databases=(POSTGRESQL,))
def hanging_for_an_hour(stage: Stage) -> str:
    """Compressed: the clock of the one that hangs runs a thousand times faster."""
    rounds, pace = stage.times(5, 1), 1000.0
    database = PostgresDatabase(stage.server)
    with proxy(port_of(stage.server)) as between, stage.house(database=database) as house:
        # Only the first of the two comes through the proxy.
        through = {"DATABASE_URL": between.leads_to(database.url)}
        house.synced()
        slow = house.hire(through)
        for _ in range(rounds):
            house.office.work(8, quiet=True)
            house.later(minutes=3)
            house.watched.at(stage.chance.randint(2, 20), between.stand_still)
            out = house.folder / "slow"
            order = {"arguments": ["sync", "--full"], "out": str(out), "clock": house.now.isoformat(), "pace": pace}
            pid = slow.order(do="start", **order)["pid"]
            if not between.still.wait(20):
                raise Broken("the first reading never came that far")
            threading.Event().wait(3600 / pace)
            house.later(minutes=61)
            house.office.work(4, quiet=True)
            other = house.start("sync", "--full")
            house.wait(other)
            between.go_on()
            status = slow.order(do="wait", pid=pid, seconds=60)["status"]
            text = out.read_text("utf-8")
            if status not in (0, 1) or "Traceback" in text:
                raise Broken(f"the one that hung ended with {status}:\n{text}")
            house.later(hours=2)
            recovered(house)
    return f"{rounds} hours"


# -- the means ---------------------------------------------------------------------------------------------------------


class Proxy:
    """Between a client and a server on this machine; it can pass nothing on for a while, or cut."""

    def __init__(self, target: int) -> None:
        self.target, self.after = target, 0
        self.still = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._planned: tuple[int, Callable[[], None]] | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def leads_to(self, url: str) -> str:
        """The same database, by this way."""
        parts = urlsplit(url)
        user = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{user}@127.0.0.1:{self.port}").geturl()

    def hang(self, seconds: float) -> None:
        """After `after` more bytes, nothing passes for that long."""

        def stop() -> None:
            self._flowing.clear()
            threading.Timer(seconds, self._flowing.set).start()

        self._planned = (self.after, stop)

    def cut(self) -> None:
        """After `after` more bytes, every connection ends in mid-sentence."""
        self._planned = (self.after, self._cut)

    def stand_still(self) -> None:
        """Nothing passes, until further notice."""
        self._flowing.clear()
        self.still.set()

    def go_on(self) -> None:
        self.still.clear()
        self._flowing.set()

    def close(self) -> None:
        self._listening.close()
        self._flowing.set()
        self._cut()

    def _cut(self) -> None:
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self._open += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, contextlib.suppress(OSError, ValueError):
            other = {client: server, server: client}
            while True:
                for end in select.select([client, server], [], [])[0]:
                    received = end.recv(65536)
                    if not received:
                        return
                    self._count(len(received))
                    self._flowing.wait()
                    other[end].sendall(received)

    def _count(self, size: int) -> None:
        if self._planned is None:
            return
        left, happens = self._planned
        self._planned = (left - size, happens)
        if left - size <= 0:
            self._planned = None
            happens()


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    between = Proxy(target)
    try:
        yield between
    finally:
        between.close()


def port_of(url: str) -> int:
    return urlsplit(url).port or 5432


def the_server_of(house: House) -> PostgresDatabase:
    assert isinstance(house.database, PostgresDatabase)
    return house.database


def send_away(database: PostgresDatabase) -> None:
    """End every connection to the database: the next ones see its new settings."""
    database.tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,))


def taken_away(house: House) -> tuple[Callable[[], None], Callable[[], None]]:
    """For SQLite, a database that is down is a disk that is not there: its folder goes, and comes back."""
    assert isinstance(house.database, SqliteFile)
    path = house.database.path
    hidden = path.with_suffix(".away")

    def stop() -> None:
        # A copy stays open under the worker's hands, as after a disk that was pulled out: what it writes there is lost.
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").rename(f"{hidden}{suffix}")
        path.mkdir()  # nothing can be opened there

    def start() -> None:
        path.rmdir()
        for suffix in ("", "-wal", "-shm"):
            if Path(f"{hidden}{suffix}").exists():
                Path(f"{hidden}{suffix}").rename(f"{path}{suffix}")

    return stop, start


def hold(house: House, taken: threading.Event, released: threading.Event, seconds: float) -> None:
    """Keep SQLite's only write lock."""
    assert isinstance(house.database, SqliteFile)
    with contextlib.closing(sqlite3.connect(house.database.path, timeout=20, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        taken.set()
        released.wait(seconds)
        database.execute("ROLLBACK")


def fill(disk: Path) -> None:
    """Take all the room there is."""
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(FILLER)) == FILLER:
            pass
    with contextlib.suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        while filler.write(bytes(512)):
            pass


def remount(disk: Path, how: str) -> None:
    done = subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], capture_output=True, check=False)  # noqa: S607
    if done.returncode:
        raise NotPlayed(f"the file system cannot be remounted: {done.stderr.decode().strip()}")
