"""Django's sessions in the database, in a table that also says whose they are: one may be listed and ended by itself.

The extension is the one Django documents (« Extending database-backed session engines »). Whose it is comes with the
session in one query, roles included: every page asks for all three.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

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
    """Copies what the session says of itself into columns, and is read with its owner."""

    owner: User | None = None
    """As he was when this session was read, his roles in `roles_read`."""

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        row: OpenSession = super().create_model_instance(data)  # type: ignore[assignment]  # of our own table
        row.user_id = data.get(SESSION_KEY)
        row.since, row.seen_at = _instant(data.get(SINCE)), _instant(data.get(SEEN))
        row.browser, row.network = data.get(BROWSER, ""), data.get(NETWORK, "")
        return row

    def save(self, must_create: bool = False) -> None:
        """In one statement when the session exists, which needs no transaction around it."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        data: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]  # Django's own, absent from the stubs
        row = self.create_model_instance(data)
        columns = {field.attname for field in row._meta.concrete_fields} - {"session_key"}
        if not OpenSession.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in columns}):
            raise UpdateError  # ended meanwhile: what ends must not rise again

    def _get_session_from_db(self) -> OpenSession | None:
        """Django's own hook; one line for each role of the owner."""
        rows = OpenSession.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        lines = list(rows.select_related("user").annotate(role=F("user__groups__name")))
        if not lines:
            self._session_key = None
            return None
        found = lines[0]
        self.owner = found.user
        if self.owner is not None:
            self.owner.roles_read = {line.role for line in lines if line.role}  # type: ignore[attr-defined]  # for `viewer_of`
        return found


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, but for the person: known by the very query that read the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]  # as Django's own


def _person(request: HttpRequest) -> Any:
    """Who the session says it is; everything but the plain case is for Django to settle, whose checks these are."""
    known: User | AnonymousUser | None = getattr(request, "_cached_user", None)
    if known is None:
        known = request._cached_user = _owner(request.session) or auth.get_user(request)  # type: ignore[attr-defined]  # where Django looks too
    return known


def _owner(session: Any) -> User | None:
    key, owner = session.get(SESSION_KEY), getattr(session, "owner", None)
    if owner is None or str(owner.pk) != key or not owner.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    signed = constant_time_compare(session.get(HASH_SESSION_KEY, ""), owner.get_session_auth_hash())
    return owner if signed else None


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
