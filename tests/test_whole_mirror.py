"""The ten entities against staff edits of every kind, between and during syncs: the mirror converges to the source."""

from __future__ import annotations

import random
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from appointments.models import Appointment, AppointmentPiano
from clients.models import Client, Contact
from gazelle_site.sandbox import Served
from invoicing.models import Invoice, InvoiceItem, Payment
from pianos.models import Measurement, Piano, TimelineEntry
from syncing.models import Drift, Leg, Redirect
from syncing.registry import Entity, entities
from tests.test_mirror import assert_equal_to_the_source, listed, run

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    """The stand-in's invented days lie around this one."""
    time_machine.move_to(datetime(2026, 11, 20, 17, 0, tzinfo=UTC), tick=True)


def present(entity: Entity) -> set[str]:
    return set(apps.get_model(entity.model).objects.present().values_list("pk", flat=True))


def assert_same_records(served: Served) -> None:
    """In every table, exactly the records of Gazelle's default list are present."""
    for entity in entities():
        assert present(entity) == listed(served, entity), entity.name


def some(served: Served, entity: str, rank: int = 0) -> str:
    return sorted(served.sandbox.ids(entity))[rank]


def test_every_line_payment_and_piano_of_a_visit_is_here_to_the_cent(gazelle: Served) -> None:
    run("--full")
    for record in gazelle.sandbox.records("invoices"):
        items = InvoiceItem.objects.filter(invoice_id=record["id"], deleted_at=None)
        assert {i.pk: (i.amount, i.quantity, i.total) for i in items} == {
            item["id"]: (item["amount"], item["quantity"], item["total"]) for item in record["allInvoiceItems"]
        }
        payments = Payment.objects.filter(invoice_id=record["id"], deleted_at=None)
        assert {p.pk: p.amount for p in payments} == {p["id"]: p["amount"] for p in record["allInvoicePayments"]}
        assert Invoice.objects.get(pk=record["id"]).total == record["total"]
    for record in gazelle.sandbox.records("appointments"):
        pianos = AppointmentPiano.objects.filter(appointment_id=record["id"], deleted_at=None)
        assert {link.piano_id for link in pianos} == {link["piano"]["id"] for link in record["allEventPianos"]}


def test_after_edits_of_every_kind_a_full_sync_converges(gazelle: Served) -> None:
    run("--full")
    box = gazelle.sandbox
    merged, kept = some(gazelle, "clients", 3), some(gazelle, "clients", 4)
    box.edit("clients", some(gazelle, "clients", 1), companyName="Nouveau nom")
    box.delete("clients", some(gazelle, "clients", 2))
    box.merge_clients(merged, kept)
    box.merge_pianos(some(gazelle, "pianos", 1), some(gazelle, "pianos", 2))
    box.delete("appointments", some(gazelle, "appointments", 5))
    box.cancel_event(some(gazelle, "appointments", 6))
    box.delete("timeline", some(gazelle, "timeline", 7))
    box.edit("timeline", some(gazelle, "timeline", 8), comment="Corrigé trois semaines plus tard : 20 °C, 41 %")
    box.create("timeline", client=kept, type="USER_COMMENT", comment="oubliée", occurredAt="2019-03-01T15:00:00Z")
    box.edit("invoices", some(gazelle, "invoices", 1), status="PAID", dueTotal=0)
    box.create("pianos", make="Bösendorfer", client=kept)
    run("--full")
    run("--full")  # what has no single read needs two readings to be believed gone
    assert_same_records(gazelle)
    assert_equal_to_the_source(gazelle)
    assert Redirect.objects.filter(entity="clients", old_id=merged, kept_id=kept).exists()


def test_a_cancelled_visit_leaves_the_list_and_says_it_was_cancelled(gazelle: Served) -> None:
    run("--full")
    visit = (
        Appointment.objects.present().filter(status="ACTIVE", start__gte="2026-11-22T00:00:00Z").order_by("start")[0]
    )
    gazelle.sandbox.cancel_event(visit.pk)
    run("appointments", "--recent")
    visit.refresh_from_db()
    assert (visit.status, visit.deleted_at is not None) == ("CANCELED", True)


def test_a_change_is_visible_after_the_read_that_promises_it_and_costs_few_requests(gazelle: Served) -> None:
    run("--full")
    visit = Appointment.objects.present().filter(start__gte="2026-11-22T00:00:00Z").order_by("start")[0]
    gazelle.sandbox.edit("appointments", visit.pk, title="Déplacé", start="2026-11-24T04:00:00Z")
    note = gazelle.sandbox.create(
        "timeline", client=some(gazelle, "clients"), type="SERVICE_ENTRY_MANUAL", comment="PLS débranché",
        occurredAt="2026-11-20T15:00:00Z",
    )  # fmt: skip
    before = gazelle.requests.count
    run("appointments", "timeline", "--recent")
    asked = gazelle.requests.count - before
    visit.refresh_from_db()
    assert visit.title == "Déplacé"
    assert visit.start == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert TimelineEntry.objects.get(pk=note).comment == "PLS débranché"
    assert asked <= 4


