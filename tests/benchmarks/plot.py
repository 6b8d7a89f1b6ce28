"""Draw the figures: `python -m tests.benchmarks.plot FILE…` writes two SVG pictures into `docs/pictures/`.

Bars of records a second, one panel by database, beside dlt and bare inserts; lines of the cost of a page as its table
grows. Written as text: two plots are not worth a drawing library.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from html import escape
from math import ceil, floor, log10
from pathlib import Path

from syncing.registry import PROJECT
from tests.benchmarks.figures import AIMS, BARE, DLT, MIRROR, PAGE, SCALES, WHATS, Run, read_runs, thousands

PAPER, LINE, INK, SOFT = "#fffdf9", "#ded7ca", "#211e1a", "#645d53"  # the site's own colours
SERIES = (
    (MIRROR, "mirror", "#1d4d7c"),
    (DLT, "dlt", "#8a5700"),
    (BARE, "bare insert", "#b9b1a3"),
    ("", "aim", "#136b66"),
)
KINDS = (
    ("growth_changed", "changed", "#1d4d7c"),
    ("growth_new", "new", "#136b66"),
    ("growth_unchanged", "unchanged", "#8a5700"),
)
COMPARED = ("staging", "staging_changed", "first_load", "changes")
PANEL, LEFT, BAR, GAP, TOP = 440, 20, 15, 34, 64


class Picture:
    """An SVG being written."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12"><title>{escape(title)}</title>',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        ]

    def text(
        self, x: float, y: float, words: str, *, colour: str = INK, anchor: str = "start", weight: int = 400
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{escape(words)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>')

    def line(self, points: list[tuple[float, float]], colour: str, *, width: float = 1) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')

    def dot(self, x: float, y: float, colour: str) -> None:
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')

    def legend(self, entries: list[tuple[str, str]]) -> None:
        x = LEFT
        for words, colour in entries:
            self.box(x, 34, 10, 10, colour)
            self.text(x + 15, 43, words, colour=SOFT)
            x += 15 + 8 * len(words) + 16

    def write(self, file: Path) -> None:
        file.write_text("\n".join([*self.parts, "</svg>\n"]))


def draw(runs: Mapping[str, Run], folder: Path) -> None:
    throughput(runs).write(folder / "benchmarks-throughput.svg")
    growth(runs).write(folder / "benchmarks-growth.svg")


def throughput(runs: Mapping[str, Run]) -> Picture:
    """Each measure has its own scale, the same for both databases."""
    bars = {what: {vendor: measured(run, what) for vendor, run in runs.items()} for what in COMPARED}
    tall = {what: GAP + BAR * max(map(len, found.values())) for what, found in bars.items()}
    picture = Picture(LEFT + PANEL * len(runs), TOP + 20 + sum(tall.values()), "Records a second, more is better")
    picture.text(LEFT, 22, "Records a second (more is better)", weight=600)
    picture.legend([(name, colour) for _, name, colour in SERIES])
    wide = PANEL - 100  # room for the number at the end of the longest bar
    for column, (vendor, run) in enumerate(runs.items()):
        x, top = LEFT + PANEL * column, TOP + 16
        picture.text(x, TOP + 6, run.version, weight=600)
        for what, found in bars.items():
            most = max((value for several in found.values() for value, _ in several), default=1.0)
            picture.text(x, top + 14, WHATS[what], colour=SOFT)
            for row, (value, colour) in enumerate(found[vendor]):
                y = top + 20 + BAR * row
                picture.box(x, y, wide * value / most, BAR - 3, colour)
                picture.text(x + wide * value / most + 5, y + 10, thousands(value))
            top += tall[what]
    return picture


def measured(run: Run, what: str) -> list[tuple[float, str]]:
    """The bars of one measure, the design's aim last."""
    rates = [(figure.rate if (figure := run.of(what, by)) else 0.0, colour) for by, _, colour in SERIES]
    aims = [(AIMS[what][0], SERIES[-1][2])] if what in AIMS else []
    return [(value, colour) for value, colour in [*rates, *aims] if value]


def step(most: float) -> float:
    """1, 2 or 5 times a power of ten, so that about five lines hold the highest value."""
    power = 10.0 ** floor(log10(most / 5))
    return next(times * power for times in (1, 2, 5, 10) if times * power * 5 >= most)


def growth(runs: Mapping[str, Run]) -> Picture:
    most = max((figure.per_page for run in runs.values() for figure in run.figures if figure.scale), default=1.0)
    each, tall, wide = step(most), 220, PANEL - 110
    top = each * ceil(most / each)
    picture = Picture(LEFT + PANEL * len(runs), TOP + tall + 60, "Cost of a page as the table grows")
    picture.text(LEFT, 22, f"Milliseconds for a page of {PAGE} records as the table grows (flat is good)", weight=600)
    picture.legend([(name, colour) for _, name, colour in KINDS])
    for column, run in enumerate(runs.values()):
        x, bottom = LEFT + 40 + PANEL * column, TOP + 24 + tall
        picture.text(x - 40, TOP + 6, run.version, weight=600)
        for line in range(round(top / each) + 1):
            y = bottom - tall * line * each / top
            picture.line([(x, y), (x + wide, y)], LINE)
            picture.text(x - 6, y + 4, thousands(line * each), colour=SOFT, anchor="end")
        for scale in SCALES:
            picture.text(x + wide * scale / SCALES[-1], bottom + 18, f"{scale}×", colour=SOFT, anchor="middle")
        for what, _, colour in KINDS:
            found = [figure for figure in run.figures if figure.what == what]
            points = [(x + wide * f.scale / SCALES[-1], bottom - tall * f.per_page / top) for f in found]
            picture.line(points, colour, width=2)
            for point in points:
                picture.dot(*point, colour)
    return picture


if __name__ == "__main__":
    draw(read_runs(*map(Path, sys.argv[1:])), PROJECT / "docs" / "pictures")
