"""The judge must be able to say no: each kind of discrepancy is planted, and each is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clients.models import Client, Contact
from gazelle_site.sandbox import Served
from invoicing.models import InvoiceItem, Payment
from pianos.models import Piano, TimelineEntry
from syncing.leases import DURATION
from syncing.models import Conflict, Lease, Leg, LegPage, StagedRecord, Suspension
from syncing.vocabulary import RowState
from tests.disasters.house import trim
from tests.disasters.judge import discrepancies, rows
from tests.disasters.truth import Truth, truth
from tests.test_mirror import run

pytestmark = pytest.mark.django_db(transaction=True)


def first(model: Any) -> Any:
    return model.objects.order_by("pk").first()


def forget_a_record() -> None:
    Contact.objects.filter(pk=first(Contact).pk).delete()


def invent_a_record() -> None:
    Client.objects.create(id="cli_invented", raw_data={"id": "cli_invented"})


def alter_a_column() -> None:
    Client.objects.filter(pk=first(Client).pk).update(company_name="Autre")


def alter_a_reference() -> None:
    cited = Piano.objects.exclude(client=None).order_by("pk")[0]
    Piano.objects.filter(pk=cited.pk).update(client=None)


def alter_what_was_received() -> None:
    row = first(TimelineEntry)
    TimelineEntry.objects.filter(pk=row.pk).update(raw_data=row.raw_data | {"comment": "autre"})


def forget_a_line() -> None:
    first(InvoiceItem).delete()


def alter_an_amount() -> None:
    InvoiceItem.objects.filter(pk=first(InvoiceItem).pk).update(amount=1)


def double_a_payment() -> None:
    payment = first(Payment)
    payment.pk = f"{payment.pk}-again"
    payment.save(force_insert=True)


def mark_gone() -> None:
    Piano.objects.filter(pk=first(Piano).pk).update(deleted_at=timezone.now())


def leave_a_placeholder() -> None:
    Client.objects.filter(pk=first(Client).pk).update(is_placeholder=True)


def leave_a_row_waiting() -> None:
    StagedRecord.objects.filter(pk=first(StagedRecord).pk).update(state=RowState.PENDING, reconciled_at=None)


def refuse_a_good_row() -> None:
    StagedRecord.objects.filter(pk=first(StagedRecord).pk).update(state=RowState.REJECTED, reconciled_at=None)


def forge_a_digest() -> None:
    StagedRecord.objects.filter(pk=first(StagedRecord).pk).update(digest="1forged")


def forget_to_stage() -> None:
    first(StagedRecord).delete()


def hold_a_lease() -> None:
    now = timezone.now()
    Lease.objects.create(name="sync:clients", owner="elsewhere:1:1:x", acquired_at=now, expires_at=now + DURATION)


def leave_a_page() -> None:
    page = Path(settings.RAW_DATA_DIR) / "clients" / "1" / "page-00001.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("{}")


def leave_half_a_page() -> None:
    page = Path(settings.RAW_DATA_DIR) / "clients" / "1" / "page-00001.json.77.part"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("{")


def create_twice() -> None:
    Leg.objects.filter(pk=Leg.objects.filter(entity="clients").latest("pk").pk).update(created=999)


def leave_a_leg_open() -> None:
    Leg.objects.filter(entity="pianos").update(sealed_at=None)


def fail_a_leg() -> None:
    Leg.objects.filter(entity="pianos").update(error_code="surprise")


def lose_a_page_of_a_leg() -> None:
    leg = Leg.objects.filter(entity="clients").latest("pk")
    LegPage.objects.filter(leg=leg, number=1).update(number=2)


def ask_a_person() -> None:
    Suspension.objects.create(kind=Suspension.DELETION, entity="clients", reason="?")


def disagree() -> None:
    Conflict.objects.create(entity="clients", gazelle_id=first(Client).pk, column="personal_notes")


PLANTED: list[tuple[Callable[[], None], str]] = [
    (forget_a_record, "is missing"),
    (invent_a_record, "cli_invented is here and not in the source"),
    (alter_a_column, "company_name is 'Autre'"),
    (alter_a_reference, "client_id is None"),
    (alter_what_was_received, "raw_data is not what the source answers"),
    (forget_a_line, "invoicing.InvoiceItem"),
    (alter_an_amount, "amount is 1,"),
    (double_a_payment, "-again is here and not in the source"),
    (mark_gone, "is missing"),
    (leave_a_placeholder, "is missing"),
    (leave_a_row_waiting, "is still pending"),
    (refuse_a_good_row, "was refused, and should not be"),
    (forge_a_digest, "digest is not that of its bytes"),
    (forget_to_stage, "was never staged"),
    (hold_a_lease, "a lease is stuck: sync:clients"),
    (leave_a_page, "a page waits in the spool"),
    (leave_half_a_page, "1 unfinished files, 0 processes were killed"),
    (create_twice, "the journal says 999 were created"),
    (leave_a_leg_open, "neither sealed nor finished"),
    (fail_a_leg, "ended with surprise"),
    (lose_a_page_of_a_leg, "has pages [2]"),
    (ask_a_person, "a person is asked"),
    (disagree, "conflict:"),
]


def test_an_equal_mirror_is_found_equal_and_whatever_is_planted_in_it_is_found(gazelle: Served) -> None:
    trim(gazelle.sandbox)
    run("--full")
    source = truth(gazelle.sandbox)
    assert discrepancies(source) == []
    assert rows() > 100
    for plant, said in PLANTED:
        found = planted(plant, source)
        assert [text for text in found if said in text], (plant.__name__, found)
    assert discrepancies(source) == []


def planted(plant: Callable[[], None], source: Truth) -> list[str]:
    """What the judge says of it; it is gone afterwards."""
    with transaction.atomic():
        plant()
        found = discrepancies(source)
        transaction.set_rollback(True)
    shutil.rmtree(settings.RAW_DATA_DIR, ignore_errors=True)
    return found


def test_an_edit_that_was_not_read_is_found(gazelle: Served) -> None:
    trim(gazelle.sandbox)
    run("--full")
    gazelle.sandbox.edit("estimates", gazelle.sandbox.ids("estimates")[0], notes="changé depuis")
    assert any("estimates: " in text and "notes is" in text for text in discrepancies(truth(gazelle.sandbox)))
