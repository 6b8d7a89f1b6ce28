"""Rows carried in the query of another: the same records, in order, and nothing that their viewer may not read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import OuterRef
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from appointments.selectors import CONTACT, ITEM, PIANO
from clients.models import Client, Contact
from pianos.models import Piano
from syncing.access import viewer_of
from syncing.carrying import carried, records
from syncing.rights import Closed, Viewer
from tests.web.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Viewer:
    return viewer_of(person("Bureau"))


def brought(model: Any, rows: Any, columns: Any, *, viewer: Viewer, of: Any = Client, through: str = "") -> list[Any]:
    [told] = of.objects.annotate(told=carried(rows, columns, through=through)).values_list("told", flat=True)
    found: list[Any] = records(model, told, viewer=viewer)
    return found


def test_they_are_the_records_a_query_of_their_own_would_bring(office: Viewer) -> None:
    home = Client.objects.create(id="cli_1")
    told: dict[str, Any] = {"first_name": 'Éloïse "Lo"', "street1": "l\u2019Îlot \\ 3\n", "sort_order": 7}
    Contact.objects.create(id="con_1", client=home, is_default=True, **told)
    Contact.objects.create(id="con_2", client=home, is_default=None)
    rows = Contact.objects.visible_to(office).filter(client=OuterRef("pk"))
    found = brought(Contact, rows, CONTACT, viewer=office)
    for one, read in zip(found, Contact.objects.order_by("pk"), strict=True):
        with CaptureQueriesContext(connection) as asked:
            assert {name: getattr(one, name) for name in CONTACT} == {name: getattr(read, name) for name in CONTACT}
        assert not asked.captured_queries


def test_a_column_that_was_not_carried_is_read_when_it_is_asked_for(office: Viewer) -> None:
    home = Client.objects.create(id="cli_1")
    Contact.objects.create(id="con_1", client=home, suffix="fils")
    [one] = brought(Contact, Contact.objects.filter(client=OuterRef("pk")), CONTACT, viewer=office)
    assert one.suffix == "fils"


def test_none_is_an_empty_list(office: Viewer) -> None:
    Client.objects.create(id="cli_1")
    assert brought(Contact, Contact.objects.filter(client=OuterRef("pk")), CONTACT, viewer=office) == []


def test_through_a_foreign_key_they_come_in_the_order_of_the_links(office: Viewer) -> None:
    event = Appointment.objects.create(id="evt_1")
    for rank, key in enumerate(("ins_b", "ins_a")):
        piano = Piano.objects.create(id=key, make=key, year=1987, dampp_chaser_installed=bool(rank))
        AppointmentPiano.objects.create(id=f"ap_{rank}", appointment=event, piano=piano)
    rows = AppointmentPiano.objects.filter(appointment=OuterRef("pk"))
    found = brought(Piano, rows, PIANO, viewer=office, of=Appointment, through="piano")
    assert [(one.pk, one.year, one.dampp_chaser_installed) for one in found] == [
        ("ins_b", 1987, False),
        ("ins_a", 1987, True),
    ]


def test_what_is_the_office_s_alone_is_neither_carried_nor_read_afterwards() -> None:
    account = person("Technicien")
    viewer = viewer_of(account)
    event = Appointment.objects.create(id="evt_1")
    AppointmentItem.objects.create(id="item_1", appointment=event, name="Accord", amount=19500)
    rows = AppointmentItem.objects.visible_to(viewer).filter(appointment=OuterRef("pk"))
    with pytest.raises(Closed):
        carried(rows, (*ITEM, "amount"))
    told = [{"id": "item_1", "appointment_id": "evt_1", "name": "Accord", "rank_": "item_1"}]
    [one] = records(AppointmentItem, told, viewer=viewer)
    assert one.name == "Accord"
    with pytest.raises(Closed):
        _ = one.amount
