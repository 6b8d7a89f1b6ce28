"""From the stand-in Gazelle to answers, over a real reading: what is told is what Gazelle has."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from appointments.models import Appointment
from assistant.answering import answer
from assistant.understanding.results import Asker, Outcome, Understood
from clients.models import Technician
from gazelle_site.sandbox import Served
from invoicing.models import Invoice
from syncing.french import COMPANY_ZONE
from tests.assistant.answering.house import Person, person
from tests.assistant.answering.sources import untraced

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 8, tzinfo=COMPANY_ZONE)
FIRST, LAST = "2026-09-01", "2027-03-31"


def listed(served: Served, user: str = "") -> list[str]:
    """The visits of Gazelle's own list in the window, earliest first, cancelled ones aside."""
    first = datetime.fromisoformat(FIRST).replace(tzinfo=COMPANY_ZONE)
    last = datetime.fromisoformat(LAST).replace(tzinfo=COMPANY_ZONE) + timedelta(days=1)
    found = [
        (datetime.fromisoformat(str(event["start"]).replace("Z", "+00:00")), str(event["id"]))
        for event in served.sandbox.records("PrivateEvent", hidden=True)
        if event["type"] == "APPOINTMENT" and event["status"] != "CANCELED" and user in ("", _id(event["user"]))
    ]
    return [key for start, key in sorted(found) if first <= start < last]


def _id(reference: object) -> object:
    return reference["id"] if isinstance(reference, dict) else reference


def asking(who: Person, intent: str, **slots: object) -> list[str]:
    found = answer(Understood(intent, slots, Outcome.ANSWERED), viewer=who.viewer, asker=who.asker, now=NOW)
    assert untraced(found) == []
    return [item.id for item in found.items if item.kind == "visit"]


def test_each_agenda_is_gazelle_s_and_each_word_of_it_has_a_source(gazelle: Served) -> None:
    call_command("sync", "--full")
    window = {"start": FIRST, "end": LAST}
    office = person("bureau", "Bureau")
    assert asking(office, "all_appointments", date_range=window, limit=100) == listed(gazelle)
    for one in Technician.objects.filter(is_schedulable=True):
        account = person(f"login{one.pk}", "Technicien")
        Technician.objects.filter(pk=one.pk).update(login=account.viewer.user_id)
        somebody = Person(account.viewer, Asker(str(one)))
        theirs = asking(somebody, "my_appointments", date_range=window, limit=100)
        assert sorted(theirs) == sorted(listed(gazelle, one.pk)), one


def test_what_is_canceled_in_gazelle_leaves_the_agenda_at_the_next_reading(gazelle: Served) -> None:
    call_command("sync", "--full")
    office = person("bureau", "Bureau")
    key = listed(gazelle)[-1]
    gazelle.sandbox.edit("appointments", key, status="CANCELED")
    call_command("sync", "--full")
    assert Appointment.objects.get(pk=key).status == "CANCELED"
    window = {"start": FIRST, "end": LAST}
    assert key not in asking(office, "all_appointments", date_range=window, limit=100)
    assert key in asking(office, "all_appointments", date_range=window, limit=100, status="CANCELED")


def test_bills_are_found_by_their_numbers(gazelle: Served) -> None:
    call_command("sync", "--full")
    office = person("bureau", "Bureau")
    bill = Invoice.objects.filter(status="PAID").order_by("pk")[0]
    found = answer(
        Understood("client_invoices", {"invoice_number": bill.number}, Outcome.ANSWERED),
        viewer=office.viewer,
        asker=office.asker,
        now=NOW,
    )
    assert [item.id for item in found.items] == [bill.pk]
    assert untraced(found) == []
