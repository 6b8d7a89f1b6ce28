"""Write the figures into `docs/benchmarks.md`, plots included: `python -m tests.benchmarks.page FILE…`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from syncing.registry import PROJECT
from tests.benchmarks.figures import (
    AIMS,
    BARE,
    DJANGO,
    DLT,
    MIRROR,
    PAGE,
    RATE,
    SCALES,
    SECONDS,
    WHATS,
    Figure,
    Run,
    read_runs,
    thousands,
)
from tests.benchmarks.plot import draw

BEGIN, END = "<!-- figures: written by tests.benchmarks.page -->", "<!-- end of figures -->"
PICTURES = (
    "![Records a second](pictures/benchmarks-throughput.svg)",
    "![Cost of a page as the table grows](pictures/benchmarks-growth.svg)",
)
GROWN = 1.25  # below this, a page that costs more on a larger table is noise
HOT = (
    *("reading", "staging", "reconciling", "first_load"),
    *("staging_changed", "reconciling_changed", "changes", "staging_unchanged"),
)


def write(files: Iterable[Path], docs: Path) -> None:
    """The tables between the two marks, the rest of the page being people's."""
    page = docs / "benchmarks.md"
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    runs = read_runs(*files)
    page.write_text("\n\n".join([before + BEGIN, *sections(runs), END + after]))
    draw(runs, docs / "pictures")


def sections(runs: Mapping[str, Run]) -> Iterator[str]:
    yield "\n".join(where(run) for run in runs.values())
    yield from PICTURES
    yield "### Records a second\n\n" + hot(runs)
    yield "### Whole syncs\n\n" + whole(runs)
    yield f"### Growth: milliseconds for a page of {PAGE} records\n\n" + growing(runs)
    yield "### Memory\n\n" + memory(runs)
    yield "### Losses\n\n" + "\n".join(losses(runs))


def where(run: Run) -> str:
    busy = run.load > run.cores / 2
    return (
        f"* {run.version}, CPython {run.python}, {run.cores} cores ({run.processor}), {run.volume} volume, "
        f"{run.measured_on}, load of the machine beforehand {run.load:.1f}"
        f"{': busy with something else, only processor times are worth reading' if busy else ''}."
    )


def hot(runs: Mapping[str, Run]) -> str:
    heads = [f"{name}, {run.version.split()[0]}" for run in runs.values() for name in ("Mirror", "bare insert", "dlt")]
    rows = [
        [WHATS[what], aim(what), *(rate(run.of(what, by)) for run in runs.values() for by in (MIRROR, BARE, DLT))]
        for what in HOT
    ]
    return table(["What", "Aim", *heads], rows)


def whole(runs: Mapping[str, Run]) -> str:
    rows = [
        [WHATS[what], aim(what), *(length(run.of(what)) for run in runs.values())]
        for what in ("full_sync", "unchanged_walk", "incremental")
    ]
    return table(["What", "Aim", *(run.version for run in runs.values())], rows)


def growing(runs: Mapping[str, Run]) -> str:
    rows = []
    for what in ("growth_changed", "growth_unchanged", "growth_new"):
        for run in runs.values():
            found = {figure.scale: figure for figure in run.figures if figure.what == what}
            cells = [milliseconds(found[scale]) if scale in found else "–" for scale in SCALES]
            rows.append([WHATS[what], run.version.split()[0], *cells])
    return table(["What", "Database", *(f"{scale}×" for scale in SCALES)], rows)


def milliseconds(figure: Figure) -> str:
    """Of the wall, and in brackets of our processor."""
    return f"{figure.per_page:.0f} ({figure.per_page * figure.processor / figure.seconds:.0f})"


def memory(runs: Mapping[str, Run]) -> str:
    rows = []
    for name, by in (("Django, idle and connected", DJANGO), ("`manage.py sync --full`, its peak", MIRROR)):
        found = [run.of("memory", by) for run in runs.values()]
        rows.append([name, *(f"{figure.megabytes:.0f} MB" if figure else "–" for figure in found)])
    return table([f"Process (aim: {aim('memory')})", *(run.version for run in runs.values())], rows)


def losses(runs: Mapping[str, Run]) -> list[str]:
    """What misses its aim, where dlt is faster, and what grows with the table: told by the figures themselves."""
    found = []
    for run in runs.values():
        name = run.version.split()[0]
        for figure in (figure for figure in run.figures if figure.by == MIRROR):
            target, unit = AIMS.get(figure.what, (0.0, ""))
            if unit and not figure.reaches(target, unit):
                found.append(f"* {name}, {lower(figure)}: {said(figure, unit)}, aim {aim(figure.what)}.")
            other, small = run.of(figure.what, DLT), run.of(figure.what)
            if other and other.rate > figure.rate:
                found.append(f"* {name}, {lower(figure)}: dlt is {other.rate / figure.rate:.1f} times as fast.")
            if figure.scale == SCALES[-1] and small and figure.per_page > GROWN * small.per_page:
                times = figure.per_page / small.per_page
                found.append(
                    f"* {name}, {lower(figure)}: {times:.1f} times as long on a table {figure.scale} times as large."
                )
    return found or ["None: every aim is reached, dlt is nowhere faster, and no page costs more on a larger table."]


def lower(figure: Figure) -> str:
    name = WHATS[figure.what]
    return name[0].lower() + name[1:]


def said(figure: Figure, unit: str) -> str:
    if unit == RATE:
        return f"{thousands(figure.rate)} rows/s"
    return f"{figure.seconds:.1f} s" if unit == SECONDS else f"{figure.megabytes:.0f} MB"


def aim(what: str) -> str:
    if what not in AIMS:
        return "–"
    value, unit = AIMS[what]
    return thousands(value) if unit == RATE else f"{value:g} {unit}"


def rate(figure: Figure | None) -> str:
    """By second of the wall, and in brackets by second of our processor."""
    if figure is None:
        return "–"
    return f"{thousands(figure.rate)} ({thousands(figure.rows / figure.processor)})"


def length(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return (
        f"{figure.seconds:.1f} s for {thousands(figure.rows, exact=True)} rows; processor {figure.processor:.1f} s, "
        f"answers {figure.waiting:.1f} s; {figure.note}"
    )


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    write(map(Path, sys.argv[1:]), PROJECT / "docs")
