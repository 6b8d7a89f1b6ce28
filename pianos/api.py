"""The report for programs: produce it now, read how the last one went."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from pianos.report.asking import ask_for_report, job
from pianos.report.models import TimelineReport
from pianos.report.telling import sentence
from syncing.bearer import REPORTS, Bearer
from syncing.people.models import AccessToken
from syncing.scheduling.booking import AlreadyAsked, poke
from syncing.scheduling.models import Trigger

router = Router(tags=["rapport"])


class Asked(Schema):
    """A run of the report that somebody works on, or will within seconds."""

    id: int
    job: str
    full_refresh: bool
    slot: datetime


class Refusal(Schema):
    code: str
    message: str


class Fault(Schema):
    message: str
    action: str


class Tab(Schema):
    """`total` rows belong there, `written` of them by this report."""

    tab: str
    total: int
    written: int
    told: list[str]
    fault: Fault | None


class LeftOut(Schema):
    why: str
    count: int
    examples: list[str]


class Report(Schema):
    """How the last report went. `target` is sheet or file."""

    at: datetime
    seconds: float
    target: str
    full_refresh: bool
    data_of: datetime | None
    message: str
    tabs: list[Tab]
    left_out: list[LeftOut]
    told: list[str]


@router.post(
    "/reports/timeline/generate",
    response={202: Asked, 409: Refusal},
    auth=Bearer(REPORTS),
    summary="Produire le rapport maintenant",
)
def generate(request: HttpRequest, full_refresh: bool = False, force: bool = False) -> Status[Asked] | Status[Refusal]:
    token: AccessToken = request.auth  # type: ignore[attr-defined]  # left by Bearer
    now = timezone.now()
    try:
        run = ask_for_report(full_refresh=full_refresh, forced=force, trigger=Trigger.API, user=token.owner, now=now)
    except AlreadyAsked as error:
        return Status(409, Refusal(code=error.code, message=str(error)))
    poke(job(), now)
    return Status(202, Asked(id=run.pk, job=run.job, full_refresh=full_refresh, slot=run.slot))


@router.get("/reports/timeline/last", response=Report, auth=Bearer(REPORTS), summary="Le dernier rapport")
def last(request: HttpRequest) -> Report:
    report = TimelineReport.objects.first()
    if report is None:
        raise Http404
    names = ("at", "seconds", "target", "full_refresh", "data_of", "tabs", "left_out", "told")
    return Report(message=sentence(report), **{name: getattr(report, name) for name in names})
