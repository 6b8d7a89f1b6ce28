"""The credentials accepted by default. They open nothing but an invented server on this machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """What a client of the sandbox must send; the defaults are public on purpose."""

    api_key: str = "sandbox-api-key"
    client_id: str = "sandbox-client-id"
    client_secret: str = "sandbox-client-secret"
    access_token: str = "sandbox-access-token"
    refresh_token: str = "sandbox-refresh-token"
