"""Figures of the mirror on one database, that of `DATABASE_URL`, or SQLite: `python -m tests.benchmarks.mirror`.

`--only staging,reconciling --rows 30000` measures less, in seconds; `--profile FILE` keeps what cProfile saw of it.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from syncing.engine import sync  # noqa: E402
from syncing.fetching.pages import Page, plan, walk  # noqa: E402
from syncing.fetching.spool import Spool  # noqa: E402
from syncing.fetching.transport import Transport  # noqa: E402
from syncing.models import Leg, StagedRecord  # noqa: E402
from syncing.progress import LineReporter  # noqa: E402
from syncing.reconciling.reconciling import reconcile  # noqa: E402
from syncing.reconciling.tables import table  # noqa: E402
from syncing.registry import PROJECT, entities  # noqa: E402
from syncing.results import Result  # noqa: E402
from syncing.staging.accepting import stage_page  # noqa: E402
from syncing.vocabulary import Mode  # noqa: E402
from tests.benchmarks.beside import bare_insert, with_dlt  # noqa: E402
from tests.benchmarks.figures import DJANGO, Figure, Run, say, show, timed  # noqa: E402
from tests.benchmarks.growth import INCREMENT, growth  # noqa: E402
from tests.benchmarks.standin import StandIn, stand_in  # noqa: E402

HOT = ("staging", "reconciling", "changes", "beside")
PARTS = (*HOT, "syncs", "growth")
STAGED = 100_000  # timeline entries, as the design says
IN_DEMO = 50_000  # the demo volume, which starts faster, has at least these
QUICK = 400  # what the small volume has


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mirror", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS, help=",".join(PARTS))
    parser.add_argument("--rows", type=int, default=STAGED, help="timeline entries to stage")
    parser.add_argument("--quick", action="store_true", help="a small volume: proves that the measures still run")
    parser.add_argument("--profile", help="file for what cProfile sees, which slows everything down")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    if unknown := set(asked.only).difference(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    rows = QUICK if asked.quick else asked.rows
    hot_only = not {"syncs", "growth"}.intersection(asked.only)
    size = "small" if asked.quick else "demo" if hot_only and rows <= IN_DEMO else "real"
    with database() as folder, stand_in(size) as gazelle:
        found = this_run(size)
        say(f"\n{found.version}, Python {found.python}, {found.cores} cores, load {found.load:.1f}, {size} volume")
        for figure in measures(asked.only, rows, gazelle, folder, asked.profile):
            show(figure)
            found.figures.append(figure)
    if asked.json:
        asked.json.write_text(json.dumps({connection.vendor: asdict(found)}, ensure_ascii=False, indent=1))


def measures(
    parts: Collection[str], rows: int, gazelle: StandIn, folder: Path, profile: str | None
) -> Iterator[Figure]:
    if set(HOT).intersection(parts):
        yield from hot_paths(parts, rows, gazelle, folder, profile)
        call_command("flush", verbosity=0, interactive=False)
    if {"syncs", "growth"}.intersection(parts):
        yield from first_full_sync(gazelle)
    if "syncs" in parts:
        yield from later_syncs(gazelle.door)
    if "growth" in parts:
        timeline = entities()["timeline"]
        yield from growth(timeline, min(INCREMENT, rows // 4))


# -- the hot paths, on the largest table -------------------------------------------------------------------------------


def hot_paths(
    parts: Collection[str], rows: int, gazelle: StandIn, folder: Path, profile: str | None
) -> Iterator[Figure]:
    """Pages written to disk and read back, staged, reconciled; then the same pages with every record changed."""
    timeline = entities()["timeline"]
    run(gazelle.door, *timeline.refers_to, mode=Mode.FULL)  # what the entries point to
    pages: list[Page] = []
    for page in walk(gazelle.door, plan(timeline, entities(), Mode.FULL), leg="bench"):
        pages.append(page)
        if len(pages) * timeline.page_size >= rows:
            break
    gc.freeze()  # the product holds one page at a time: these must not be walked at every collection
    rows = sum(len(page.nodes) for page in pages)
    spool = Spool(folder / "spool")
    files = [spool.write(page) for page in pages]
    with profiled(profile):
        yield (reading := timed(lambda: [spool.read(file) for file in files], "reading", rows))
        yield (staging := timed(lambda: stage(pages), "staging", rows))
        if {"reconciling", "changes"}.intersection(parts):
            yield (reconciling := timed(lambda: reconcile(timeline, entities()), "reconciling", rows))
            yield replace(reading, what="first_load") + staging + reconciling
    yield timed(lambda: stage(pages), "staging_unchanged", rows)
    if "changes" in parts:
        changed = [replace(page, nodes=[read_again(node) for node in page.nodes]) for page in pages]
        gc.freeze()
        with profiled(profile and f"{profile}.changes"):
            yield (staging := timed(lambda: stage(changed), "staging_changed", rows))
            work = timed(lambda: reconcile(timeline, entities(), scanned=rows), "reconciling_changed", rows)
            yield work
            yield replace(reading, what="changes") + staging + work
    if "beside" in parts:
        call_command("flush", verbosity=0, interactive=False)
        yield bare_insert(pages)
        yield from with_dlt(pages, folder, database_url())


def read_again(node: object) -> object:
    return {**node, "comment": f"{node['comment'] or ''} (relu)"} if isinstance(node, dict) else node


def stage(pages: list[Page]) -> None:
    for page in pages:
        stage_page(
            entities=[entities()[page.entity]], nodes=page.nodes, number=page.number, end_cursor=page.end_cursor,
            total=page.total, fetched_at=timezone.now(), legs={},
        )  # fmt: skip


# -- whole syncs -------------------------------------------------------------------------------------------------------


def first_full_sync(gazelle: StandIn) -> Iterator[Figure]:
    """By the command, in a process of its own, as on the first day: its memory is that of the product alone."""
    ways = {"GAZELLE_API_URL": gazelle.url, "GAZELLE_API_KEY": gazelle.key, "RAW_DATA_DIR": str(settings.RAW_DATA_DIR)}
    environment = os.environ | ways | {"DATABASE_URL": database_url(), "ENV_FILE": os.devnull}
    idle = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
    cost = cost_of("-c", idle, environment=environment)
    yield Figure(what="memory", by=DJANGO, megabytes=cost["megabytes"], note="idle, connected")
    cost = cost_of("manage.py", "sync", "--full", environment=environment)
    legs = list(Leg.objects.values("fetched", "requests", "seconds"))
    waiting = sum(leg["seconds"].get("fetching", 0.0) for leg in legs)
    yield Figure(
        what="full_sync", rows=sum(leg["fetched"] for leg in legs), processor=cost["processor"], waiting=waiting,
        seconds=sum(sum(leg["seconds"].values()) for leg in legs) - waiting,
        note=f"{sum(leg['requests'] for leg in legs)} requests, {cost['seconds']:.1f} s from start to end",
    )  # fmt: skip
    yield Figure(what="memory", megabytes=cost["megabytes"], note="sync --full")


def cost_of(*arguments: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.memory", sys.executable, *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def later_syncs(door: Transport) -> Iterator[Figure]:
    started = timezone.now()
    yield sync_figure("unchanged_walk", door, "clients", "pianos", since=started)
    yield sync_figure("incremental", door, since=timezone.now())


def sync_figure(what: str, door: Transport, *names: str, since: datetime) -> Figure:
    results: list[Result] = []
    whole = timed(lambda: results.extend(run(door, *names, mode=Mode.INCREMENTAL)), what)
    waiting = sum(result.seconds["fetching"] for result in results)
    requests = sum(leg.requests for result in results for leg in result.legs.values())
    return replace(
        whole, waiting=waiting, seconds=whole.seconds - waiting,
        note=f"{requests} requests, {written(since)} rows written",
        rows=sum(leg.fetched for result in results for leg in result.legs.values()),
    )  # fmt: skip


def run(door: Transport, *names: str, mode: Mode) -> list[Result]:
    with open(os.devnull, "w") as nobody:  # noqa: PTH123
        results = sync(names, mode=mode, reporter=LineReporter(nobody), transport=door)
    for result in results:
        assert result.error is None, result.error
    return results


def written(since: datetime) -> int:
    """Rows of the mirrored tables and of staging that were written since then: all writers leave their hour."""
    count: int = StagedRecord.objects.filter(Q(staged_at__gte=since) | Q(reconciled_at__gte=since)).count()
    for entity in entities():
        count += table(entity).model._base_manager.filter(updated_at__gte=since).count()
    return count


# -- where it happens --------------------------------------------------------------------------------------------------


@contextmanager
def database() -> Iterator[Path]:
    """A database for this run alone, and a folder beside it; on SQLite a real file, as the product has."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    settings.RAW_DATA_DIR = folder / "raw_data"
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "mirror.sqlite3")
    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield folder
    finally:
        teardown_databases(old, verbosity=0)
        shutil.rmtree(folder)


def database_url() -> str:
    """Where this run's own database is, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def this_run(size: str) -> Run:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        number = str(cursor.fetchone()[0]).split()[0]
    return Run(
        version=f"{connection.display_name} {number}", measured_on=timezone.localdate().isoformat(), volume=size,
        python=platform.python_version(), processor=processor(), cores=os.cpu_count() or 0, load=os.getloadavg()[0],
        figures=[],
    )  # fmt: skip


def processor() -> str:
    """Its name where the system tells it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


@contextmanager
def profiled(file: str | None) -> Iterator[None]:
    with cProfile.Profile() if file else nullcontext() as profile:
        yield
    if profile and file:
        profile.dump_stats(file)


if __name__ == "__main__":
    main()
