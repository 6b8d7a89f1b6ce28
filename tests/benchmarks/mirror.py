"""The first four figures of the design, on one database: staging, reconciling, a first full sync, an unchanged walk.

`python -m tests.benchmarks.mirror --only staging,reconciling --rows 30000` measures less; `DATABASE_URL` says
where, and `--profile FILE` keeps what cProfile saw.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from syncing.digests import digest, raw_bytes, staging_key  # noqa: E402
from syncing.engine import sync  # noqa: E402
from syncing.fetching.oauth import ApiKey  # noqa: E402
from syncing.fetching.pages import Page, plan, walk  # noqa: E402
from syncing.fetching.transport import Transport  # noqa: E402
from syncing.models import StagedRecord  # noqa: E402
from syncing.progress import LineReporter  # noqa: E402
from syncing.reconciling.reconciling import reconcile  # noqa: E402
from syncing.registry import PROJECT, entities  # noqa: E402
from syncing.results import Result  # noqa: E402
from syncing.staging.accepting import stage_page  # noqa: E402
from syncing.vocabulary import Mode  # noqa: E402

PARTS = ("staging", "reconciling", "changes", "syncs")
STAGED = 100_000  # timeline entries, as the design says
IN_DEMO = 50_000  # the timeline of the demo volume, which starts faster, holds at least these


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mirror", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS, help=",".join(PARTS))
    parser.add_argument("--rows", type=int, default=STAGED, help="timeline entries to stage")
    parser.add_argument("--profile", help="file for cProfile's figures (they slow everything down)")
    asked = parser.parse_args()
    size = "demo" if asked.rows <= IN_DEMO and "syncs" not in asked.only else "real"
    settings.RAW_DATA_DIR = Path(tempfile.mkdtemp(prefix="bench-"))
    old = setup_databases(verbosity=0, interactive=False)
    try:
        say(f"\n{connection.vendor}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, {size} volume")
        with stand_in(size) as door, profiled(asked.profile):
            if {"staging", "reconciling", "changes"}.intersection(asked.only):
                staging_and_reconciling(door, asked.only, asked.rows)
                call_command("flush", verbosity=0, interactive=False)
            if "syncs" in asked.only:
                whole_syncs(door)
        say(f"Peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    finally:
        teardown_databases(old, verbosity=0)


def staging_and_reconciling(door: Transport, parts: Collection[str], rows: int) -> None:
    timeline = entities()["timeline"]
    pages: list[Page] = []
    for page in walk(door, plan(timeline, entities(), Mode.FULL), leg="bench"):
        pages.append(page)
        if len(pages) * timeline.page_size >= rows:
            break
    rows = sum(len(page.nodes) for page in pages)
    bare = timed(lambda: bare_insert(pages))
    StagedRecord.objects.all().delete()
    line("Staging, timeline entries", rows, timed(lambda: stage(pages)), beside=("bare insert", bare))
    if "reconciling" not in parts and "changes" not in parts:
        return
    line("Reconciling, first load, references resolved", rows, timed(lambda: reconcile(timeline, entities())))
    if "changes" not in parts:
        return
    for page in pages:
        for node in page.nodes:
            if isinstance(node, dict):
                node["comment"] = f"{node['comment'] or ''} (relu)"
    line("Staging, everything changed", rows, timed(lambda: stage(pages)))
    line("Reconciling, everything changed", rows, timed(lambda: reconcile(timeline, entities(), scanned=rows)))


def whole_syncs(door: Transport) -> None:
    results = run(door, mode=Mode.FULL)
    rows = sum(leg.fetched for result in results for leg in result.legs.values())
    own_time("First full sync", rows, results)
    with CaptureQueriesContext(connection) as queries:
        results = run(door, "clients", "pianos", mode=Mode.INCREMENTAL)
    rows = sum(leg.fetched for result in results for leg in result.legs.values())
    written = [query for query in queries if is_write(query["sql"])]
    own_time(f"Unchanged walk of clients and pianos ({len(written)} rows written)", rows, results)
    results = run(door, mode=Mode.INCREMENTAL)
    own_time("Incremental sync of everything", sum(leg.fetched for r in results for leg in r.legs.values()), results)


def run(door: Transport, *names: str, mode: Mode) -> list[Result]:
    quiet = LineReporter(open(os.devnull, "w"))  # noqa: SIM115, PTH123  # closed with the process
    return sync(names, mode=mode, reporter=quiet, transport=door)


def is_write(sql: str) -> bool:
    tables = ("clients_", "pianos_", "syncing_stagedrecord")
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) and any(name in sql for name in tables)


@contextmanager
def stand_in(size: str) -> Iterator[Transport]:
    """In a process of its own: its work must not be counted as ours."""
    command = [sys.executable, "manage.py", "sandbox", "--port=0", f"--size={size}", "--today=2026-11-20"]
    served = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    lines = (text.strip().partition("=") for text in served.stdout)
    said: dict[str, str] = {}
    while "GAZELLE_API_KEY" not in said or "GAZELLE_API_URL" not in said:
        name, _, value = next(lines)
        said[name] = json.loads(value) if value.startswith('"') else value
    try:
        with Transport(said["GAZELLE_API_URL"], ApiKey(said["GAZELLE_API_KEY"])) as door:
            yield door
    finally:
        served.terminate()
        served.wait()


def stage(pages: list[Page]) -> None:
    for page in pages:
        stage_page(
            entities=[entities()[page.entity]], nodes=page.nodes, number=page.number, end_cursor=page.end_cursor,
            total=page.total, fetched_at=timezone.now(), legs={},
        )  # fmt: skip


def bare_insert(pages: list[Page]) -> None:
    """The alternative: COPY on PostgreSQL, executemany on SQLite."""
    now = timezone.now()
    rows = []
    for page in pages:
        for node in page.nodes:
            raw = raw_bytes(node)
            rows.append((page.entity, staging_key(node, raw), digest(raw), raw, "pending", 0, "", now, now))
    columns = "entity, gazelle_id, digest, raw, state, attempts, last_error, fetched_at, staged_at"
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY syncing_stagedrecord ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * 9)
            cursor.executemany(f"INSERT INTO syncing_stagedrecord ({columns}) VALUES ({marks})", rows)  # noqa: S608  # our own words


@contextmanager
def profiled(file: str | None) -> Iterator[None]:
    if file is None:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    profile.dump_stats(file)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall, and of our own processor: the second barely moves when the machine does other work."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - busy


def line(
    what: str, rows: int, seconds: tuple[float, float], *, beside: tuple[str, tuple[float, float]] | None = None
) -> None:
    wall, busy = seconds
    other = f"   ({beside[0]}: {rows / beside[1][0]:.0f} rows/s)" if beside else ""
    say(f"{what:<62}{wall:>7.2f} s {rows / wall:>8.0f} rows/s   processor {busy:>6.2f} s{other}")


def own_time(what: str, rows: int, results: list[Result]) -> None:
    """What the sync took, the stand-in's answers apart."""
    waiting = sum(result.seconds["fetching"] for result in results)
    ours = sum(seconds for result in results for seconds in result.seconds.values()) - waiting
    requests = sum(leg.requests for result in results for leg in result.legs.values())
    say(f"{what:<62}{ours:>7.2f} s for {rows} rows   (answers: {waiting:.1f} s, {requests} requests)")
    for result in results:
        assert result.error is None, result.error


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
