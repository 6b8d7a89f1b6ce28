"""Figures of the mirror, beside an alternative: `python -m tests.benchmarks` (SQLite, then PostgreSQL if there is one).

Real volume, from the stand-in served over loopback. « Own time » leaves out the time spent waiting for its answers. The
alternative loads the same bytes with the database's fastest bare insert: no digest kept, no check, nothing resumed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.postgres import server


def main() -> int:
    status = measure("")
    with server() as url:
        if url:
            return measure(f"{url.rpartition('/')[0]}/bench_{os.getpid()}") or status
    sys.stderr.write("PostgreSQL ABSENT : une moitié des chiffres manque.\n")
    return status


def measure(url: str) -> int:
    """In a process of its own, so that peak memory is that of one database."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"LOG_LEVEL": "ERROR"}
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "tests.benchmarks.mirror", *sys.argv[1:]]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
