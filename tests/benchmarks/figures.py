"""What a measure is, how it is taken, how it is said."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MIRROR, BARE, DLT, DJANGO = "mirror", "bare", "dlt", "django"
SCALES = (1, 3, 10)  # times the real volume
PAGE = 500  # records of the timeline in one answer

WHATS = {
    "reading": "Reading pages from disk",
    "staging": "Staging, first load",
    "reconciling": "Reconciling, first load",
    "first_load": "Pages on disk to domain tables, first load",
    "staging_changed": "Staging, everything changed",
    "reconciling_changed": "Reconciling, everything changed",
    "changes": "Pages on disk to domain tables, everything changed",
    "staging_unchanged": "Staging, nothing changed",
    "full_sync": "First full sync of the real volume, own time",
    "unchanged_walk": "Walk of unchanged clients and pianos, own time",
    "incremental": "Incremental sync of everything, own time",
    "growth_changed": "One page, every record changed",
    "growth_unchanged": "One page, nothing changed",
    "growth_new": "One page, every record new",
    "memory": "Peak resident memory",
}
"""What is measured, in the order it is shown."""

RATE, SECONDS, MEGABYTES = "rows/s", "s", "MB"
AIMS = {
    "staging": (40_000, RATE),
    "first_load": (15_000, RATE),
    "changes": (6_000, RATE),
    "full_sync": (30, SECONDS),
    "unchanged_walk": (0.5, SECONDS),
    "memory": (300, MEGABYTES),
}
"""The design's: at least that rate, at most those seconds and megabytes."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure. A field that says nothing of it stays empty."""

    what: str
    by: str = MIRROR
    rows: int = 0
    seconds: float = 0.0
    """Of the wall; for a sync, less what was spent waiting for answers."""
    processor: float = 0.0
    """Of our own processes: it barely moves when the machine does other work."""
    waiting: float = 0.0
    """For Gazelle's answers, their decoding included."""
    scale: int = 0
    """How many times the real volume the table holds."""
    megabytes: float = 0.0
    note: str = ""

    @property
    def rate(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0

    @property
    def per_page(self) -> float:
        """Milliseconds for a page of the timeline."""
        return 1000 * self.seconds / self.rows * PAGE if self.rows else 0.0

    def reaches(self, aim: float, unit: str) -> bool:
        if unit == RATE:
            return self.rate >= aim
        return (self.seconds if unit == SECONDS else self.megabytes) <= aim

    def __add__(self, other: Figure) -> Figure:
        """The same rows through one more step."""
        return Figure(
            what=self.what,
            by=self.by,
            rows=self.rows,
            seconds=self.seconds + other.seconds,
            processor=self.processor + other.processor,
        )


def timed(work: Callable[[], object], what: str, rows: int = 0, *, by: str = MIRROR, scale: int = 0) -> Figure:
    """What `work` takes."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    return Figure(what=what, by=by, rows=rows, seconds=seconds, processor=processor, scale=scale)


@dataclass(frozen=True)
class Run:
    """What was measured on one database, and where."""

    version: str
    measured_on: str
    python: str
    processor: str
    cores: int
    load: float
    """Of the machine, the minute before: far from zero, the seconds of the wall are not worth much."""
    volume: str
    figures: list[Figure]

    def of(self, what: str, by: str = MIRROR) -> Figure | None:
        return next((figure for figure in self.figures if (figure.what, figure.by) == (what, by)), None)


def read_runs(*files: Path) -> dict[str, Run]:
    """The last run of each database, the databases in a fixed order."""
    found: dict[str, Run] = {}
    for file in files:
        for vendor, run in json.loads(file.read_text()).items():
            found[vendor] = Run(**run | {"figures": [Figure(**figure) for figure in run["figures"]]})
    return dict(sorted(found.items(), reverse=True))


def thousands(value: float, *, exact: bool = False) -> str:
    """Three digits are all that such a measure is worth."""
    shown = round(value) if exact or value < 1000 else round(value, 2 - len(str(int(value))) + 1)
    return f"{shown:,.0f}".replace(",", " ")


def show(figure: Figure) -> None:
    """One aligned line."""
    name = f"{WHATS[figure.what]}{f', {figure.scale}×' if figure.scale else ''}"
    parts = [f"{name:<56} {figure.by:<7}"]
    if figure.seconds:
        rate = f"{figure.rate:>8.0f} rows/s" if figure.rows else ""
        parts.append(f"{figure.rows:>8} rows {figure.seconds:>8.2f} s {rate:<15}")
        parts.append(f"processor {figure.processor:>7.2f} s")
    if figure.waiting:
        parts.append(f"answers {figure.waiting:.1f} s")
    if figure.megabytes:
        parts.append(f"{figure.megabytes:.0f} MB")
    if figure.note:
        parts.append(figure.note)
    say("  ".join(parts))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
