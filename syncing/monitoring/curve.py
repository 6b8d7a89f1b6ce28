"""How long a job takes, run after run, as a line that the page draws with attributes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from syncing import french
from syncing.scheduling.models import JobRun

WIDTH, HEIGHT, MARGIN = 320, 72, 6


@dataclass(frozen=True)
class Curve:
    """The path of the line, the marks of the runs that failed, and the sentence for those who do not see it."""

    line: str
    failures: tuple[tuple[float, float], ...]
    told: str
    width: int = WIDTH
    height: int = HEIGHT


def curve(newest_first: Sequence[JobRun]) -> Curve | None:
    """None below two runs: a point is no curve."""
    runs = list(reversed(newest_first))
    if len(runs) < 2:
        return None
    longest = max(run.seconds for run in runs) or 1.0
    across, down = (WIDTH - 2 * MARGIN) / (len(runs) - 1), HEIGHT - 2 * MARGIN
    points = [
        (round(MARGIN + at * across, 1), round(MARGIN + down * (1 - run.seconds / longest), 1))
        for at, run in enumerate(runs)
    ]
    failed = tuple(point for point, run in zip(points, runs, strict=True) if run.outcome in ("error", "lost"))
    usual, worst = french.seconds(median(run.seconds for run in runs)), french.seconds(longest)
    told = f"{french.number(len(runs))} dernières durées : {usual} d’habitude, {worst} au plus."
    return Curve(" ".join(f"{'L' if at else 'M'}{x} {y}" for at, (x, y) in enumerate(points)), failed, told)
