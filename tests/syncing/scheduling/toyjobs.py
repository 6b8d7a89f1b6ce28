"""Jobs that do what a test tells them, and write down that they did."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from syncing.scheduling.declaring import LONG, Done, Later, job
from syncing.scheduling.running import at_hand

behaviour: Callable[[], Done] = lambda: Done("Fait.")  # noqa: E731  # replaced by each test


@job(label="Essai", about="Un travail.", production={"": "0 6-22/2 * * *"}, attempts=3, pause=timedelta(minutes=5))
def patient() -> Done:
    return behaviour()


@job(label="Coup d’un soir", about="Un seul essai.", production={"": "0 4 * * *"}, cluster=LONG)
def once() -> Done:
    return behaviour()


@job(label="Diaire", about="Écrit ce qu’il fait, lentement.", production={"": "* * * * *"}, attempts=5)
def diarist() -> Done:
    """Four slices of half a second; each start and each end is a line of a file."""
    work, diary = at_hand(), Path(os.environ["DIARY"])
    told = f"{work.run.slot.isoformat()} {work.run.pk}"
    done = int(str(work.stats.get("slices", 0)))
    with diary.open("a") as file:
        file.write(f"began {told} {done}\n")
    time.sleep(0.3)
    with diary.open("a") as file:
        file.write(f"ended {told} {done}\n")
    work.stats["slices"] = done + 1
    if done + 1 < 3:
        raise Later("Encore un bout.")
    return Done("Tout est écrit.")


JOBS = (patient, once, diarist)
