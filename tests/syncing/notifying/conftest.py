"""Wires the settings to a mail server, a webhook and three declared kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from syncing.notifying.kinds import Kind, Kinds
from syncing.notifying.mailing import SMTP
from tests.syncing.notifying.servers import MailServer, Webhook, mail_server, webhook


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 2
        settings.DEFAULT_FROM_EMAIL = "Assistant Gazelle <assistant@exemple.ca>"
        yield server


@pytest.fixture
def slack(settings: Settings) -> Iterator[Webhook]:
    with webhook() as hook:
        settings.SLACK_WEBHOOK_URL = hook.url
        yield hook


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Kinds of the trade of nobody: events for technicians, one only if asked for; a lasting fault for others."""
    settings.OWNER_EMAIL = ""
    settings.SLACK_WEBHOOK_URL = ""
    known = Kinds((
        Kind(name="letter", label="Lettre", about="…", roles=frozenset({"Technicien"}), by_default=False),
        Kind(name="bell", label="Cloche", about="Quand on sonne.", roles=frozenset({"Technicien"})),
        Kind(
            name="fire", label="Feu", about="Quand cela brûle.", roles=frozenset({"Administration"}), room=True,
            to_owner=True, lasting=True,
        ),
    ))  # fmt: skip
    for module in ("audience", "queueing", "kinds"):
        monkeypatch.setattr(f"syncing.notifying.{module}.kinds", lambda: known)