def test_lists_cut_inside_a_record_are_told_and_take_nobody_away(gazelle: Served) -> None:
    run("--full")
    payments, contacts = Payment.objects.filter(deleted_at=None).count(), Contact.objects.present().count()
    gazelle.faults.add("missing_nodes", entity="payments", page=1)
    gazelle.faults.add("missing_nodes", entity="contacts", page=1)
    said = run("invoices", "clients", "--full")
    assert "« allInvoicePayments » en annonce" in said
    assert "« allContacts » en annonce" in said
    assert Payment.objects.filter(deleted_at=None).count() == payments
    assert Contact.objects.present().count() == contacts


def test_a_visit_of_a_client_nobody_read_yet_is_visible_at_once_and_heals(gazelle: Served) -> None:
    run("--full")
    new = gazelle.sandbox.create("clients", companyName="Auberge du Bémol", status="NEW")
    visit = gazelle.sandbox.create(
        "appointments", client=new, title="Auberge du Bémol", start="2026-11-21T18:00:00Z", duration=90,
        type="APPOINTMENT", status="ACTIVE",
    )  # fmt: skip
    run("appointments", "--recent")
    seen = Appointment.objects.select_related("client").get(pk=visit)
    assert seen.client is not None
    assert seen.client.is_placeholder
    run("clients", "--recent")
    assert str(Client.objects.get(pk=new)) == "Auberge du Bémol"
    assert not Client.objects.get(pk=new).is_placeholder


def test_an_old_note_corrected_late_waits_for_the_full_reading_and_arrives(gazelle: Served) -> None:
    run("--full")
    old = TimelineEntry.objects.filter(occurred_at__lt="2026-09-01T00:00:00Z").order_by("-occurred_at")[0]
    gazelle.sandbox.edit("timeline", old.pk, comment="Correction tardive")
    run("timeline")
    assert TimelineEntry.objects.get(pk=old.pk).comment == old.comment
    run("timeline", "--full")
    assert TimelineEntry.objects.get(pk=old.pk).comment == "Correction tardive"


def test_an_event_without_start_and_an_unknown_value_are_kept_and_told(gazelle: Served) -> None:
    visit = some(gazelle, "appointments", 2)
    gazelle.sandbox.edit("appointments", visit, start=None)
    gazelle.sandbox.edit("timeline", some(gazelle, "timeline", 3), type="CONTACT_FAX_MANUAL")
    run("--full")
    assert Appointment.objects.get(pk=visit).start is None
    assert TimelineEntry.objects.filter(entry_type="CONTACT_FAX_MANUAL").exists()
    assert Drift.objects.filter(value="CONTACT_FAX_MANUAL").exists()


def test_measurements_arrive_with_their_piano(gazelle: Served) -> None:
    run("--full")
    piano = Piano.objects.present().order_by("pk")[0]
    new = gazelle.sandbox.create("measurements", pianoId=piano.pk, takenOn="2026-11-19", humidity=38, temperature=22)
    run("pianos")
    assert Measurement.objects.get(pk=new).piano_id == piano.pk


def test_a_full_sync_of_what_has_not_changed_writes_nothing_and_agrees_with_the_source(gazelle: Served) -> None:
    run("--full")
    said = run("--full")
    assert said.count("rien à changer") == len(list(entities()))
    for entity in entities():
        audit = Leg.objects.filter(entity=entity.name).latest("started_at").audit
        assert audit is not None
        assert audit["here"] == audit["in_gazelle"], entity.name
        assert (audit["differing"], audit["unknown"]) == ([], []), entity.name


@pytest.mark.parametrize("seed", range(3))
def test_edits_made_while_reading_are_all_here_after_the_next_full_sync(gazelle: Served, seed: int) -> None:
    run("--full")
    box, chance, over = gazelle.sandbox, random.Random(seed), threading.Event()

    def office() -> None:
        for _ in range(100):  # however slow the machine, never enough cancellations to call the brake
            if over.wait(0.01):
                break
            edit_something(box, chance)

    busy = threading.Thread(target=office)
    busy.start()
    try:
        run()
        run("--full")
    finally:
        over.set()
        busy.join()
    run("--full")
    run("--full")
    assert_same_records(gazelle)
    assert_equal_to_the_source(gazelle)


def edit_something(box: Any, chance: random.Random) -> None:
    """One gesture of the office, at random."""
    client = chance.choice(sorted(box.ids("clients")))
    match chance.randrange(7):
        case 0:
            box.edit("clients", client, companyName=f"Nom {chance.random()}")
        case 1:
            box.create("clients", companyName="Arrivée", status="NEW")
        case 2:
            box.create("pianos", make="Yamaha", client=client)
        case 3:
            box.edit("appointments", chance.choice(sorted(box.ids("appointments"))), notes=f"{chance.random()}")
        case 4:
            day = TODAY + timedelta(days=chance.randrange(-20, 20))
            box.create("timeline", client=client, type="USER_COMMENT", comment="note", occurredAt=f"{day}T16:00:00Z")
        case 5:
            box.edit("invoices", chance.choice(sorted(box.ids("invoices"))), notes=f"{chance.random()}")
        case 6:
            box.cancel_event(chance.choice(sorted(box.ids("appointments"))))
