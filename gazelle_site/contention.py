"""Somebody else held the same rows for too long: a page says so, with what was typed ready to be sent again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from syncing.locks import is_contended
from syncing.people.resuming import Kept, as_sent

logger = logging.getLogger(__name__)
RETRY_SECONDS = 5


def busy_page(request: HttpRequest, form: Kept | None = None) -> HttpResponse:
    """The 503 of a page, with the form to be sent again; like that of an outage it reads neither session nor user."""
    logger.warning("database_contended", extra={"path": request.path})
    context = {
        "kept": form,
        "reloads": request.method in ("GET", "HEAD"),
        "seconds": RETRY_SECONDS,
        "csrf_token": get_token(request) if form else "",
        "is_sandbox": settings.GAZELLE_IS_SANDBOX,
    }
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    if request.headers.get("HX-Request"):  # the whole page must say it, not a fragment that stays as it was
        headers["HX-Refresh"] = "true"
    return HttpResponse(render_to_string("busy.html", context), status=503, headers=headers)


class ContentionMiddleware:
    """Turns a lock that was not released, or a deadlock, into that page. The API keeps its own shapes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Raised by a view: its form passed the check against forgery, and may wait on the page."""
        if not is_contended(exception):
            return None
        return busy_page(request, as_sent(request) if request.method == "POST" else None)
