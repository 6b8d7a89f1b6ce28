"""The page of the report with everything it may tell, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pianos.models import Piano
from pianos.report.producing import Order, produce
from syncing.scheduling.models import JobRun
from tests.browser.test_accessibility import told
from tests.browser.test_site import keep, sign_in
from tests.pianos.report import house
from tests.pianos.report.conftest import sheets  # noqa: F401  # a fixture
from tests.pianos.report.house import VINCENT, at, entry
from tests.sheets.server import Sheets
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_report_is_read_and_asked_for(
    live_server: LiveServer,
    page: Page,
    tmp_path: Path,
    sheets: Sheets,  # noqa: F811
) -> None:
    person("Administration")
    house.park(notes=12)
    everything_read()
    sign_in(page, live_server.url, "/systeme/rapport/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aucun rapport pour l’instant.")
    produce(Order(), timezone.now())
    own = Piano.objects.get(client__institution__slug=VINCENT)
    entry(own, "20°C, 42%", at(1, 1), kind=house.MEASUREMENT)
    entry(own, "Accord 440, 21C, 40%, visite 1", at(1, 2), id="tle_5")
    entry(house.piano(house.client()), "Accord d’un client privé", at(1, 2))
    entry(own, "Nouveau", at(2, 3))
    sheets.book["Vincent"].cells[0][0] = "Date"
    produce(Order(), timezone.now())
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le dernier rapport demande un coup d’œil.")
    page.get_by_text("Lesquelles").first.click()
    keep(page, tmp_path, "rapport")
    assert told(page) == []
    page.get_by_role("button", name="Récrire tous les onglets").click()
    expect(page.get_by_text("Le rapport est demandé")).to_be_visible()
    assert JobRun.objects.get(job="timeline_report").stats["full_refresh"] is True
    page.goto(f"{live_server.url}/systeme/horaire/timeline_report/")
    page.get_by_role("link", name="Voir son résultat").click()
    expect(page.get_by_text("En cours")).to_be_visible()
