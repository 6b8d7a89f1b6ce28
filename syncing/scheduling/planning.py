"""The declared schedule becomes django-q2's rows: one for each job and cron line, the same however often it is done.

A row carries no argument. Rows that nobody declared are left where they are, and told: whoever wrote them can have any
code run here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_q.models import Schedule

from syncing import leases
from syncing.scheduling.crons import following
from syncing.scheduling.declaring import Job
from syncing.scheduling.models import JobPlan

LEASE = "schedules"
EVERY_SO_MANY_MINUTES = re.compile(r"\*(?:/(\d+))? \* \* \* \*")


@dataclass(frozen=True)
class Change:
    """What became of one row: added, changed, kept, removed, or strange."""

    row: str
    cron: str
    what: str


ADDED, CHANGED, KEPT, REMOVED, STRANGE = "added", "changed", "kept", "removed", "strange"


class BeingDeclared(leases.Taken):
    """Another process declares the schedule at this moment."""

    action = "Relancez « schedules » quand l’autre a fini."


def declare(jobs: Iterable[Job], now: datetime) -> list[Change]:
    """Make the rows those of this environment; none when the schedule is off. Raises BeingDeclared."""
    owner = leases.new_owner()
    if not leases.acquire(LEASE, owner):
        raise BeingDeclared("L’horaire est en train d’être déclaré par un autre processus.")
    try:
        with transaction.atomic():
            return _declare(jobs, now)
    finally:
        leases.release(LEASE, owner)


def wanted(jobs: Iterable[Job]) -> dict[str, tuple[Job, str]]:
    """The rows of this environment by name, each with its job and its cron; none when the schedule is off."""
    if not settings.SCHEDULER_ENABLED:
        return {}
    return {row: (job, cron) for job in jobs for row, cron in job.lines(settings.SCHEDULER_ENV).items()}


def _declare(jobs: Iterable[Job], now: datetime) -> list[Change]:
    rows, plans = wanted(jobs), {plan.name: plan for plan in JobPlan.objects.all()}
    found: dict[str, list[Schedule]] = {}
    for row in Schedule.objects.order_by("pk"):
        found.setdefault(row.name or "", []).append(row)
    changes = [_upsert(name, *rows[name], found.pop(name, []), plans.pop(name, None), now) for name in rows]
    for name, plan in plans.items():  # declared once, and no more
        Schedule.objects.filter(pk__in=[row.pk for row in found.pop(name, [])]).delete()
        plan.delete()
        changes.append(Change(name, plan.cron, REMOVED))
    return changes + [Change(name or row.func, row.cron or "", STRANGE) for name in found for row in found[name]]


def _upsert(name: str, job: Job, cron: str, rows: list[Schedule], plan: JobPlan | None, now: datetime) -> Change:
    first, *twins = rows or [Schedule(name=name)]
    Schedule.objects.filter(pk__in=[row.pk for row in twins]).delete()
    told = {
        "func": job.path, "cluster": job.cluster, "repeats": -1, "args": None, "kwargs": None, "hook": None,
        "intended_date_kwarg": "slot", **_rhythm(cron),
    }  # fmt: skip
    differs = any(getattr(first, column) != value for column, value in told.items())
    if plan is not None and plan.cron == cron and first.pk and not differs and not twins and first.next_run:
        return Change(name, cron, KEPT)
    for column, value in told.items():
        setattr(first, column, value)
    first.save()
    # django-q2 computes it for new rows only, and from its own clock.
    Schedule.objects.filter(pk=first.pk).update(next_run=following(cron, now))
    JobPlan.objects.update_or_create(name=name, defaults={"job": job.name, "cron": cron, "since": now})
    return Change(name, cron, CHANGED if plan is not None else ADDED)


def _rhythm(cron: str) -> dict[str, object]:
    """As django-q2 wants it. In the hour that comes twice it compares walls, not instants: a cron row that plans
    there keeps its cluster busy, and the rows locked, until the hour begins again. Rows of minutes do not.
    """
    if every := EVERY_SO_MANY_MINUTES.fullmatch(cron):
        return {"schedule_type": Schedule.MINUTES, "minutes": int(every[1] or 1), "cron": None}
    return {"schedule_type": Schedule.CRON, "minutes": None, "cron": cron}
