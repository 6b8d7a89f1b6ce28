"""The database is down: every page says so at once, since when, without asking anybody to sign in."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from syncing import french
from syncing.people.models import OpenSession

logger = logging.getLogger(__name__)
DOWN = (OperationalError, InterfaceError)
PAUSE_SECONDS = 2.0
"""After a refusal, how long pages answer from memory: a database that hangs must not hold every visitor in turn."""
PORT_SECONDS = 0.7


class Outage:
    """What this process knows of the database: since when it fails, and when that was last seen."""

    def __init__(self) -> None:
        self.since: datetime | None = None
        self._seen = float("-inf")

    @property
    def just_seen(self) -> bool:
        return self.since is not None and time.monotonic() - self._seen < PAUSE_SECONDS

    def seen(self) -> None:
        if self.since is None:
            self.since = timezone.now()
            logger.error("database_unreachable")
        self._seen = time.monotonic()

    def over(self) -> None:
        if self.since is not None:
            logger.warning("database_reachable_again")
        self.since = None

    def reachable(self) -> bool:
        """Ask the database for one row; remember the answer."""
        try:
            if not connection.in_atomic_block:
                connection.close()  # a connection that broke must not be taken for a database that is down
            if not port_answers():
                raise OperationalError("the database's port does not answer")
            OpenSession.objects.exists()
        except DOWN:
            self.seen()
            return False
        self.over()
        return True


outage = Outage()


def port_answers() -> bool:
    """Whether a new connection has a chance: libpq waits two seconds for a silent machine, a page may not."""
    told = connection.settings_dict
    if connection.vendor != "postgresql" or connection.connection is not None:
        return True
    if not told["HOST"] or told["HOST"].startswith("/"):  # a socket of this machine refuses at once
        return True
    try:
        socket.create_connection((told["HOST"], int(told["PORT"] or 5432)), timeout=PORT_SECONDS).close()
    except OSError:
        return False
    return True


def unreachable_page(request: HttpRequest) -> HttpResponse:
    """The 503 of a page; it reads neither session nor user."""
    since = outage.since or timezone.now()
    words = french.since(since, timezone.now())
    reloads = request.method in ("GET", "HEAD")
    page = render_to_string("503.html", {"since": words, "reloads": reloads, "is_sandbox": settings.GAZELLE_IS_SANDBOX})
    headers = {"Retry-After": "20", "Cache-Control": "no-store"}
    if request.headers.get("HX-Request"):  # the whole page must say it, not a fragment that stays as it was
        headers["HX-Refresh"] = "true"
    return HttpResponse(page, status=503, headers=headers)


class DatabaseOutageMiddleware:
    """Turns a database that does not answer into that page. The API keeps its own shapes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        if outage.just_seen:
            return unreachable_page(request)
        if not port_answers():
            outage.seen()
            return unreachable_page(request)
        # A visitor without a session may not need the database at all, and would see a sign-in form that cannot work.
        unasked = outage.since is not None or settings.SESSION_COOKIE_NAME not in request.COOKIES
        if unasked and not outage.reachable():
            return unreachable_page(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A lock or a deadlock is not an outage: only a database that does not answer a question is."""
        return unreachable_page(request) if isinstance(exception, DOWN) and not outage.reachable() else None
