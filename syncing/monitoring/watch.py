"""What somebody outside should know: does the schedule live, do the workers, is the data fresh, is nothing overdue.

No name, no address, no sentence about a record: it is answered to whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from syncing import french
from syncing.monitoring import keeping, unattended
from syncing.monitoring.finding import Finding
from syncing.monitoring.freshness import is_unhealthy, vital_signs
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobRun, RunOutcome


@dataclass(frozen=True)
class Check:
    """One question, whether all is well with it, and why not."""

    name: str
    well: bool
    told: str = ""


def checks(now: datetime) -> list[Check]:
    """The whole watch. What is switched off is not asked."""
    states = vital_signs(now)
    sick = [state.label for state in states if is_unhealthy(state)]
    told = f"{french.listed(sick)} : données en retard, en échec ou jamais lues." if sick else ""
    found = [Check("sync", not sick, told)]
    if keeping.are_expected():
        found.append(_check("backup", keeping.findings(now)))
    if settings.SCHEDULER_ENABLED:
        about = unattended.findings(now, readings_stopped=bool(sick))
        found += [
            _check("scheduler", [one for one in about if one.code.startswith("schedule:")]),
            _check("workers", [one for one in about if one.code.startswith(("workers:", "jobs_waiting"))]),
            _check("jobs", [one for one in about if one.code.startswith(("job:", "job_late:"))]),
        ]
        found += [one for one in (_promised(now, name) for name in (job.name for job in jobs())) if one]
    return found


def _check(name: str, found: list[Finding]) -> Check:
    return Check(name, not found, " ".join(one.title or one.cause for one in found))


def _promised(now: datetime, name: str) -> Check | None:
    """A job whose last success must not be older than it promises, such as a report."""
    job = jobs()[name]
    if job.promise is None or not job.lines(settings.SCHEDULER_ENV):
        return None
    good = JobRun.objects.filter(job=name, outcome__in=(RunOutcome.SUCCESS, RunOutcome.WARNING))
    last = good.order_by("-slot").values_list("finished_at", flat=True).first()
    if last is not None and french.elapsed(last, now) <= job.promise:
        return Check(name, True)
    since = f"n’a pas réussi {french.since(last, now)}" if last else "n’a jamais réussi"
    return Check(name, False, f"« {job.label} » {since}.")
