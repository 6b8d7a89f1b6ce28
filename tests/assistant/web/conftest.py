"""The actors of the conversation tests: a technician with two visits, the office, and a vocabulary read anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.utils import timezone

from appointments.models import Appointment
from assistant import vocabularies
from clients.models import Client, Contact, Technician
from syncing.french import COMPANY_ZONE
from tests.web.people import all_roles, everything_read, person


@pytest.fixture(autouse=True)
def vocabulary_of_this_test() -> Iterator[None]:
    """What a process remembers of the words of the house starts each test empty."""
    vocabularies.forget()
    yield
    vocabularies.forget()


@pytest.fixture
def simon() -> User:
    """A technician with a visit today at noon and one tomorrow."""
    all_roles()
    everything_read()
    account = person("Technicien", first_name="Simon")
    technician = Technician.objects.create(
        id="usr_simon", first_name="Simon", full_name="Simon Arcand", is_schedulable=True, login=account
    )
    noon = datetime.combine(timezone.localdate(), time(12), COMPANY_ZONE)
    for rank, name in enumerate(("Rosalie Tremblay", "École Orée")):
        client = Client.objects.create(
            id=f"cli_{rank}",
            display_name=name,
            search_key=name.lower().replace("é", "e"),
            preference_notes=f"Code au coffret 432{rank}",
        )
        Contact.objects.create(
            id=f"con_{rank}",
            client=client,
            first_name=name.split()[0],
            is_default=True,
            phone="514 555-0161",
            municipality="Verdun",
            street1="12, rue Willibrord",
        )
        Appointment.objects.create(
            id=f"evt_{rank}",
            technician=technician,
            client=client,
            type="APPOINTMENT",
            status="ACTIVE",
            start=noon + timedelta(days=rank),
            duration=60,
        )
    return account


@pytest.fixture
def odile(simon: User) -> User:
    """The office, which receives no visit."""
    account = person("Bureau", first_name="Odile")
    Technician.objects.create(
        id="usr_odile", first_name="Odile", full_name="Odile Fortier", is_schedulable=False, login=account
    )
    return account


@pytest.fixture
def his(simon: User) -> Browser:
    """The technician's browser."""
    browser = Browser()
    browser.force_login(simon)
    return browser


@pytest.fixture
def hers(odile: User) -> Browser:
    """The office's browser."""
    browser = Browser()
    browser.force_login(odile)
    return browser
