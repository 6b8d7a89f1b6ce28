"""The page of notices of change with every state on it: readable by everybody, answered without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from appointments.changes.models import ChangeKind, ChangeNotice
from appointments.models import Appointment
from syncing.models import Message
from tests.appointments.changes.people import furnish
from tests.browser.test_accessibility import complaints, opened
from tests.web.people import everything_read
from tests.web.test_audiences import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/alertes/changements/"
STATES = (
    *(("pending", ""), ("held", ""), ("skipped", ""), ("unsendable", "")),
    *(("composed", state) for state in ("sent", "failed", "uncertain", "not_sent")),
)


@pytest.fixture
def notices() -> None:
    furnish()
    everything_read()
    now = timezone.now()
    start = now + timedelta(days=2)
    for rank, (state, message) in enumerate(STATES):
        kind = list(ChangeKind)[rank % len(ChangeKind)]
        one = Appointment.objects.create(id=f"evt_{rank}", client_id="cli_10", technician_id="usr_T3", start=start)
        ChangeNotice.objects.create(
            appointment=one, technician_id="usr_T3", kind=kind, state=state, start=start, day=now.date(),
            reason="Toujours dans Gazelle." if state == "skipped" else "", cause=f"change:{rank}" if message else "",
        )  # fmt: skip
        if message:
            Message.objects.create(
                kind=f"change_{kind}", cause=f"change:{rank}", channel="mail", address="x@exemple.ca", number=1,
                subject="x", body="x", digest="x", state=message, last_error="550 Boîte inconnue.",
                sent_at=now if message == "sent" else None,
            )  # fmt: skip


@pytest.mark.parametrize("who", ["Administration", "Bureau"])
def test_the_page_is_for_everybody(who: str, browser: Browser, live_server: LiveServer, notices: None) -> None:
    page = opened(browser, live_server.url, signed_in(who))
    page.goto(live_server.url + PAGE)
    found = list(complaints(page))
    page.context.close()
    assert found == []


def test_what_is_held_is_answered_on_a_phone_without_script(
    browser: Browser, live_server: LiveServer, notices: None
) -> None:
    cookie = signed_in("Bureau").cookies["sessionid"].value
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + PAGE)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 annulation attend votre accord")
    page.get_by_role("button", name="Envoyer 1 avis").click()
    expect(page.get_by_role("status").first).to_contain_text("1 avis partira")
    context.close()
    assert not ChangeNotice.objects.filter(state="held").exists()
