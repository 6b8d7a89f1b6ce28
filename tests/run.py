"""The whole suite, on SQLite and on PostgreSQL side by side: `python -m tests.run [pytest arguments]`.

PostgreSQL is `TEST_POSTGRES_URL` when given, else the server of this machine, else a throw-away one started from the
binaries at hand. Without any of these that half is skipped with one loud line, or fails under REQUIRE_ALL=1. Its report
is shown when the other half has ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import IO

from tests.postgres import server

# What a browser shows, and what touches no table, does not depend on the database: once is enough.
ONCE_IS_ENOUGH = ["-m", "not browser and not no_database"]


def main(arguments: list[str]) -> int:
    with server() as url, tempfile.TemporaryFile() as report:
        beside = suite([*ONCE_IS_ENOUGH, *arguments], url, report) if url else None
        try:
            print("== SQLite", flush=True)  # noqa: T201
            status = suite(arguments, "").wait()
            if beside is not None:
                status = beside.wait() or status
        finally:
            if beside is not None:
                beside.terminate()
        if beside is not None:
            print("== PostgreSQL", flush=True)  # noqa: T201
            report.seek(0)
            shutil.copyfileobj(report, sys.stdout.buffer)
            return status
    print("== PostgreSQL ABSENT : la moitié des essais n’a pas eu lieu.", file=sys.stderr, flush=True)  # noqa: T201
    return status or (1 if os.environ.get("REQUIRE_ALL") == "1" else 0)


def suite(arguments: list[str], url: str, report: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Pytest, started; it writes to the report, or to the terminal."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        # Two suites on one server must not share a test database.
        environment["DATABASE_URL"] = f"{url.rpartition('/')[0]}/suite_{os.getpid()}"
    return subprocess.Popen([sys.executable, "-m", "pytest", *arguments], env=environment, stdout=report, stderr=report)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
