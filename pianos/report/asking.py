"""Asking for a report now: the page, the API and the command all leave the same run for a worker, or do it here."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pianos.report.producing import Order
from syncing.scheduling.booking import ask
from syncing.scheduling.declaring import Job, jobs
from syncing.scheduling.models import JobRun, Trigger
from syncing.scheduling.running import Work

JOB = "timeline_report"
FULL_REFRESH, FORCED, REFRESHED = "full_refresh", "forced", "refreshed"
"""Under which the run keeps what was asked, and what its earlier tries did."""


def job() -> Job:
    return jobs()[JOB]


def ask_for_report(*, full_refresh: bool, forced: bool, trigger: Trigger, user: User | None, now: datetime) -> JobRun:
    """A run of the report's job that knows what is wanted of it. Raises AlreadyAsked."""
    with transaction.atomic():  # no worker may take it before it knows
        run = ask(job(), trigger=trigger, user=user, now=now)
        run.stats = {**run.stats, FULL_REFRESH: full_refresh, FORCED: forced}
        run.save(update_fields=("stats",))
    return run


def at_work() -> JobRun | None:
    """The run that is not over."""
    return JobRun.objects.filter(job=JOB, finished_at=None).order_by("slot").first()


def order_of(work: Work) -> Order:
    """What was asked of the run at hand; by itself the schedule appends."""
    refreshed = work.stats.setdefault(REFRESHED, [])
    assert isinstance(refreshed, list)  # noqa: S101  # as just set, or as read back from it
    return Order(
        full_refresh=bool(work.stats.get(FULL_REFRESH)),
        forced=bool(work.stats.get(FORCED)),
        refreshed=refreshed,
        is_out_of_time=lambda: work.is_out_of_time,
    )
