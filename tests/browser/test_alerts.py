"""« Rendez-vous non confirmés » and the page of an institution, on a phone and on a desk: looked at, sent, seen to."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from appointments.alerts.checking import Check
from appointments.alerts.days import day_of, midnight
from appointments.alerts.models import AppointmentAlert
from appointments.alerts.sending import Order, send
from appointments.models import Appointment
from clients.models import Client, Institution, Technician
from syncing.models import Message
from syncing.scheduling.models import JobRun
from tests.appointments.alerts.conftest import customer, technician
from tests.browser.test_accessibility import told
from tests.browser.test_site import keep, sign_in
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agenda() -> None:
    """Tomorrow: four visits, one of a technician who cannot be written to; one taken long ago in two weeks."""
    person("Administration")
    everything_read()
    now = timezone.now()
    tomorrow = midnight(day_of(now) + timedelta(days=1))
    simon = technician()
    karim = technician("Karim Haddad", email="")
    names = ("Rosalie Tremblay", "Café-théâtre de la Vieille-Forge et de ses environs", "Paul Roy", "Zoé Demers")
    for rank, name in enumerate(names):
        start, whose = tomorrow + timedelta(hours=9 + 2 * rank), (simon, simon, karim, simon)[rank]
        _visit(f"evt_{rank}", start, whose, customer(f"cli_{rank}", name))
    later = midnight(day_of(now) + timedelta(days=14)) + timedelta(hours=10)
    one = _visit("evt_later", later, simon, Client.objects.get(pk="cli_0"))
    Appointment.objects.filter(pk=one.pk).update(gazelle_created_at=now - timedelta(days=150))
    send(Order(day_of(tomorrow)), Check(is_live=True), trigger="scheduler", user=None, now=now)
    Message.objects.filter(kind="unconfirmed", cause__contains="evt_0").update(
        state="sent", sent_at=now, receipt="250 Ok"
    )
    refused = "Le serveur de courriel refuse : 550 5.1.1 No such user."
    Message.objects.filter(kind="unconfirmed", cause__contains="evt_1").update(state="failed", last_error=refused)


def _visit(key: str, start: datetime, whose: Technician, client: Client) -> Appointment:
    made: Appointment = Appointment.objects.create(
        id=key, start=start, technician=whose, client=client, status="ACTIVE", type="APPOINTMENT", duration=60
    )
    return made


def test_alerts_are_looked_at_sent_and_seen_to(
    live_server: LiveServer, page: Page, tmp_path: Path, agenda: None
) -> None:
    sign_in(page, live_server.url, "/alertes/rv/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 rendez-vous de demain non confirmés")
    keep(page, tmp_path, "alertes")
    page.screenshot(path=tmp_path / "haut.png")
    assert told(page) == []
    page.get_by_role("button", name="Marquer vu : Rosalie Tremblay").click()
    expect(page.get_by_role("status")).to_contain_text("Rosalie Tremblay est vu")
    assert AppointmentAlert.objects.filter(acknowledged_at__isnull=False).count() == 1
    page.get_by_label("Simon Arcand").check()
    page.get_by_role("button", name="Envoyer les avis de demain").click()
    expect(page.get_by_role("status")).to_contain_text("C’est demandé")
    assert JobRun.objects.filter(job="unconfirmed_by_hand").count() == 1
    page.goto(f"{live_server.url}/alertes/rv/?jour=2026-02-31")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas une date")
    keep(page, tmp_path, "alertes-refus")


def test_an_institution_gets_its_clients_one_by_one(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    school = Institution.objects.create(slug="indy", name="Vincent-d’Indy", name_patterns="Vincent-d’Indy")
    names = ("École de musique Vincent-d’Indy", "Fondation Vincent-d’Indy", "Vincent d’Indy, plombier")
    for rank, name in enumerate(names):
        customer(f"cli_{rank}", name, institution=school if rank == 0 else None)
    sign_in(page, live_server.url, f"/admin/clients/institution/{school.pk}/change/")
    expect(page.get_by_role("heading", name="Proposés")).to_be_visible()
    keep(page, tmp_path, "institution")
    page.get_by_role("button", name="C’est un de ses clients : Fondation Vincent-d’Indy").click()
    page.get_by_role("button", name="Ce n’en est pas un : Vincent d’Indy, plombier").click()
    expect(page.get_by_role("heading", name="Proposés")).to_be_hidden()
    assert Client.objects.filter(institution=school).count() == 2
