"""What ours is compared with, on the same records: the database's fastest bare insert, and dlt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection, transaction
from django.utils import timezone

from syncing.digests import digest, raw_bytes, staging_key, storable
from syncing.fetching.pages import Page
from syncing.models import StagedRecord
from syncing.registry import PROJECT
from tests.benchmarks.figures import BARE, Figure, timed

DLT_PYTHON = PROJECT / "var" / "bench-venv" / "bin" / "python"


def bare_insert(pages: Sequence[Page]) -> Figure:
    """COPY on PostgreSQL, executemany on SQLite, of rows made beforehand, in one transaction: the ceiling.

    Nothing is looked up, nothing is resumed; the table has its indexes, and must be empty.
    """
    now = timezone.now()
    rows = []
    for page in pages:
        for node in page.nodes:
            raw = raw_bytes(node)
            rows.append((page.entity, staging_key(node, raw), digest(raw), raw, "pending", 0, "", now, now))
    columns = "entity, gazelle_id, digest, raw, state, attempts, last_error, fetched_at, staged_at"

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY syncing_stagedrecord ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * 9)
                cursor.executemany(f"INSERT INTO syncing_stagedrecord ({columns}) VALUES ({marks})", rows)  # noqa: S608  # our own words

    figure = timed(insert, "staging", len(rows), by=BARE)
    assert StagedRecord.objects.count() == len(rows)
    return figure


def with_dlt(pages: Sequence[Page], folder: Path, url: str) -> list[Figure]:
    """dlt in an interpreter of its own (`requirements-bench.txt`), for it brings forty packages; nothing if absent.

    It gets the nodes without the NULs that some of them hold: on PostgreSQL one of those stops its whole load.
    """
    if not DLT_PYTHON.exists():
        sys.stderr.write("dlt ABSENT : `make bench` l’installe dans var/bench-venv.\n")
        return []
    file = folder / "pages.jsonl"
    with file.open("w") as lines:
        lines.writelines(json.dumps(storable(page.nodes)[0]) + "\n" for page in pages)
    command = [str(DLT_PYTHON), str(Path(__file__).with_name("with_dlt.py")), _destination(url, folder), str(file)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"dlt stopped:\n{done.stderr[-2000:]}")
    return [Figure(**line) for line in map(json.loads, done.stdout.splitlines())]


def _destination(url: str, folder: Path) -> str:
    """Its own schema in our database, or a file beside ours. It insists on a password, which nobody asks for here."""
    if connection.vendor != "postgresql":
        return f"sqlite:///{folder / 'dlt.sqlite3'}"
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    who = user if ":" in user else f"{user}:none"
    return urlunsplit(("postgresql", f"{who}@{host}", parts.path, parts.query, ""))
