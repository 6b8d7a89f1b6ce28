"""What waits without being looked at: tries that are due, runs whose process died. `tick` wakes their clusters."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncing import leases
from syncing.scheduling.booking import poke
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobRun
from syncing.scheduling.running import lease_of

UNHEARD = timedelta(minutes=20)
"""A cluster whose workers are all at a long slice comes to its queue within this; only a dead one does not."""


def wake(now: datetime) -> int:
    """Poke every job with a run that is due and that nobody was told of, or that is lost; how many."""
    known, woken = jobs(), 0
    opened = JobRun.objects.filter(finished_at=None).order_by("job", "slot")
    due = {run.job for run in opened if run.job in known and _is_due(run, now)}
    for job in known:
        if job.name in due:
            poke(job, now)
            woken += 1
    return woken


def _is_due(run: JobRun, now: datetime) -> bool:
    if run.owner:
        dead = run.is_lost(now) or leases.is_left_behind(lease_of(run.job), run.owner)
        return dead and _is_unheard(run, run.heartbeat_at or run.created_at, now)
    return run.not_before <= now and _is_unheard(run, run.not_before, now)


def _is_unheard(run: JobRun, since: datetime, now: datetime) -> bool:
    return run.poked_at is None or run.poked_at < since or now - run.poked_at > UNHEARD
