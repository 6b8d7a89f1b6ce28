"""A PostgreSQL for the suite: the one that answers here, or a throw-away one that leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    if (binaries := _binaries()) is None:
        yield ""
        return
    with _throw_away(binaries) as url:
        yield url


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


@contextmanager
def _throw_away(binaries: Path) -> Iterator[str]:
    top = Path(tempfile.mkdtemp(prefix="pgtemp-"))
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        names = {person.pw_name: person for person in pwd.getpwall()}
        person = names.get("postgres") or names["nobody"]
        os.chown(top, person.pw_uid, person.pw_gid)
        as_user = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(  # type: ignore[call-overload]  # the user is only given as root
            [binaries / program, "-D", top / "data", *arguments],
            check=True, cwd=top, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, stdout=subprocess.DEVNULL, **as_user,
        )  # fmt: skip

    try:
        run("initdb", "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = f"-F -h 127.0.0.1 -p {port} -k {top} -c synchronous_commit=off -c full_page_writes=off"
        run("pg_ctl", "-w", "-t", "30", "-l", str(top / "log"), "-o", options, "start")
        try:
            yield f"postgres://app@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(top, ignore_errors=True)
