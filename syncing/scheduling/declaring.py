"""What a job is: a function without arguments in an app's `jobs.py`, listed in its `JOBS`. One finder loads them all.

    @job(label="Ménage", about="…", production={"": "0 5 * * *"}, attempts=2, pause=timedelta(minutes=10))
    def housekeeping() -> Done: ...

The name then stands for the job: called, as the queue calls it, it goes through the runner, which owns its life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import ClassVar

from syncing.registry import load
from syncing.scheduling.crons import checked
from syncing.vocabulary import SyncError

DEFAULT, LONG = "default", "long"
"""The two clusters: what takes seconds is never behind what takes minutes."""
BEATS = ("tick", "long_tick")
"""The job of each cluster that proves it lives."""


@dataclass(frozen=True)
class Done:
    """How the work went, for the journal. `warning`: it is finished, and something in it needs a look."""

    message: str
    warning: bool = False


class JobFailed(SyncError):
    """The work did not get done, for a reason that is known; tried again as the job declares it."""

    code = "job_failed"
    action = "Lisez la cause, puis relancez le travail depuis sa page."


class Later(Exception):
    """Not finished, and nothing is wrong: out of time, or waiting for something. Taken up again after `after`."""

    def __init__(self, message: str, *, after: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.after = after


class UnknownJob(SyncError):
    """Asked for a job that nobody declared; the message lists those that exist."""

    code = "unknown_job"
    action = "Choisissez un travail de la liste."


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """A piece of work that runs by itself, and by hand."""

    do_not_call_in_templates: ClassVar[bool] = True
    """Django's: a page that names a job would run it."""

    work: Callable[[], Done]
    label: str
    about: str
    """One French sentence: what it does for people."""
    crons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By environment, its cron lines; the key of a line distinguishes it from the job's others."""
    attempts: int = 1
    pause: timedelta = timedelta()
    """Between two attempts."""
    cluster: str = DEFAULT
    patience: timedelta = timedelta(hours=4)
    """How long it may be `Later` again before that is a failure."""
    promise: timedelta | None = None
    """The age of its last success above which the outside watch cries."""
    told_elsewhere: bool = False
    """Its failures are findings of their own, such as those of a reading: they are not said twice."""
    pausable: bool = True
    before: tuple[str, ...] = ()
    """Jobs that let this one end first, when both are due: those that keep what it makes."""
    page: str = ""
    """The name of the address that shows what it made."""

    def __post_init__(self) -> None:
        for lines in self.crons.values():
            for cron in lines.values():
                checked(cron)

    @property
    def name(self) -> str:
        return self.work.__name__

    @property
    def path(self) -> str:
        """What the queue calls."""
        return f"{self.work.__module__}.{self.work.__name__}"

    def lines(self, environment: str) -> dict[str, str]:
        """Its cron lines in an environment, by the name of their row: `job` or `job:weekend`."""
        lines = self.crons.get(environment, {})
        return {f"{self.name}:{key}" if key else self.name: cron for key, cron in lines.items()}

    def __call__(self, slot: str = "") -> None:
        """Do what there is to do of it now. `slot` is given by the schedule: the instant planned, in ISO 8601."""
        from syncing.scheduling.running import attend  # what runs jobs reads what they are

        attend(self, slot)


def job(
    *, label: str, about: str, production: Mapping[str, str] | None = None, staging: Mapping[str, str] | None = None,
    attempts: int = 1, pause: timedelta = timedelta(), cluster: str = DEFAULT, promise: timedelta | None = None,
    told_elsewhere: bool = False, pausable: bool = True, before: tuple[str, ...] = (), page: str = "",
) -> Callable[[Callable[[], Done]], Job]:  # fmt: skip
    """Make a job of a function without arguments. Raises WrongCron."""

    def declare(work: Callable[[], Done]) -> Job:
        return Job(
            work=work, label=label, about=about, crons={"production": production or {}, "staging": staging or {}},
            attempts=attempts, pause=pause, cluster=cluster, promise=promise, told_elsewhere=told_elsewhere,
            pausable=pausable, before=before, page=page,
        )  # fmt: skip

    return declare


class Jobs:
    """The declared jobs, by name, in the order of their declaration."""

    def __init__(self, declared: Iterable[Job]) -> None:
        self._jobs: dict[str, Job] = {}
        for one in declared:
            if one.name in self._jobs:
                raise ValueError(f"job declared twice: {one.name}")
            self._jobs[one.name] = one

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def __contains__(self, name: object) -> bool:
        return name in self._jobs

    def __getitem__(self, name: str) -> Job:
        try:
            return self._jobs[name]
        except KeyError:
            raise UnknownJob(f"Travail inconnu : « {name} ». Travaux connus : {', '.join(self._jobs)}.") from None


@cache
def jobs() -> Jobs:
    """Every job declared in the project, found once per process."""
    return Jobs(one for module in load("jobs") for one in _declared(module))


def _declared(module: object) -> tuple[Job, ...]:
    found: tuple[Job, ...] = module.JOBS  # type: ignore[attr-defined]  # a module is an object to mypy
    return found
