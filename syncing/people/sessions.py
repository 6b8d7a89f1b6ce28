"""Django's sessions in the database, in a table that also says whose they are: one may be listed and ended by itself.

The extension is the one Django documents (« Extending database-backed session engines »).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from syncing.people.models import OpenSession

SEEN_EVERY = timedelta(minutes=5)
"""A page that is looked at must not cost a write each time."""
SINCE, SEEN, BROWSER, NETWORK = "since", "seen", "browser", "network"  # what the session holds of itself

BROWSERS = (("Edg", "Edge"), ("Firefox|FxiOS", "Firefox"), ("Chrome|CriOS", "Chrome"), ("Safari", "Safari"))
DEVICES = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "Mac"), ("Linux", "Linux")),
)


class SessionStore(DatabaseStore):
    """Copies what the session says of itself into columns."""

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        row: OpenSession = super().create_model_instance(data)  # type: ignore[assignment]  # of our own table
        row.user_id = data.get(SESSION_KEY)
        row.since, row.seen_at = _instant(data.get(SINCE)), _instant(data.get(SEEN))
        row.browser, row.network = data.get(BROWSER, ""), data.get(NETWORK, "")
        return row


class PresenceMiddleware:
    """Notes who is there, from where, and keeps a session that is used from ending.

    The page's own refreshes do not count: a screen left open is not somebody at work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        asked = session.accessed and response.status_code < 500 and "HX-Request" not in request.headers
        if not asked or SESSION_KEY not in session:
            return response
        now, seen = timezone.now(), _instant(session.get(SEEN))
        if seen is None:
            session[SINCE] = now.isoformat()
        if seen is None or now - seen >= SEEN_EVERY:
            session[SEEN] = now.isoformat()
            session[BROWSER] = browser(request.headers.get("User-Agent", ""))
            session[NETWORK] = network(client_address(request) or "")
        return response


def browser(agent: str) -> str:
    """« Firefox, Windows »: enough for a person to recognise her own."""
    names = (next((name for mark, name in of if re.search(mark, agent)), "") for of in (BROWSERS, DEVICES))
    return ", ".join(filter(None, names)) or "Appareil inconnu"


def network(address: str) -> str:
    """An address without its end: « 203.0.113.x »."""
    try:
        whole = ip_address(address)
    except ValueError:
        return ""
    if whole.version == 6:
        return f"{ip_network((whole, 48), strict=False).network_address}"
    return f"{address.rpartition('.')[0]}.x"


def client_address(request: HttpRequest) -> str | None:
    """Where the visitor is, if that is known. Behind our proxy, the last address of the chain: the one it wrote."""
    chain = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    address = chain.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
