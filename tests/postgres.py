"""A PostgreSQL for the suite: the one that answers here, or a throw-away one that leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

CANDIDATES = ("postgres://root@127.0.0.1:5432/postgres", "postgres://postgres@127.0.0.1:5432/postgres")


@contextmanager
def server() -> Iterator[str]:
    """The address of a server where databases may be created; "" when there is none to be had."""
    for url in (os.environ.get("TEST_POSTGRES_URL", ""), *CANDIDATES):
        if url and _answers(url):
            yield url
            return
    with cluster() as own:
        yield own.url() if own else ""


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _binaries() -> Path | None:
    found = [os.environ.get("PG_BINDIR", ""), str(Path(shutil.which("initdb") or "").parent)]
    found += sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return next((Path(path) for path in found if path and os.access(Path(path) / "initdb", os.X_OK)), None)


class Cluster:
    """A server of our own on a free port of this machine, in a folder that goes away with it."""

    def __init__(self, binaries: Path, *, durable: bool) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="pgtemp-"))
        self._as_user: dict[str, object] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            names = {person.pw_name: person for person in pwd.getpwall()}
            person = names.get("postgres") or names["nobody"]
            self._as_user = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
            self.hand_over(self.folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        # `durable`: what was committed survives the death of the server, as it must where that death is played.
        haste = "" if durable else " -c synchronous_commit=off -c full_page_writes=off"
        self._options = f"-F -h 127.0.0.1 -p {self.port} -k {self.folder}{haste}"

    def url(self, database: str = "postgres", user: str = "app") -> str:
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        if not (self.folder / "data").exists():
            self._run("initdb", "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self._run("pg_ctl", "-w", "-t", "30", "-l", str(self.folder / "log"), "-o", self._options, "start")

    def stop(self) -> None:
        """As a power cut would, save for what the system already has in hand."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def hand_over(self, folder: Path) -> None:
        """Give a folder to the user that the server runs as."""
        if self._as_user:
            os.chown(folder, int(str(self._as_user["user"])), int(str(self._as_user["group"])))

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it was stopped, or never started
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # type: ignore[call-overload]  # the user is only given as root
            [self.binaries / program, "-D", self.folder / "data", *arguments],
            check=True, cwd=self.folder, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, **self._as_user,
        )  # fmt: skip


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster | None]:
    """A server of our own, started; None where there are no binaries to start one from."""
    if (binaries := _binaries()) is None:
        yield None
        return
    own = Cluster(binaries, durable=durable)
    try:
        own.start()
        yield own
    finally:
        own.remove()
