"""The life of a run: taken by one process under the lease of its job, kept alive, ended; tried again as data."""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.models import QuerySet
from django.utils import timezone

from syncing import french, leases
from syncing.scheduling.booking import book, now_from, poke
from syncing.scheduling.declaring import Job, JobFailed, Later, jobs
from syncing.scheduling.models import BEAT, LOST, ORPHAN, JobRun, RunOutcome, Trigger
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)

SLICE = 8 * 60
"""Seconds that work should not go beyond without being `Later`: under ten minutes, and far under the queue's limit."""
LET_BY = timedelta(hours=1)
"""How long a job waits for those that go before it: late, it is still better than not at all."""
ASK_AGAIN = timedelta(minutes=2)
GONE = "Le processus qui y travaillait a disparu."


@dataclass
class Work:
    """The run at hand, as its work sees it."""

    run: JobRun
    until: float
    """On the monotonic clock: when it should stop and be `Later`."""

    @property
    def trigger(self) -> str:
        return self.run.trigger

    @property
    def user(self) -> User | None:
        return self.run.user

    @property
    def stats(self) -> dict[str, object]:
        """What the journal keeps, and what the next try or slice finds again: plain JSON."""
        stats: dict[str, object] = self.run.stats
        return stats

    @property
    def is_out_of_time(self) -> bool:
        return time.monotonic() >= self.until


_at_hand: ContextVar[Work] = ContextVar("work")


def at_hand() -> Work:
    """The run in whose work this is called; LookupError outside of any."""
    return _at_hand.get()


def attend(job: Job, slot: str = "") -> None:
    """Do the next thing there is to do of a job: the run planned for `slot`, one asked for, a try or slice that is due.

    One at a time: the queue's limit is for one. Who finds the lease taken leaves; its holder calls for what is left.
    """
    if slot and settings.SCHEDULER_ENABLED:
        book(job, now_from(slot), timezone.now())
    name, owner = lease_of(job.name), leases.new_owner()
    if not leases.acquire(name, owner, LOST):
        return
    try:
        run = _take(job, owner, timezone.now())
        if run is not None:
            _perform(job, run)
    finally:
        leases.release(name, owner)
    now = timezone.now()
    if run is not None and waiting(job.name).exclude(pk=run.pk).filter(not_before__lte=now).exists():
        poke(job, now)


def carry_out(job: Job, run: JobRun) -> None:
    """A run to its end, here, slice after slice; the next try of a failure is left to `tick`."""
    while run.finished_at is None and run.not_before <= timezone.now():
        attend(job)
        run.refresh_from_db()
        time.sleep(0 if run.owner == "" else 1)  # somebody else is at it


def lease_of(name: str) -> str:
    return f"job:{name}"


def waiting(name: str) -> QuerySet[JobRun]:
    """The runs of a job that are not over, in the order in which they are taken."""
    return JobRun.objects.filter(job=name, finished_at=None).order_by("slot", "pk")


def _take(job: Job, owner: str, now: datetime) -> JobRun | None:
    """The next run that is due, marked as ours. Under the lease nobody else is at any of them."""
    opened = list(waiting(job.name).select_related("user"))
    newest = max((run.slot for run in opened if run.trigger == Trigger.SCHEDULER), default=None)
    for run in opened:
        if run.owner and run.attempt >= job.attempts:
            _end(run, RunOutcome.LOST, GONE, "Relancez-le, et regardez ce qui l’a arrêté.")
        elif run.trigger == Trigger.SCHEDULER and newest is not None and run.slot < newest:
            _give_way(run, newest)
        elif run.not_before <= now:
            run.owner, run.heartbeat_at, run.attempt = owner, now, run.attempt + 1
            run.started_at = run.started_at or now
            run.worker = _cluster()
            run.save(update_fields=("owner", "heartbeat_at", "attempt", "started_at", "worker"))
            return run
    return None


