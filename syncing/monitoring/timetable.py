"""How each job stands: when it last ran and how that ended, what is at work, what should have begun and did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Q

from syncing import french
from syncing.scheduling.crons import following
from syncing.scheduling.declaring import DEFAULT, LONG, Job, jobs
from syncing.scheduling.models import WORKED, JobPause, JobPlan, JobRun, RunOutcome, Trigger

RECENT = timedelta(days=8)
"""What is rarest comes once a week."""
GRACE = {DEFAULT: timedelta(minutes=5), LONG: timedelta(minutes=20)}
"""How late a run may begin while its cluster lives: its workers may all be at a slice."""
SILENT = {DEFAULT: timedelta(minutes=3), LONG: timedelta(minutes=12)}
"""Without a sign for this long, a cluster is dead: its beat is every minute or every five, and work gives others."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class JobStatus:
    """One job, as its page and the watch see it."""

    job: Job
    crons: tuple[str, ...]
    next_at: datetime | None
    last: JobRun | None
    """The last run that began."""
    at_hand: JobRun | None
    """The one that is not over."""
    missed: JobRun | None
    """What did not begin at its hour, in the last day."""
    pause: JobPause | None
    awaited: datetime | None
    """The hour at which it should have begun, when it is late."""
    last_sign: datetime | None
    tone: str
    word: str

    @property
    def failed(self) -> JobRun | None:
        """The run whose end somebody should hear of, unless a later one went well."""
        latest = self.at_hand if self.at_hand and self.word == "Perdu" else self.last
        return latest if latest and self.word in ("Perdu", "En échec") else None


def statuses(now: datetime) -> list[JobStatus]:
    """Every declared job, in the order of declaration. Four queries."""
    known = {one.name: one for one in jobs()}
    recent = JobRun.objects.filter(slot__gte=now - RECENT, job__in=known).order_by().values("job")
    sums: dict[str, dict[str, Any]] = {
        row["job"]: dict(row)
        for row in recent.annotate(
            slot=Max("slot", filter=Q(trigger=Trigger.SCHEDULER)),
            beat=Max("heartbeat_at"),
            begun=Max("pk", filter=Q(outcome__in=WORKED)),
            missed=Max("pk", filter=Q(outcome=RunOutcome.MISSED, created_at__gte=now - DAY)),
        )
    }
    shown = {row[column] for row in sums.values() for column in ("begun", "missed")}
    rows = JobRun.objects.filter(Q(pk__in=shown - {None}) | Q(finished_at=None, job__in=known))
    by_pk = {run.pk: run for run in rows.select_related("user").order_by("slot")}
    opened = {run.job: run for run in by_pk.values() if run.finished_at is None}
    paused = {one.job: one for one in JobPause.objects.filter(resumed_at=None, until__gt=now).select_related("by")}
    plans: dict[str, list[JobPlan]] = {}
    for plan in JobPlan.objects.all() if settings.SCHEDULER_ENABLED else ():
        plans.setdefault(plan.job, []).append(plan)
    return [
        _status(now, one, sums.get(one.name, {}), by_pk, opened.get(one.name), paused.get(one.name), plans)
        for one in known.values()
    ]


def _status(
    now: datetime, one: Job, sums: Mapping[str, Any], rows: Mapping[int, JobRun], at_hand: JobRun | None,
    pause: JobPause | None, plans: Mapping[str, list[JobPlan]],
) -> JobStatus:  # fmt: skip
    lines = plans.get(one.name, [])
    last, missed = (rows.get(sums.get(column, 0)) for column in ("begun", "missed"))
    awaited = _awaited(now, one, lines, sums.get("slot"))
    tone, word = _standing(now, last, at_hand, pause, awaited)
    return JobStatus(
        job=one,
        crons=tuple(plan.cron for plan in lines),
        next_at=min((following(plan.cron, now) for plan in lines), default=None),
        last=last,
        at_hand=at_hand,
        missed=missed,
        pause=pause,
        awaited=awaited,
        last_sign=sums.get("beat"),
        tone=tone,
        word=word,
    )


def _awaited(now: datetime, one: Job, lines: Iterable[JobPlan], slot: datetime | None) -> datetime | None:
    """The first planned hour after the last one that was written down, when it is past."""
    first = min((following(plan.cron, max(filter(None, (plan.since, slot)))) for plan in lines), default=None)
    return first if first is not None and first < now - GRACE[one.cluster] else None


def _standing(
    now: datetime, last: JobRun | None, at_hand: JobRun | None, pause: JobPause | None, awaited: datetime | None
) -> tuple[str, str]:
    if at_hand is not None and at_hand.owner:
        return ending(at_hand, now)
    if awaited is not None:
        return "fault", "En retard"
    if pause is not None:
        return "unknown", "En pause"
    if at_hand is not None:
        return ending(at_hand, now)
    return ending(last, now) if last is not None else ("unknown", "Jamais lancé")


def ending(run: JobRun, now: datetime) -> tuple[str, str]:
    """How a run stands or ended, as a tone and a word."""
    if run.is_working(now):
        return "pending", "En cours"
    if run.is_lost(now):
        return "fault", "Perdu"
    if run.finished_at is None:
        return ("pending", "À reprendre") if run.started_at else ("pending", "En attente")
    return TONES[RunOutcome(run.outcome)], str(RunOutcome(run.outcome).label)


TONES = {
    RunOutcome.SUCCESS: "ok", RunOutcome.WARNING: "watch", RunOutcome.ERROR: "fault", RunOutcome.LOST: "fault",
    RunOutcome.SKIPPED: "unknown", RunOutcome.MISSED: "watch",
}  # fmt: skip


def silent_since(states: Iterable[JobStatus], cluster: str, now: datetime) -> datetime | None:
    """Since when a cluster that the schedule needs gives no sign; None while it lives."""
    mine = [one for one in states if one.job.cluster == cluster]
    declared = JobPlan.objects.filter(job__in=[one.job.name for one in mine]).aggregate(Max("since"))["since__max"]
    signs = [one.last_sign for one in mine if one.last_sign]
    if declared is None:
        return None
    last: datetime = max([declared, *signs], key=lambda at: at.timestamp())
    return last if french.elapsed(last, now) > SILENT[cluster] else None


def last_sign(now: datetime) -> datetime | None:
    """The last sign of life of anything that works by itself."""
    signs = JobRun.objects.filter(slot__gte=now - DAY).aggregate(Max("heartbeat_at"))
    found: datetime | None = signs["heartbeat_at__max"]
    return found
