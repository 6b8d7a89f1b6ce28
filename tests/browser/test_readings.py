"""The curve of a piano on a phone and on a desk: one drawing shown, the other hidden, its table below."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from clients.models import Client
from pianos.models import Measurement, Piano
from tests.browser.test_accessibility import complaints
from tests.browser.test_site import keep, sign_in
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_readings_of_a_piano(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    client = Client.objects.create(id="cli_1", company_name="Théâtre du Lac")
    Piano.objects.create(
        id="ins_1", make="Steinway & Sons", model="D", serial_number="547812", location="Grande salle", client=client
    )
    first = date(2024, 4, 11)
    values = ((0, 40), (70, 46), (154, 49), (210, 42), (286, 36), (350, 39), (539, 45), (560, 71), (601, 34), (641, 38))
    for number, (days, humidity) in enumerate(values):
        taken_on = first + timedelta(days=days)
        Measurement.objects.create(id=f"pms_{number}", piano_id="ins_1", taken_on=taken_on, humidity=humidity)
    sign_in(page, live_server.url, "/pianos/ins_1/mesures/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Steinway")
    assert page.locator("figure.readings > svg:visible").count() == 1
    expect(page.get_by_role("table")).to_be_visible()
    keep(page, tmp_path, "mesures")
    assert list(complaints(page)) == []
