"""A schedule played by the clock: django-q2's own scheduler, our own runner, and a queue that delivers at once.

The work of each job is replaced by nothing; all that is around it is real.
"""

from __future__ import annotations

import pydoc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial, wraps

import time_machine
from django.db.models import Min
from django_q import scheduler as q_scheduler
from django_q.conf import Conf
from django_q.models import Schedule
from django_q.signing import SignedPackage

from syncing.french import COMPANY_ZONE
from syncing.scheduling.declaring import DEFAULT, LONG, Done, Job
from syncing.scheduling.planning import declare

POLL = timedelta(seconds=30)
"""How often a cluster of django-q2 looks at the schedule."""


@dataclass
class Queue:
    """A broker that keeps what it is given, for those who deliver it."""

    list_key: str
    given: list[bytes] = field(default_factory=list)

    def enqueue(self, task: bytes) -> int:
        self.given.append(task)
        return len(self.given)


@dataclass
class Clockwork:
    """So many clusters of each kind, each of which looks at the schedule twice a minute."""

    jobs: list[Job]
    copies: int = 2
    """Clusters side by side; each task is also delivered as many times, as after a lost acknowledgement."""
    began: list[tuple[str, datetime]] = field(default_factory=list)
    """Every time any work began."""

    def play(self, start: datetime, end: datetime, outages: Iterable[tuple[datetime, datetime]] = ()) -> None:
        """From declaration to end; during an outage no cluster lives."""
        with time_machine.travel(start, tick=False) as clock:
            declare(self.jobs, start)
            at = start
            while (at := self._next_look(at)) < end:
                for down, up in outages:
                    at = up if down <= at < up else at
                clock.move_to(at)
                for cluster in (DEFAULT, LONG):
                    for _ in range(self.copies):
                        self._look(cluster)

    def _next_look(self, at: datetime) -> datetime:
        """Nothing happens until something is planned: the first look strictly after it."""
        due = Schedule.objects.aggregate(Min("next_run"))["next_run__min"] or at
        steps = max(int((due - at) / POLL), 0) + 1
        return at + steps * POLL

    def _look(self, cluster: str) -> None:
        queue, Conf.CLUSTER_NAME = Queue(cluster), cluster
        try:
            q_scheduler.scheduler(broker=queue)
        finally:
            Conf.CLUSTER_NAME = Conf.PREFIX
        for package in queue.given:
            for _ in range(self.copies):
                task = SignedPackage.loads(package)
                pydoc.locate(task["func"])(*task["args"], **task["kwargs"])  # type: ignore[operator]  # as a worker does


@contextmanager
def clockwork(jobs: list[Job], copies: int = 2) -> Iterator[Clockwork]:
    """The queue finds jobs by their names: theirs is the work that is replaced, for as long as it lasts."""
    played, real = Clockwork(jobs, copies), [one.work for one in jobs]
    try:
        for one in jobs:
            object.__setattr__(one, "work", wraps(one.work)(partial(_counted, played, one.name)))
        yield played
    finally:
        for one, work in zip(jobs, real, strict=True):
            object.__setattr__(one, "work", work)


def _counted(played: Clockwork, name: str) -> Done:
    played.began.append((name, datetime.now(UTC)))
    return Done("")


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """What the wall shows, as an instant: an hour that does not exist is the one after it."""
    naive = datetime(day.year, day.month, day.day, hour, minute, tzinfo=COMPANY_ZONE)
    return naive.astimezone(UTC)


def days(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start += timedelta(days=1)
