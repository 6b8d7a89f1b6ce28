"""What the timeline report costs on the real volume: `python -m tests.benchmarks.report`, on DATABASE_URL.

The hundred clients with the most service entries are given to the three institutions, far more than the house has. The
spreadsheet is a local one, in this process: its work is counted with ours.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.mirror import database, first_full_sync  # first: it sets Django up

# ruff: isort: split
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from clients.models import Client, Institution
from pianos.models import TimelineEntry
from pianos.report.entries import KINDS
from pianos.report.producing import Order, composed, produce
from pianos.report.sources import entries
from tests.benchmarks.figures import say
from tests.benchmarks.standin import stand_in
from tests.sheets import server
from tests.sheets.server import Sheets

GIVEN = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small volume: proves that the measures still run")
    parser.add_argument("--everybody", action="store_true", help="every client in an institution: the whole history")
    asked = parser.parse_args()
    with database() as folder, stand_in("small" if asked.quick else "real") as gazelle:
        list(first_full_sync(gazelle))
        give(None if asked.everybody else GIVEN)
        say(f"\n{connection.display_name}, {TimelineEntry.objects.count()} entries, {len(list(entries()))} reported")
        with spreadsheet(folder) as sheets:
            measure(folder, sheets)


def give(count: int | None) -> None:
    """The busiest clients to the institutions, in turn."""
    served = TimelineEntry.objects.filter(entry_type__in=KINDS).exclude(piano__client=None)
    busiest = served.values("piano__client").annotate(found=Count("pk")).order_by("-found", "piano__client")
    houses = list(Institution.objects.exclude(tab=""))
    for turn, row in enumerate(busiest[:count] if count else busiest):
        Client.objects.filter(pk=row["piano__client"]).update(institution=houses[turn % len(houses)])


@contextmanager
def spreadsheet(folder: Path) -> Iterator[Sheets]:
    with server.serve() as sheets:
        settings.GOOGLE_SHEETS_URL, settings.TIMELINE_SHEET_ID = sheets.url, server.KEY
        settings.GOOGLE_CREDENTIALS_FILE = str(sheets.write_key(folder / "google.json"))
        yield sheets


def measure(folder: Path, sheets: Sheets) -> None:
    timed("tabs composed", lambda: composed())
    timed("first report", lambda: produce(Order(), timezone.now()))
    writes = sheets.writes
    timed("append, nothing new", lambda: produce(Order(), timezone.now()))
    say(f"{'writes of that append':<24}{sheets.writes - writes:>9}")
    timed("full refresh", lambda: produce(Order(full_refresh=True), timezone.now()))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        timed("file", lambda: produce(Order(output=Path(place) / "rapport.xlsx"), timezone.now()))
    rows = {tab: len(sheets.book.rows(tab)) for tab in sheets.book.titles}
    say(f"rows: {', '.join(f'{tab} {count}' for tab, count in rows.items())}; {sheets.writes} writes in all")


def timed(what: str, work: Callable[[], object]) -> None:
    began, processor = time.perf_counter(), time.process_time()
    work()
    say(f"{what:<24}{time.perf_counter() - began:>8.2f} s  processor {time.process_time() - processor:>8.2f} s")


if __name__ == "__main__":
    main()
