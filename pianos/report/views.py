"""« Rapport »: what the last one wrote and left out, and why; asking for one now."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clients.models import Institution
from pianos.report.asking import ask_for_report, at_work, job
from pianos.report.models import TimelineReport
from pianos.report.producing import is_google_set, own_file, spreadsheet_address
from pianos.report.telling import sentence
from syncing.access import office_required
from syncing.scheduling.booking import poke
from syncing.scheduling.models import Trigger
from syncing.vocabulary import SyncError

SHOWN = 30


@never_cache
@require_safe
@office_required
def report_page(request: HttpRequest) -> HttpResponse:
    """The last report tab by tab, what it left out, and those before it."""
    reports = list(TimelineReport.objects.all()[: SHOWN + 1])
    is_file = not is_google_set()
    context = {
        "last": reports[0] if reports else None,
        "before": [(report, sentence(report)) for report in reports[1:]],
        "run": at_work(),
        "is_file": is_file,
        "has_file": own_file().exists(),
        "address": "" if is_file else spreadsheet_address(),
        "without_clients": Institution.objects.exclude(tab="").filter(clients=None),
        "job": job(),
    }
    return render(request, "pianos/rapport.html", context)


@office_required
@require_POST
def ask_now(request: HttpRequest) -> HttpResponse:
    """Written down here, done by a worker."""
    now = timezone.now()
    wants, person = request.POST, request.user
    assert isinstance(person, User)  # noqa: S101  # the gate let nobody else in
    try:
        ask_for_report(
            full_refresh="full_refresh" in wants, forced="force" in wants, trigger=Trigger.MANUAL, user=person, now=now
        )
        poke(job(), now)
        messages.success(request, "Le rapport est demandé : un travailleur le prend dans les secondes qui viennent.")
    except SyncError as error:
        messages.error(request, f"Rien n’a été fait : {error} {error.action}")
    return redirect("rapport")


@never_cache
@require_safe
@office_required
def download(request: HttpRequest) -> HttpResponseBase:
    """The file, for a house without a Google account."""
    try:
        return FileResponse(own_file().open("rb"), as_attachment=True, filename=own_file().name)
    except FileNotFoundError:
        raise Http404 from None
