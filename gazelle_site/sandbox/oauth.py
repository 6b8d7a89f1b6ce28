"""The authorization-code grant as the CRM does it: no scope, no PKCE, single-use codes, refresh with or without a new
refresh token, and `unsupported_grant_type` for anything else."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from gazelle_site.sandbox.credentials import Credentials
from gazelle_site.sandbox.switches import Switches


@dataclass
class Refusal(Exception):
    """An OAuth error answer."""

    status: int
    error: str
    description: str


@dataclass
class Tokens:
    """Codes and tokens issued, and which of them are still good."""

    credentials: Credentials
    switches: Switches
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _codes: dict[str, str] = field(default_factory=dict)
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._access[self.credentials.access_token] = time.monotonic() + self.switches.token_lifetime
        self._refresh.add(self.credentials.refresh_token)

    def accepts(self, headers: Mapping[str, str]) -> bool:
        """Exactly one of the two header forms, with a good value. Header names are lower case."""
        bearer, key = headers.get("authorization"), headers.get("x-gazelle-api-key")
        if bearer is not None and key is not None:
            return False
        if key is not None:
            return secrets.compare_digest(key.encode(), self.credentials.api_key.encode())
        if bearer is None or not bearer.startswith("Bearer "):
            return False
        with self._lock:
            return self._access.get(bearer.removeprefix("Bearer "), 0.0) > time.monotonic()

    def authorize(self, query: Mapping[str, str]) -> str:
        """The address to send the browser back to; nobody is asked anything."""
        if query.get("client_id") != self.credentials.client_id:
            raise Refusal(401, "invalid_client", "client_id inconnu")
        if query.get("response_type") != "code":
            raise Refusal(400, "unsupported_response_type", "response_type doit valoir « code »")
        redirect_uri = query.get("redirect_uri", "")
        if not redirect_uri.startswith(("http://", "https://")):
            raise Refusal(400, "invalid_request", "redirect_uri manque")
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = redirect_uri
        answer = {"code": code} | ({"state": query["state"]} if "state" in query else {})
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer)}"

    def grant(self, form: Mapping[str, str], *, skew: float = 0.0) -> dict[str, Any]:
        """The answer of the token address, dated by a clock that many seconds ahead."""
        kind = form.get("grant_type")
        if kind not in ("authorization_code", "refresh_token"):
            raise Refusal(400, "unsupported_grant_type", "The authorization grant type is not supported.")
        expected = (self.credentials.client_id, self.credentials.client_secret)
        if (form.get("client_id"), form.get("client_secret")) != expected:
            raise Refusal(401, "invalid_client", "Client authentication failed.")
        with self._lock:
            answer = self._exchange(form) if kind == "authorization_code" else self._renew(form)
        return {**answer, "created_at": int(time.time() + skew + self.switches.clock_skew)}

    def expire_access_tokens(self) -> None:
        """Every access token is refused from now on; refresh tokens stay good."""
        with self._lock:
            self._access.clear()

    def revoke_refresh_tokens(self) -> None:
        """Every refresh token answers invalid_grant from now on."""
        with self._lock:
            self._refresh.clear()

    def _exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        redirect_uri = self._codes.pop(form.get("code", ""), None)
        if redirect_uri is None or redirect_uri != form.get("redirect_uri"):
            raise Refusal(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.")
        return self._issue(renewed=True)

    def _renew(self, form: Mapping[str, str]) -> dict[str, Any]:
        token = form.get("refresh_token", "")
        if token not in self._refresh:
            raise Refusal(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.")
        if self.switches.refresh_rotates:
            self._refresh.discard(token)
        return self._issue(renewed=self.switches.refresh_rotates)

    def _issue(self, *, renewed: bool) -> dict[str, Any]:
        access, lifetime = secrets.token_urlsafe(32), self.switches.token_lifetime
        self._access[access] = time.monotonic() + lifetime
        answer: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": lifetime,
        }
        if renewed:
            answer["refresh_token"] = secrets.token_urlsafe(32)
            self._refresh.add(answer["refresh_token"])
        return answer
