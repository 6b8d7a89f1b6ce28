"""« Changements »: who is told of what, what became of it, and the answer to a flood of cancellations."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from appointments.changes.flood import give_up, release
from appointments.changes.listing import SHOWN, End, counts, lines
from syncing import french
from syncing.access import is_administration, is_office, member_required, office_required, viewer_of
from syncing.vocabulary import SyncError


@never_cache
@require_safe
@member_required
def changes_page(request: HttpRequest) -> HttpResponse:
    """The notices of everybody for the office, one's own for a technician; `?etat=` keeps those of one end."""
    viewer = viewer_of(request.user)
    asked = request.GET.get("etat", "")
    chosen = End(asked) if asked in End.values else None
    found = counts(viewer=viewer)
    total = found[chosen] if chosen else sum(found.values())
    context = {
        "lines": lines(viewer=viewer, end=chosen),
        "ends": [(end, count) for end, count in found.items() if count or end is not End.HELD],
        "chosen": chosen,
        "total": total,
        "everything": sum(found.values()),
        "is_cut": total > SHOWN,
        "failed": found[End.FAILED],
        "held": lines(viewer=viewer, end=End.HELD, limit=found[End.HELD]) if found[End.HELD] else [],
        "everybody": is_office(request.user),
        "may_resend": is_administration(request.user),
    }
    return render(request, "appointments/changements.html", context)


@office_required
@require_POST
def answer_held(request: HttpRequest, *, send: bool) -> HttpResponse:
    """Let the cancellations that are held leave, or never."""
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    seen = request.POST.get("count", "")
    try:
        count = (release if send else give_up)(int(seen) if seen.isdecimal() else 0, by=request.user)
        told = french.counted(count, "avis partira", "avis partiront") if send else ""
        dropped = french.counted(count, "avis ne partira pas", "avis ne partiront pas")
        messages.success(request, f"{told} après une dernière vérification dans Gazelle." if send else f"{dropped}.")
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    return redirect("changements")