def _cluster() -> str:
    """Machine and number of the process that guards this one, `host:pid`; with `:orphan` when who started it is dead.

    A cluster whose main process alone was killed works on beside its successor, in a version that may be past.
    """
    guard = os.getppid()
    told = f"{socket.gethostname()}:{guard}"
    if multiprocessing.parent_process() is None:  # a command, that nobody guards
        return told
    try:
        starter = Path(f"/proc/{guard}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1]
        is_orphan = Path(f"/proc/{starter}/cmdline").read_bytes() != Path(f"/proc/{guard}/cmdline").read_bytes()
    except OSError:  # another system than Linux, or another owner
        return told
    return f"{told}{ORPHAN}" if is_orphan else told


def _give_way(run: JobRun, newest: datetime) -> None:
    """A later one of the schedule does what this one did not, or not to its end."""
    instead = f"Celui de {french.clock(newest)} le remplace."
    if run.started_at is None:
        _end(run, RunOutcome.SKIPPED, f"{instead} Le précédent n’était pas fini.")
    elif not run.owner and not run.attempt:  # between two slices
        _end(run, RunOutcome.WARNING, f"{run.message} {instead}")
    else:
        _end(run, RunOutcome.LOST if run.owner else RunOutcome.ERROR, run.message or GONE, run.action)


def _perform(job: Job, run: JobRun) -> None:
    """One try, or one slice; whatever happens in it is written on its row."""
    began, token = time.monotonic(), _at_hand.set(Work(run, time.monotonic() + SLICE))
    try:
        _let_by(job, run)
        with _beating(job, run):
            done = job.work()
        _spent(run, began)
        _end(run, RunOutcome.WARNING if done.warning else RunOutcome.SUCCESS, done.message)
    except Later as later:
        _spent(run, began)
        _put_off(job, run, later)
    except SyncError as error:
        _spent(run, began)
        _fail(job, run, str(error), error.action)
    except Exception as error:  # the edge of one job: whatever happens here is on its row
        logger.exception("job_crashed", extra={"job": job.name})
        if isinstance(error, OperationalError | InterfaceError):
            connection.close()  # the next one may be better; without any the run is « perdu »
        _spent(run, began)
        _fail(job, run, f"Erreur imprévue : {type(error).__name__}.", "Le détail est au journal du serveur.")
    except BaseException as stop:  # the limit of the queue, a stop, Ctrl-C
        connections.close_all()  # it may have been cut in the middle of a question
        _spent(run, began)
        told = f"Arrêté après {french.seconds(time.monotonic() - began)}."
        _fail(job, run, told, "Relancez-le ; s’il s’arrête encore, regardez le journal du serveur.")
        logger.error("job_stopped", extra={"job": job.name, "by": type(stop).__name__})
        raise
    finally:
        _at_hand.reset(token)


def _let_by(job: Job, run: JobRun) -> None:
    """Raises Later while a job that goes before this one is at work or has its turn to come."""
    now = timezone.now()
    if french.elapsed(run.started_at or now, now) > LET_BY:
        return
    first = {one.name: one for one in jobs() if job.name in one.before}
    for other in JobRun.objects.filter(job__in=first, finished_at=None).order_by("slot"):
        if not other.is_lost(now) and other.not_before - now < LET_BY:
            raise Later(f"Attend la fin de « {first[other.job].label} ».", after=ASK_AGAIN)


def _fail(job: Job, run: JobRun, message: str, action: str) -> None:
    if run.attempt >= job.attempts:
        _end(run, RunOutcome.ERROR, message, action)
    else:
        _let_go(run, timezone.now() + job.pause, message, action)


def _put_off(job: Job, run: JobRun, later: Later) -> None:
    now = timezone.now()
    if run.started_at and french.elapsed(run.started_at, now) > job.patience:
        _fail(job, run, f"{later} Ce travail n’attend pas plus de {french.duration(job.patience)}.", JobFailed.action)
    else:
        run.attempt = 0  # it went well so far
        _let_go(run, now + later.after, str(later), "")


def _let_go(run: JobRun, not_before: datetime, message: str, action: str) -> None:
    _write(run, owner="", not_before=not_before, poked_at=None, message=message, action=action)


def _end(run: JobRun, outcome: RunOutcome, message: str, action: str = "") -> None:
    _write(run, finished_at=timezone.now(), outcome=outcome, message=message, action=action)


def _write(run: JobRun, **columns: object) -> None:
    """On its row, if it is still ours: who was silent for too long was given up, and somebody else may have it."""
    kept = {"attempt": run.attempt, "seconds": run.seconds, "stats": run.stats}
    if not JobRun.objects.filter(pk=run.pk, owner=run.owner, finished_at=None).update(**kept, **columns):
        logger.error("run_given_up_meanwhile", extra={"job": run.job, "run": run.pk})


def _spent(run: JobRun, began: float) -> None:
    run.seconds += time.monotonic() - began


@contextmanager
def _beating(job: Job, run: JobRun) -> Iterator[None]:
    """Signs of life from a thread of its own: work may wait for a file or a server for minutes."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, run, over), name=f"beat-{job.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(job: Job, run: JobRun, over: threading.Event, every: timedelta = BEAT) -> None:
    while not over.wait(every.total_seconds()):
        try:
            JobRun.objects.filter(pk=run.pk, owner=run.owner).update(heartbeat_at=timezone.now())
            leases.renew(lease_of(job.name), run.owner, LOST)
        except (DatabaseError, InterfaceError, leases.Lost) as error:
            logger.warning("beat_not_heard", extra={"job": job.name, "why": type(error).__name__})
        finally:
            connections.close_all()  # those of this thread
