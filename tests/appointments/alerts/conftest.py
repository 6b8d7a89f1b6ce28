"""A small agenda around the worked example of the tenth of March 2026, and a mail server that listens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from pytest_django import Settings
from time_machine import Traveller

from appointments.alerts.checking import Check
from appointments.alerts.sending import Order, Sent, send
from appointments.models import Appointment
from clients.models import Client, Contact, Institution, Technician
from syncing.french import COMPANY_ZONE
from syncing.notifying.mailing import SMTP
from tests.syncing.notifying.servers import MailServer, mail_server

SIXTEEN = datetime(2026, 3, 10, 16, tzinfo=COMPANY_ZONE)
TOMORROW = date(2026, 3, 11)
LIVE = Check(is_live=True)


def montreal(text: str) -> datetime:
    """« 2026-03-11 09:00 », as the wall clock says it."""
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


def technician(name: str = "Simon Arcand", *, email: str = "simon@exemple.ca", **more: Any) -> Technician:
    first = name.split()[0]
    told = {"first_name": first, "full_name": name, "search_key": name.lower(), "is_schedulable": True, **more}
    return Technician.objects.create(id=f"usr_{first.lower()}", email=email, **told)


def customer(key: str = "cli_10", name: str = "Rosalie Tremblay", **more: Any) -> Client:
    client: Client = Client.objects.create(id=key, display_name=name, search_key=name.lower(), **more)
    Contact.objects.create(
        id=key.replace("cli", "con"), client=client, first_name=name.split()[0], last_name=name.split()[-1],
        is_default=True, phone="514 555-0161", street1="12, rue Willibrord", municipality="Verdun",
        postal_code="H4G 2V1",
    )  # fmt: skip
    return client


def booked(key: str, start: str, who: Technician | None, client: Client | None, **more: Any) -> Appointment:
    told = {"status": "ACTIVE", "type": "APPOINTMENT", "duration": 60, "confirmed_by_client": False, **more}
    made: Appointment = Appointment.objects.create(id=key, start=montreal(start), technician=who, client=client, **told)
    return made


def alert(order: Order | None = None, *, check: Check = LIVE, user: User | None = None) -> Sent:
    """One run at the hour it is."""
    return send(order or Order(TOMORROW), check, trigger="scheduler", user=user, now=datetime.now(COMPANY_ZONE))


@pytest.fixture
def at_sixteen() -> Iterator[Traveller]:
    with time_machine.travel(SIXTEEN, tick=False) as clock:
        yield clock


@pytest.fixture
def simon(db: None) -> Technician:
    return technician()


@pytest.fixture
def rosalie(db: None) -> Client:
    return customer()


@pytest.fixture
def theatre(db: None) -> Client:
    house, _ = Institution.objects.get_or_create(slug="place-des-arts", defaults={"name": "Place des Arts"})
    return customer("cli_pda", "Place des Arts", institution=house)


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 2
        settings.DEFAULT_FROM_EMAIL = "Assistant Gazelle <assistant@exemple.ca>"
        settings.OWNER_EMAIL = "proprietaire@exemple.ca"
        settings.CSRF_TRUSTED_ORIGINS = ["https://gazelle.exemple.ca"]
        yield server
