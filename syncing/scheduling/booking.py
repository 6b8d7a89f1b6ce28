"""A run is written down before anything works on it: planned by the schedule, or asked for by somebody.

What the queue carries is only « look at this job »: lost or delivered twice, it changes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django_q.tasks import async_task

from syncing import french
from syncing.scheduling import crons
from syncing.scheduling.declaring import Job
from syncing.scheduling.models import JobPause, JobPlan, JobRun, RunOutcome, Trigger
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)

REACH = timedelta(days=31)
"""How far back planned instants are counted after an outage: beyond, one more number says nothing."""


class AlreadyAsked(SyncError):
    """The job is at work, or will be within the minute."""

    code = "already_running"
    action = "Attendez sa fin : cette page la montrera."


def book(job: Job, slot: datetime, now: datetime) -> None:
    """Write the run that the schedule asks for, and those that never came before it, each planned instant once."""
    for _ in range(3):  # of two clusters that cross an instant, one may have to look again
        try:
            with transaction.atomic():
                _book(job, slot, now)
            return
        except IntegrityError:
            logger.info("slot_booked_at_once", extra={"job": job.name})


def _book(job: Job, slot: datetime, now: datetime) -> None:
    last = JobRun.objects.filter(job=job.name, trigger=Trigger.SCHEDULER).aggregate(Max("slot"))["slot__max"]
    floor = max(filter(None, (last, now - REACH)))
    lines = [(plan.cron, max(plan.since, floor)) for plan in JobPlan.objects.filter(job=job.name)]
    # The machine that keeps the schedule may be a little ahead of this one.
    planned = crons.between(lines, until=max(now, slot))
    if not planned:
        return
    *missed, due = planned
    if missed:
        _written_off(job, missed, now)
    run = JobRun(job=job.name, slot=due, trigger=Trigger.SCHEDULER, created_at=now, not_before=now, poked_at=now)
    if pause := pause_of(job, now):
        run.finished_at, run.outcome = now, RunOutcome.SKIPPED
        run.message = f"En pause jusqu’au {french.day(pause.until, now)}, {french.clock(pause.until)} : {pause.reason}"
    run.save()


def _written_off(job: Job, missed: list[datetime], now: datetime) -> None:
    """One row for all of them: an outage of three hours is one thing to read."""
    first, last = missed[0], missed[-1]
    span = french.weekday_and_clock(first, now)
    if len(missed) > 1:
        span = f"{span} à {french.weekday_and_clock(last, now)}"
    JobRun.objects.create(
        job=job.name, slot=first, trigger=Trigger.SCHEDULER, created_at=now, finished_at=now,
        outcome=RunOutcome.MISSED, stats={"count": len(missed), "last": last.isoformat()},
        message=f"{french.counted(len(missed), 'lancement manqué', 'lancements manqués')}, {span}.",
    )  # fmt: skip
    logger.warning("slots_missed", extra={"job": job.name, "count": len(missed)})


def ask(job: Job, *, trigger: Trigger, user: User | None, now: datetime) -> JobRun:
    """Have a job run now, whatever the schedule says; one that waits for its next try has it now.

    The run waits for whoever works: `poke` a cluster, or `attend` to it here. Raises AlreadyAsked.
    """
    for run in JobRun.objects.filter(job=job.name, finished_at=None).order_by("slot"):
        if run.is_working(now):
            raise AlreadyAsked(f"« {job.label} » est en cours {french.since(run.started_at or now, now)}.")
        if run.started_at is not None and not run.owner:  # between two tries or two slices
            JobRun.objects.filter(pk=run.pk, owner="").update(not_before=now, poked_at=None)
            return run
        if not run.owner:
            raise AlreadyAsked(f"« {job.label} » attend déjà son tour {french.since(run.created_at, now)}.")
    try:
        with transaction.atomic():
            _bury(job, now)
            return JobRun.objects.create(
                job=job.name, slot=now, trigger=trigger, user=user, created_at=now, not_before=now
            )
    except IntegrityError:
        raise AlreadyAsked(f"« {job.label} » vient d’être demandé.") from None


def _bury(job: Job, now: datetime) -> None:
    """A lost run that somebody had asked for gives way to the new one."""
    lost = JobRun.objects.filter(job=job.name, finished_at=None).exclude(trigger=Trigger.SCHEDULER)
    lost.update(finished_at=now, outcome=RunOutcome.LOST, message="Le processus qui y travaillait a disparu.")


def poke(job: Job, now: datetime) -> None:
    """Tell the job's cluster to look at it, once what was written is there to be seen."""
    JobRun.objects.filter(job=job.name, finished_at=None).update(poked_at=now)
    transaction.on_commit(partial(_enqueue, job))


def _enqueue(job: Job) -> None:
    try:
        async_task(job.path, group=job.name, cluster=job.cluster)
    except Exception:  # the queue may be a server of its own; what was written waits for the next `tick`
        logger.exception("queue_unreachable", extra={"job": job.name})


def pause_of(job: Job, now: datetime) -> JobPause | None:
    return JobPause.objects.filter(job=job.name, resumed_at=None, until__gt=now).first()


def now_from(slot: str) -> datetime:
    """The instant that django-q2 gives as text."""
    at = datetime.fromisoformat(slot)
    return at if timezone.is_aware(at) else timezone.make_aware(at)
