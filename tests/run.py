"""The whole suite on SQLite, then on PostgreSQL: `python -m tests.run [pytest arguments]`.

PostgreSQL is `TEST_POSTGRES_URL` when given, else the server of this machine, else a throw-away one started from the
binaries at hand. Without any of these the second half is skipped with one loud line, or fails under REQUIRE_ALL=1.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.postgres import server


def main(arguments: list[str]) -> int:
    print("== SQLite", flush=True)  # noqa: T201
    status = suite(arguments, "")
    with server() as url:
        if url:
            print("== PostgreSQL", flush=True)  # noqa: T201
            # What a browser shows, and what touches no table, does not depend on the database: once is enough.
            return suite(["-m", "not browser and not no_database", *arguments], url) or status
    print("== PostgreSQL ABSENT : la moitié des essais n’a pas eu lieu.", file=sys.stderr, flush=True)  # noqa: T201
    return status or (1 if os.environ.get("REQUIRE_ALL") == "1" else 0)


def suite(arguments: list[str], url: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        # Two suites on one server must not share a test database.
        environment["DATABASE_URL"] = f"{url.rpartition('/')[0]}/suite_{os.getpid()}"
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
