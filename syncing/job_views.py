"""« Travaux »: what runs by itself, how it goes, what to start now, what to hold back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import french
from syncing.access import administration_required, office_required
from syncing.monitoring.curve import curve
from syncing.monitoring.timetable import ending, statuses
from syncing.scheduling.booking import ask, poke
from syncing.scheduling.declaring import Job, UnknownJob, jobs
from syncing.scheduling.models import WORKED, JobRun, Trigger
from syncing.scheduling.pausing import PauseRefused, pause, resume
from syncing.vocabulary import SyncError

SHOWN = 50


@never_cache
@require_safe
@office_required
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Every job, what needs a look first in the sentence above them."""
    now = timezone.now()
    states = statuses(now)
    troubled = [state for state in states if state.tone == "fault"]
    context = {
        "states": states,
        "troubled": troubled,
        "missed": [state.missed for state in states if state.missed],
        "is_on": settings.SCHEDULER_ENABLED,
        "environment": ENVIRONMENTS[settings.SCHEDULER_ENV],
    }
    return render(request, "syncing/travaux.html", context)


ENVIRONMENTS = {"production": "production", "staging": "préproduction", "local": "poste local, rien n’est planifié"}


@never_cache
@require_safe
@office_required
def job_page(request: HttpRequest, name: str) -> HttpResponse:
    """One job: its history, how long it takes, and the two things a person may do."""
    job, now = _job(name), timezone.now()
    [status] = [state for state in statuses(now) if state.job is job]
    history = list(JobRun.objects.filter(job=job.name).select_related("user")[:SHOWN])
    context = {
        "status": status,
        "history": [(run, *ending(run, now)) for run in history],
        "curve": curve([run for run in history if run.outcome in WORKED]),
        "shown": SHOWN,
    }
    return render(request, "syncing/travail.html", context)


@office_required
@require_POST
def run_job(request: HttpRequest, name: str) -> HttpResponse:
    """Written down here, done by a worker: a page never runs a job itself."""
    job, now = _job(name), timezone.now()

    def asked() -> str:
        ask(job, trigger=Trigger.MANUAL, user=_person(request), now=now)
        poke(job, now)
        return f"« {job.label} » est demandé : un travailleur le prend dans les secondes qui viennent."

    return _done(request, job, asked)


@administration_required
@require_POST
def pause_job(request: HttpRequest, name: str) -> HttpResponse:
    job, now = _job(name), timezone.now()

    def paused() -> str:
        until = _instant(request.POST.get("until", ""))
        pause(job, reason=request.POST.get("reason", ""), until=until, by=_person(request), now=now)
        return f"« {job.label} » ne commencera plus de lui-même avant {french.day(until, now)}, {french.clock(until)}."

    return _done(request, job, paused)


@administration_required
@require_POST
def resume_job(request: HttpRequest, name: str) -> HttpResponse:
    job = _job(name)

    def resumed() -> str:
        resume(job, by=_person(request), now=timezone.now())
        return f"« {job.label} » reprend à sa prochaine heure."

    return _done(request, job, resumed)


def _done(request: HttpRequest, job: Job, act: Callable[[], str]) -> HttpResponse:
    """Tell what was done, or why nothing was."""
    try:
        messages.success(request, act())
    except SyncError as error:
        messages.error(request, f"Rien n’a été fait : {error} {error.action}")
    return redirect("travail", job.name)


def _instant(written: str) -> datetime:
    """What a field of date and hour gives, in the company's zone."""
    try:
        at = parse_datetime(written)
    except ValueError:
        at = None
    if at is None:
        raise PauseRefused("Dites jusqu’à quel jour et quelle heure dure la pause.")
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _job(name: str) -> Job:
    try:
        return jobs()[name]
    except UnknownJob as error:
        raise Http404(str(error)) from None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
