"""The maintenance alerts on a phone and on a desk, without a script: filter, open one, resolve it, try words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from clients.models import Client, Institution, Technician
from pianos.maintenance.scanning import scan
from pianos.models import MaintenanceAlert, Piano, ProblemType, TimelineEntry
from tests.browser.test_accessibility import complaints
from tests.browser.test_site import keep, sign_in
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTES = (
    (22, "ins_1", "PLS débranché, prise derrière le rideau inaccessible. Avisé le régisseur. 20C, 31 %"),
    (13, "ins_2", "Accord 440, 44 %. Pas de housse depuis le spectacle."),
    (5, "ins_2", "Réservoir du PLS presque vide, remplir le réservoir à la prochaine visite."),
    (4, "ins_1", "Fenêtre ouverte, fermée en partant"),
)


def test_alerts_are_read_and_resolved(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    for rank, slug in enumerate(("housse", "alimentation", "reservoir", "environnement")):
        ProblemType.objects.get_or_create(slug=slug, defaults={"label": slug.capitalize(), "rank": rank})
    house = Institution.objects.create(slug="lac", name="Théâtre du Lac")
    owner = Client.objects.create(id="cli_1", display_name="Théâtre du Lac", institution=house)
    Piano.objects.create(id="ins_1", make="Yamaha", model="C3X", location="B-211", client=owner)
    Piano.objects.create(id="ins_2", make="Kawai", model="GX-2", location="Salle polyvalente", client=owner)
    Technician.objects.create(id="usr_1", first_name="Maude", last_name="Pilote", status="ACTIVE")
    now = timezone.now()
    for number, (days, piano, text) in enumerate(NOTES):
        TimelineEntry.objects.create(
            id=f"tme_{number}", entry_type="SERVICE_ENTRY_MANUAL", comment=text, piano_id=piano, client=owner,
            technician_id="usr_1", occurred_at=now - timedelta(days=days),
        )  # fmt: skip
    scan(now=now)
    sign_in(page, live_server.url, "/alertes/entretien/")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 alertes ouvertes")
    keep(page, tmp_path, "alertes")
    page.get_by_role("link", name="PLS débranché").click()
    keep(page, tmp_path, "alerte")
    page.get_by_label("Ce qui a été fait").fill("Rallonge posée")
    page.get_by_role("button", name="Résoudre").click()
    expect(page.get_by_role("status")).to_contain_text("Alerte résolue")
    assert MaintenanceAlert.objects.get(piano="ins_1", type="alimentation").state == "resolues"
    page.goto(f"{live_server.url}/alertes/entretien/mots/?type=alimentation&phrase=rideau")
    expect(page.get_by_role("heading", name="Rien de plus")).to_be_visible()
    keep(page, tmp_path, "mots")
    for address in ("", f"{MaintenanceAlert.objects.earliest('pk').pk}/", "mots/?type=housse&phrase=scène"):
        page.goto(f"{live_server.url}/alertes/entretien/{address}")
        assert list(complaints(page)) == [], address
