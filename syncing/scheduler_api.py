"""The schedule for programs: how each job stands, its history, running one now; and the outside watch, for anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from syncing.bearer import SCHEDULER, Bearer
from syncing.monitoring.timetable import JobStatus, ending, statuses
from syncing.monitoring.watch import Check, checks
from syncing.people.models import AccessToken
from syncing.scheduling.booking import AlreadyAsked, ask, poke
from syncing.scheduling.declaring import UnknownJob, jobs
from syncing.scheduling.models import JobRun, Trigger

router = Router(tags=["travaux"])
MOST = 100


class Run(Schema):
    """One run. `outcome` is success, warning, error, lost, skipped or missed; empty while it is not over."""

    id: int
    job: str
    slot: datetime
    trigger: str
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None
    seconds: float
    attempt: int
    outcome: str
    status: str
    message: str
    stats: dict[str, object]


class JobState(Schema):
    """One job as it stands."""

    job: str
    label: str
    status: str
    tone: str
    crons: list[str]
    next_run: datetime | None
    late_since: datetime | None
    paused_until: datetime | None
    pause_reason: str
    last_run: Run | None


class Refusal(Schema):
    code: str
    message: str


class Watched(Schema):
    name: str
    ok: bool
    message: str


@router.get("/scheduler/status", response=list[JobState], auth=Bearer(SCHEDULER), summary="État de chaque travail")
def scheduler_status(request: HttpRequest) -> list[JobState]:
    now = timezone.now()
    return [_state(state, now) for state in statuses(now)]


@router.get(
    "/scheduler/logs/{job}",
    response={200: list[Run], 404: Refusal},
    auth=Bearer(SCHEDULER),
    summary="Historique d’un travail",
)
def scheduler_logs(
    request: HttpRequest, job: str, limit: Annotated[int, Query(ge=1, le=MOST)] = 50
) -> list[Run] | Status[Refusal]:
    now = timezone.now()
    try:
        rows = JobRun.objects.filter(job=jobs()[job].name)[:limit]
    except UnknownJob as error:
        return Status(404, Refusal(code=error.code, message=str(error)))
    return [_run(run, now) for run in rows]


@router.post(
    "/scheduler/run/{job}",
    response={202: Run, 404: Refusal, 409: Refusal},
    auth=Bearer(SCHEDULER),
    summary="Lancer un travail maintenant",
)
def scheduler_run(request: HttpRequest, job: str) -> Status[Run] | Status[Refusal]:
    token: AccessToken = request.auth  # type: ignore[attr-defined]  # left by Bearer
    now = timezone.now()
    try:
        run = ask(jobs()[job], trigger=Trigger.API, user=token.owner, now=now)
    except UnknownJob as error:
        return Status(404, Refusal(code=error.code, message=str(error)))
    except AlreadyAsked as error:
        return Status(409, Refusal(code=error.code, message=str(error)))
    poke(jobs()[job], now)
    return Status(202, _run(run, now))


@router.get(
    "/v6/watch",
    response={200: list[Watched], 503: list[Watched]},
    auth=None,
    summary="Veille extérieure",
    tags=["santé"],
)
def watch(request: HttpRequest) -> Status[list[Watched]]:
    """For a watchman without an account: no personal data."""
    try:
        found = checks(timezone.now())
    except (OperationalError, InterfaceError):
        found = [Check("database", well=False, told="La base de données ne répond pas.")]
    told = [Watched(name=one.name, ok=one.well, message=one.told) for one in found]
    return Status(200 if all(one.well for one in found) else 503, told)


def _state(state: JobStatus, now: datetime) -> JobState:
    latest = state.at_hand or state.last
    return JobState(
        job=state.job.name,
        label=state.job.label,
        status=state.word,
        tone=state.tone,
        crons=list(state.crons),
        next_run=state.next_at,
        late_since=state.awaited,
        paused_until=state.pause.until if state.pause else None,
        pause_reason=state.pause.reason if state.pause else "",
        last_run=_run(latest, now) if latest else None,
    )


def _run(run: JobRun, now: datetime) -> Run:
    columns = ("id", "job", "slot", "trigger", "started_at", "heartbeat_at", "finished_at", "seconds", "attempt")
    told = {name: getattr(run, name) for name in (*columns, "outcome", "message", "stats")}
    return Run(status=ending(run, now)[1], **told)
