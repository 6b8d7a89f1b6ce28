"""What a person is told when sign-ins fail; counting and blocking are django-axes' work (settings AXES_…)."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from syncing import french
from syncing.people.sessions import client_address

REFUSED = "Adresse ou mot de passe inexact."
WARNED_UNDER = 4  # tries left: before that, a plain refusal says enough


def refusal(request: HttpRequest, username: str) -> str:
    """One sentence for every refusal: it never tells whether the account exists."""
    pause = settings.AXES_COOLOFF_TIME
    if getattr(request, "axes_locked_out", False):
        until = blocked_until(username, address=client_address(request)) or timezone.now() + pause
        clock = french.clock(until + timedelta(seconds=59))  # written to the minute: rounded up, never too early
        return f"Trop d’essais. Réessayez à {clock}, ou demandez à l’administration de lever l’attente."
    left = settings.AXES_FAILURE_LIMIT - (getattr(request, "axes_failures_since_start", None) or 0)
    if left >= WARNED_UNDER:
        return REFUSED
    tries = french.counted(left, "essai", "essais")
    return f"{REFUSED} Il reste {tries} avant une pause de {french.duration(pause)}."


def blocked_until(username: str, *, address: str | None = None) -> datetime | None:
    """Until when this account cannot sign in, from one address or from any that tried too often."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=username, attempt_time__gte=since)
    if address is not None:
        attempts = attempts.filter(ip_address=address)
    counted = attempts.values("ip_address").annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    last = max((row["last"] for row in counted if row["failures"] >= settings.AXES_FAILURE_LIMIT), default=None)
    return last + settings.AXES_COOLOFF_TIME if last else None


def own_page(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """The sign-in page already says it: django-axes need not replace it by its own."""
    return response
