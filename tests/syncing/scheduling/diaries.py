"""Four jobs that keep a diary: each start and each end of a slice is a line, with the process that wrote it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from syncing.scheduling.declaring import Done, Later, job
from syncing.scheduling.running import at_hand

SLICES = 3


def keep_a_diary() -> Done:
    run, stats = at_hand().run, at_hand().stats
    done = int(str(stats.get("slices", 0)))
    _write(f"began {run.job} {run.pk} {done}")
    time.sleep(0.25)
    _write(f"ended {run.job} {run.pk} {done}")
    stats["slices"] = done + 1
    if done + 1 < SLICES:
        raise Later("Encore un bout.")
    return Done("Tout est écrit.")


def _write(line: str) -> None:
    with Path(os.environ["DIARY"]).open("a") as diary:
        diary.write(f"{os.getpid()} {line}\n")  # short enough for the system to write it at once


declared = job(label="Diaire", about="Écrit ce qu’il fait.", production={"": "*/5 * * * *"}, attempts=20)


@declared
def north() -> Done:
    return keep_a_diary()


@declared
def south() -> Done:
    return keep_a_diary()


@declared
def east() -> Done:
    return keep_a_diary()


@declared
def west() -> Done:
    return keep_a_diary()


JOBS = (north, south, east, west)
