"""Figures of the mirror, beside an alternative, on the database of DATABASE_URL: `python -m tests.benchmarks`.

Everything is measured on pages already read from the stand-in (real number of clients, contacts and pianos), so that
only our own time counts; the alternative loads the same bytes with the database's fastest bare insert.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from gazelle_site.sandbox import Sandbox, serve  # noqa: E402
from syncing.digests import digest, raw_bytes, staging_key  # noqa: E402
from syncing.fetching.oauth import ApiKey  # noqa: E402
from syncing.fetching.pages import Page, plan, walk  # noqa: E402
from syncing.fetching.transport import Transport  # noqa: E402
from syncing.models import StagedRecord  # noqa: E402
from syncing.reconciling.reconciling import reconcile  # noqa: E402
from syncing.registry import entities  # noqa: E402
from syncing.staging.accepting import split, stage_page  # noqa: E402
from syncing.vocabulary import Mode  # noqa: E402

T = TypeVar("T")


def main() -> None:
    old = setup_databases(verbosity=0, interactive=False)
    try:
        say(f"{connection.vendor}, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
        pages, fetching = timed(read_everything)
        rows = sum(1 for _ in parts(pages))
        say(f"Pages read from the stand-in: {len(pages)}, {rows} rows, {fetching:.1f} s (not ours)\n")
        bare = timed(lambda: bare_insert(pages))[1]
        StagedRecord.objects.all().delete()
        line("Staging, first load", rows, timed(lambda: stage(pages))[1], "bare insert", bare)
        line("Reconciling, first load", rows, timed(settle)[1])
        line("Walk of what has not changed", rows, timed(lambda: walk_again(pages))[1])
        changed = [edited(page) for page in pages]
        line("Staging, everything changed", rows, timed(lambda: stage(changed))[1])
        line("Reconciling, everything changed", rows, timed(settle)[1])
        say(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, stand-in included")
    finally:
        teardown_databases(old, verbosity=0)


def read_everything() -> list[Page]:
    with serve(Sandbox(size="demo", today=date(2026, 11, 20))) as served:
        door = Transport(served.graphql_url, ApiKey(served.api_key))
        roots = [entity for entity in entities() if entity.root]
        return [page for root in roots for page in walk(door, plan(root, entities(), Mode.FULL), leg="bench")]


def parts(pages: list[Page]) -> Iterator[tuple[str, object]]:
    """Every record of the pages, those carried by others included."""
    for page in pages:
        root, *carried = entities().brought_by(entities()[page.entity])
        for node in page.nodes:
            yield from split(node, root, carried)


def stage(pages: list[Page]) -> None:
    for page in pages:
        stage_page(
            entities=entities().brought_by(entities()[page.entity]), nodes=page.nodes, number=page.number,
            end_cursor=page.end_cursor, total=page.total, fetched_at=timezone.now(), legs={},
        )  # fmt: skip


def walk_again(pages: list[Page]) -> None:
    stage(pages)
    settle()


def settle() -> None:
    for entity in entities():
        reconcile(entity, entities())


def edited(page: Page) -> Page:
    """The same page after somebody touched every record in Gazelle."""
    root = entities()[page.entity]
    for node in page.nodes:
        if isinstance(node, dict):
            node["updatedAt"] = "2026-11-20T12:00:00Z"
            for name in (nested.name for nested in root.nested if nested.carries):
                for inner in node[name]["nodes"]:
                    inner["updatedAt"] = "2026-11-20T12:00:00Z"
    return page


def bare_insert(pages: list[Page]) -> None:
    """The alternative: COPY on PostgreSQL, executemany on SQLite; no check, no digest kept from before."""
    now = timezone.now()
    rows = []
    for name, node in parts(pages):
        raw = raw_bytes(node)
        rows.append((name, staging_key(node, raw), digest(raw), raw, "pending", 0, "", now, now))
    columns = "entity, gazelle_id, digest, raw, state, attempts, last_error, fetched_at, staged_at"
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY syncing_stagedrecord ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * 9)
            cursor.executemany(f"INSERT INTO syncing_stagedrecord ({columns}) VALUES ({marks})", rows)  # noqa: S608  # our own words


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def line(what: str, rows: int, seconds: float, other: str = "", other_seconds: float = 0.0) -> None:
    beside = f"   ({other}: {rows / other_seconds:>7.0f} rows/s)" if other else ""
    say(f"{what:<34}{seconds:>7.2f} s {rows / seconds:>9.0f} rows/s{beside}")


def say(text: Any) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
