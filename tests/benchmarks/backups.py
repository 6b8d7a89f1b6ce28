"""What a night costs at real volume, on SQLite, then on PostgreSQL if there is one.

`python -m tests.benchmarks.backups`. A first full sync fills a database of its own; then each command runs in a process
that is weighed: a backup, its proof, a restore on an empty machine. `--size small` only proves that they still run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from syncing.registry import PROJECT
from tests.benchmarks.standin import stand_in
from tests.postgres import server

NAME = f"bench_backups_{os.getpid()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.backups", description=__doc__)
    parser.add_argument("--size", default="real", choices=("small", "demo", "real"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("SQLite", asked.size, folder / "a", f"sqlite:///{folder}/a.sqlite3", f"sqlite:///{folder}/b.sqlite3")
        with server() as url:
            if url:
                base = url.rpartition("/")[0]
                with created(url, NAME), created(url, f"{NAME}_b"):
                    measure("PostgreSQL", asked.size, folder / "b", f"{base}/{NAME}", f"{base}/{NAME}_b")


@contextmanager
def created(url: str, name: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def measure(word: str, size: str, folder: Path, url: str, other: str) -> None:
    own = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))},
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings", "ENV_FILE": os.devnull, "SECRET_KEY": "bench",
        "BACKUP_DIR": str(folder / "backups"), "RAW_DATA_DIR": str(folder / "raw_data"),
        "INDEX_DIR": str(folder / "index"), "LOG_LEVEL": "ERROR", "DATABASE_URL": url,
    }  # fmt: skip
    manage(own, "migrate", "--verbosity=0")
    with stand_in(size) as gazelle:
        manage({**own, "GAZELLE_API_URL": gazelle.url, "GAZELLE_API_KEY": gazelle.key}, "sync", "--full")
    told = weighed(own, "backup", "--no-verify")
    [file] = (folder / "backups").glob("gazelle-*")
    say(word, "backup", told, f"{file.stat().st_size / 1e6:.0f} MB")
    say(word, "verify_backup", weighed(own, "verify_backup"))
    say(word, "restore on an empty machine", weighed({**own, "DATABASE_URL": other}, "restore", str(file)))


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL
    )


def weighed(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.memory", sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def say(word: str, what: str, cost: dict[str, float], more: str = "") -> None:
    sys.stdout.write(
        f"{word:<11} {what:<28} {cost['seconds']:6.1f} s, processor {cost['processor']:6.1f} s, "
        f"{cost['megabytes']:4.0f} MB resident {more}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
