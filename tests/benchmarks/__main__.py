"""Figures of the mirror, beside bare inserts and dlt: `python -m tests.benchmarks`; `--lists` those of the back-office.

On SQLite, then on PostgreSQL if there is one. Real volume, from the stand-in served over loopback: about ten minutes by
database. `--quick` only proves that every measure still runs; `--json FILE` keeps the figures, for
`python -m tests.benchmarks.page FILE`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgres import server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small volume: proves that the measures still run")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--lists", action="store_true", help="only the back-office's lists, pages and searches")
    asked = parser.parse_args()
    options = ["--quick"] if asked.quick else []
    measure = lists if asked.lists else mirror
    found: dict[str, dict[str, object]] = {}
    load = os.getloadavg()[0]  # before our own work counts in it
    if asked.database != "postgresql":
        found |= measure("", options)
    if asked.database != "sqlite":
        with server() as url:
            if url:
                found |= measure(f"{url.rpartition('/')[0]}/bench_{os.getpid()}", options)
            else:
                sys.stderr.write("PostgreSQL ABSENT : une moitié des chiffres manque.\n")
    for run in found.values():
        run["load"] = load
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found else 1


def mirror(url: str, options: list[str]) -> dict[str, dict[str, object]]:
    """In a process of its own, one by database; what it raises stops everything."""
    environment = on(url)
    with tempfile.NamedTemporaryFile("r") as file:
        command = [sys.executable, "-m", "tests.benchmarks.mirror", *options, "--json", file.name]
        subprocess.run(command, env=environment, check=True)
        found: dict[str, dict[str, object]] = json.load(file)
        return found


def lists(url: str, options: list[str]) -> dict[str, dict[str, object]]:
    """Printed by their own process; the page of figures has none of them."""
    subprocess.run([sys.executable, "-m", "tests.benchmarks.lists", *options], env=on(url), check=True)
    return {"postgresql" if url else "sqlite": {}}


def on(url: str) -> dict[str, str]:
    """The environment of a process that measures on this database, SQLite when there is none."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return environment | {"DATABASE_URL": url} if url else environment


if __name__ == "__main__":
    sys.exit(main())
