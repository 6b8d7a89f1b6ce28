"""« Ma journée »: my visits today and tomorrow, everybody's for the office, at a cost that no visit adds to."""

from __future__ import annotations

import html
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, AppointmentPiano
from clients.models import Client, Contact, Technician
from pianos.models import Piano
from syncing.french import COMPANY_ZONE
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 11, 20, 23, 0, tzinfo=COMPANY_ZONE)
"""Already tomorrow in UTC."""


@pytest.fixture
def simon() -> Technician:
    account = person("Technicien", first_name="Simon")
    return Technician.objects.create(id="usr_simon", full_name="Simon Arcand", is_schedulable=True, login=account)


def visit(name: str, technician: Technician, day: int = 0, hour: int = 9, **more: Any) -> Appointment:
    client = Client.objects.create(id=f"cli_{name}", display_name=name)
    Contact.objects.create(
        id=f"con_{name}", client=client, is_default=True, phone="514 555-0161", street1="12, rue Orée",
        municipality="Verdun", postal_code="H4G 1A1",
    )  # fmt: skip
    start = datetime.combine(LATE.date() + timedelta(days=day), time(hour), COMPANY_ZONE)
    told = {"type": "APPOINTMENT", "status": "ACTIVE", "start": start, "duration": 60} | more
    row = Appointment.objects.create(id=f"evt_{name}", technician=technician, client=client, **told)
    piano = Piano.objects.create(id=f"ins_{name}", client=client, make="Yamaha", model="U1", location="Salon")
    AppointmentPiano.objects.create(id=f"ap_{name}", appointment=row, piano=piano)
    return row


def page(account: Any) -> str:
    browser = Browser()
    browser.force_login(account)
    return html.unescape(browser.get("/").content.decode())


@time_machine.travel(LATE, tick=False)
def test_my_visits_of_today_and_tomorrow_and_of_no_other_day(simon: Technician) -> None:
    everything_read()
    for name, day in (("Hier", -1), ("Matin", 0), ("Demain", 1), ("Plus tard", 2)):
        visit(name, simon, day)
    shown = page(simon.login)
    assert "Vendredi 20\u00a0novembre" in shown
    assert "Demain, samedi 21\u00a0novembre" in shown
    assert "Matin</h3>" in shown
    assert "Demain</h3>" in shown
    assert "Hier</h3>" not in shown
    assert "Plus tard</h3>" not in shown
    for words in ("9\u00a0h\u00a000", "514 555-0161", "12, rue Orée", "Verdun", "Yamaha U1", "Salon"):
        assert words in shown


@time_machine.travel(LATE, tick=False)
def test_a_technician_sees_his_own_and_the_office_everybody_s(simon: Technician) -> None:
    everything_read()
    maude = Technician.objects.create(id="usr_maude", full_name="Maude Pilote", is_schedulable=True)
    visit("Tremblay", simon)
    visit("Ouellet", maude)
    visit("Dentiste", maude, hour=11, type="PERSONAL")
    his, hers = page(simon.login), page(person("Bureau"))
    assert "Tremblay" in his
    assert "Ouellet" not in his
    assert "Tremblay" in hers
    assert "Ouellet" in hers
    assert "Maude Pilote" in hers
    assert "Dentiste" not in hers, "what is personal is its owner's alone"


@time_machine.travel(LATE, tick=False)
def test_a_cancelled_visit_is_not_announced(simon: Technician) -> None:
    everything_read()
    visit("Annulée", simon, status="CANCELED")
    assert "Annulée" not in page(simon.login)


def test_a_free_day_differs_from_an_agenda_that_was_never_read(simon: Technician) -> None:
    assert "L’agenda n’a pas encore été lu de Gazelle." in page(simon.login)
    everything_read()
    free = page(simon.login)
    assert "Aucun rendez-vous aujourd’hui." in free
    assert "pas encore été lu" not in free


@time_machine.travel(LATE, tick=False)
def test_twenty_visits_cost_what_one_costs(simon: Technician) -> None:
    everything_read()
    browser = Browser()
    assert simon.login is not None
    browser.force_login(simon.login)
    browser.get("/")  # the first page of a session also writes who is there
    visit("Une", simon)
    with CaptureQueriesContext(connection) as one:
        browser.get("/")
    for number in range(20):
        visit(f"Autre {number}", simon, hour=8)
    with CaptureQueriesContext(connection) as many:
        assert browser.get("/").content.decode().count("<article") == 21
    assert len(many) == len(one)
