"""Pianos and services of appointments, from the stand-in Gazelle to their tables."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from gazelle_site.sandbox import Served

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_piano_and_service_of_an_appointment_is_here(gazelle: Served) -> None:
    call_command("sync", "appointments", "--full", stdout=io.StringIO())
    source = gazelle.sandbox.records("appointments")
    links = {(record["id"], link["piano"]["id"]): link for record in source for link in record["allEventPianos"]}
    here = {(link.appointment_id, link.piano_id): link.is_tuning for link in AppointmentPiano.objects.all()}
    assert here == {pair: link["isTuning"] for pair, link in links.items()}
    items = {row["id"]: (row["name"], row["amount"]) for record in source for row in record["allServiceItems"]}
    assert {row.pk: (row.name, row.amount) for row in AppointmentItem.objects.all()} == items
    assert items
    assert Appointment.objects.present().count() == len(source)
