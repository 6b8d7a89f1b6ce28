"""Jobs that do what a test tells them, and write down that they did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from syncing.scheduling.declaring import LONG, Done, job

behaviour: Callable[[], Done] = lambda: Done("Fait.")  # noqa: E731  # replaced by each test


@job(label="Essai", about="Un travail.", production={"": "0 6-22/2 * * *"}, attempts=3, pause=timedelta(minutes=5))
def patient() -> Done:
    return behaviour()


@job(label="Coup d’un soir", about="Un seul essai.", production={"": "0 4 * * *"}, cluster=LONG)
def once() -> Done:
    return behaviour()


JOBS = (patient, once)
