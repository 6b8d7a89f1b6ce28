"""What waits without being looked at: hours that the queue forgot, tries that are due, runs whose process died.

`tick` asks it every minute, and wakes their clusters.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from syncing import leases
from syncing.scheduling.booking import book, poke
from syncing.scheduling.crons import following
from syncing.scheduling.declaring import Job, jobs
from syncing.scheduling.models import JobPlan, JobRun, Trigger
from syncing.scheduling.running import lease_of

FORGOTTEN = timedelta(minutes=2)
"""The schedule is looked at twice a minute: what is later than this was lost on its way, with whoever had it."""
UNHEARD = timedelta(minutes=20)
"""A cluster whose workers are all at a long slice comes to its queue within this; only a dead one does not."""
RECENT = timedelta(days=8)


def wake(now: datetime) -> int:
    """Poke every job with a run that is due and that nobody was told of, or that is lost; how many."""
    known = jobs()
    forgotten = _forgotten(now) if settings.SCHEDULER_ENABLED else set()
    for one in forgotten:
        book(one, now, now)
    opened = JobRun.objects.filter(finished_at=None).order_by("job", "slot")
    due = forgotten | {known[run.job] for run in opened if run.job in known and _is_due(run, now)}
    for one in due:
        poke(one, now)
    return len(due)


def _forgotten(now: datetime) -> set[Job]:
    """Jobs whose last planned hour is on no row."""
    planned = JobRun.objects.filter(trigger=Trigger.SCHEDULER, slot__gte=now - RECENT).order_by()
    last = dict(planned.values_list("job").annotate(Max("slot")))
    return {
        jobs()[plan.job]
        for plan in JobPlan.objects.all()
        if plan.job in jobs()
        and following(plan.cron, max(plan.since, last.get(plan.job, now - RECENT))) < now - FORGOTTEN
    }


def _is_due(run: JobRun, now: datetime) -> bool:
    if run.owner:
        dead = run.is_lost(now) or leases.is_left_behind(lease_of(run.job), run.owner)
        return dead and _is_unheard(run, run.heartbeat_at or run.created_at, now)
    return run.not_before <= now and _is_unheard(run, run.not_before, now)


def _is_unheard(run: JobRun, since: datetime, now: datetime) -> bool:
    return run.poked_at is None or run.poked_at < since or now - run.poked_at > UNHEARD
