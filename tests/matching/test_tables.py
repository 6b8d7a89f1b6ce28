"""From the mirror's tables to suggestions: placeholders known by their company, duplicates, nothing written."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.models import Appointment, AppointmentPiano
from clients import matching as clients
from clients.likeness import Someone, card
from clients.models import Client, Contact, Technician
from gazelle_site.sandbox import Served
from invoicing.models import Invoice
from pianos import matching as pianos
from pianos.models import Piano, TimelineEntry
from syncing.matching.model import Decision
from syncing.models import Move
from syncing.registry import entities
from syncing.resembling import resemblances
from tests.matching.pools import TUNED

pytestmark = pytest.mark.django_db


def household(pk: str, first: str = "Marie", last: str = "Quévillon", **values: Any) -> Client:
    client = Client.objects.create(id=f"cli_{pk}", display_name=f"{first} {last}")
    told = {"phone": "514 555-0123", "email": "marie@courriel.example", "street1": "22 ch. du Mirage"} | values
    Contact.objects.create(
        id=f"con_{pk}", client=client, first_name=first, last_name=last, municipality="Montréal", **told
    )
    return client


def yamaha(pk: str, client: Client | None, serial: str = "5407129", **values: Any) -> Piano:
    return Piano.objects.create(
        id=f"ins_{pk}", client=client, make="Yamaha", model="U1", serial_number=serial, **values
    )


@pytest.fixture
def neighbourhood() -> None:
    """Enough other people for a name to be one among others."""
    for number, (first, last) in enumerate(zip(TUNED.men, TUNED.families, strict=False)):
        household(f"n{number}", first, last, phone=f"450 555-{number:04}", email="", street1="")


# -- clients and contacts ----------------------------------------------------------------------------------------------


def test_a_client_entered_twice_is_found_and_explained(neighbourhood: None) -> None:
    household("a")
    second = household("b", last="Quevillon", email="")
    (found,) = clients.suggestions_for(second)
    assert (found.left_id, found.right_id, found.decision) == ("cli_b", "cli_a", Decision.SAME)
    assert found.sentence == (
        "Même nom de famille (Quevillon), même prénom (Marie), même téléphone (514 555-0123) et même adresse "
        "(22 ch. du Mirage, Montréal)."
    )
    assert [{one.left_id, one.right_id} for one in clients.duplicates()] == [{"cli_a", "cli_b"}]


def test_a_contact_of_two_clients_is_found_as_one_person(neighbourhood: None) -> None:
    household("a")
    household("b")
    (found,) = clients.contact_suggestions_for(Contact.objects.get(pk="con_b"))
    assert found.right_id == "con_a"
    assert [{one.left_id, one.right_id} for one in clients.duplicate_contacts()] == [{"con_a", "con_b"}]


def test_numbers_and_addresses_that_are_no_default_are_read_in_gazelles_answer(neighbourhood: None) -> None:
    raw = {"allPhones": {"nodes": [{"phoneNumber": "819 555-0177", "extension": None}, {"phoneNumber": None}, None]}}
    household("a", raw_data=raw)
    second = household("b", phone="819 555-0177", email="", street1="")
    (found,) = clients.suggestions_for(second)
    assert found.decision is Decision.SAME
    assert "même téléphone (819 555-0177)" in found.sentence


def test_only_records_that_are_in_gazelle_are_proposed(neighbourhood: None) -> None:
    household("a")
    second = household("b")
    Client.objects.filter(pk="cli_a").update(deleted_at=timezone.now())
    assert clients.suggestions_for(second) == []
    assert list(clients.duplicates()) == []


def test_a_record_that_changed_is_compared_as_it_is_now(neighbourhood: None) -> None:
    household("a")
    second = household("b")
    assert clients.suggestions_for(second)
    Contact.objects.filter(pk="con_a").update(
        first_name="Zoé", last_name="Autre", phone="", email="", street1="", updated_at=timezone.now()
    )
    assert clients.suggestions_for(second) == []


def test_a_client_without_contact_is_nobody(neighbourhood: None) -> None:
    household("a")
    assert clients.suggestions_for(Client.objects.create(id="cli_bare")) == []


def test_a_row_of_another_source_is_recognised(neighbourhood: None) -> None:
    household("a")
    row = Someone("MARIE", "Quevillon", phones=("514.555.0123",))
    (found,) = clients.recognise(card("row 12", "", [row]))
    assert (found.left_id, found.right_id, found.decision) == ("row 12", "cli_a", Decision.SAME)


def test_a_row_with_only_the_name_of_a_house_is_proposed(neighbourhood: None) -> None:
    Client.objects.create(id="cli_house", company_name="École de musique du Ruisseau")
    (found,) = clients.recognise(card("row 9", "Ecole de musique du ruisseau"))
    assert (found.right_id, found.decision) == ("cli_house", Decision.PERHAPS)


# -- placeholders ------------------------------------------------------------------------------------------------------


def test_a_placeholder_client_is_known_by_the_piano_it_is_visited_for(neighbourhood: None) -> None:
    owner = household("a")
    piano = yamaha("1", owner)
    unknown = Client.objects.create(id="cli_gone", is_placeholder=True)
    visit = Appointment.objects.create(id="evt_1", client=unknown)
    AppointmentPiano.objects.create(id="evt_1:1", appointment=visit, piano=piano)
    (found,) = clients.suggestions_for(unknown)
    assert (found.right_id, found.decision) == ("cli_a", Decision.PERHAPS)
    assert found.sentence == "Cités avec la même fiche (piano Yamaha U1, nº\u00a05407129)."


def test_a_placeholder_piano_is_known_by_whose_visits_it_is_in(neighbourhood: None) -> None:
    owner = household("a")
    yamaha("1", owner)
    unknown = Piano.objects.create(id="ins_gone", is_placeholder=True)
    visit = Appointment.objects.create(id="evt_1", client=owner)
    AppointmentPiano.objects.create(id="evt_1:1", appointment=visit, piano=unknown)
    TimelineEntry.objects.create(id="tme_1", client=owner, piano=unknown)
    (found,) = pianos.suggestions_for(unknown)
    assert (found.right_id, found.decision) == ("ins_1", Decision.PERHAPS)
    assert found.sentence == "Cités avec la même fiche (client Marie Quévillon)."


def test_a_placeholder_contact_is_known_by_the_client_it_is_billed_with(neighbourhood: None) -> None:
    client = household("a")
    unknown = Contact.objects.create(id="con_gone", is_placeholder=True)
    Invoice.objects.create(id="inv_1", client=client, contact=unknown)
    found = clients.contact_suggestions_for(unknown)
    assert [one.right_id for one in found] == ["con_a"]


def test_the_technician_who_visits_everybody_tells_nothing(neighbourhood: None) -> None:
    technician = Technician.objects.create(id="usr_1", full_name="Odile")
    for client in Client.objects.all():
        Appointment.objects.create(id=f"evt_{client.pk}", client=client, technician=technician)
    unknown = Client.objects.create(id="cli_gone", is_placeholder=True)
    Appointment.objects.create(id="evt_gone", client=unknown, technician=technician)
    assert clients.suggestions_for(unknown) == []


def test_a_placeholder_that_nothing_cites_gets_no_suggestion(neighbourhood: None) -> None:
    assert clients.suggestions_for(Client.objects.create(id="cli_gone", is_placeholder=True)) == []


def test_where_the_references_of_a_gone_record_went_is_said(neighbourhood: None) -> None:
    household("a")
    gone = Client.objects.create(id="cli_gone", deleted_at=timezone.now())
    for number in range(3):
        left = {"entity": "pianos", "gazelle_id": f"ins_{number}", "column": "client_id"}
        Move.objects.create(**left, target="clients", before="cli_gone", after="cli_a")
    (found,) = clients.suggestions_for(gone)
    assert found.right_id == "cli_a"
    assert found.sentence == "3 fiches qui citaient l’une citent maintenant l’autre."


# -- pianos ------------------------------------------------------------------------------------------------------------


def test_a_piano_entered_twice_is_found_under_its_owners_name(neighbourhood: None) -> None:
    owner = household("a")
    yamaha("1", owner, year=1985)
    second = yamaha("2", owner, "54O7129")
    (found,) = pianos.suggestions_for(second)
    assert (found.right_id, found.decision) == ("ins_1", Decision.SAME)
    assert "même client (Marie Quévillon)" in found.sentence
    assert [{one.left_id, one.right_id} for one in pianos.duplicates()] == [{"ins_1", "ins_2"}]


def test_twins_of_one_owner_are_no_duplicates(neighbourhood: None) -> None:
    owner = household("a")
    yamaha("1", owner)
    yamaha("2", owner, "5407130")
    assert list(pianos.duplicates()) == []


# -- the house ---------------------------------------------------------------------------------------------------------


def test_every_declared_resemblance_is_of_a_known_entity() -> None:
    assert resemblances().keys() == {"clients", "contacts", "pianos"}
    assert all(name in entities() for name in resemblances())


def test_nothing_is_written(neighbourhood: None) -> None:
    owner = household("a")
    household("b")
    yamaha("1", owner)
    unknown = Client.objects.create(id="cli_gone", is_placeholder=True)
    Appointment.objects.create(id="evt_1", client=unknown)
    with CaptureQueriesContext(connection) as queries:
        clients.suggestions_for(unknown)
        pianos.suggestions_for(Piano.objects.get(pk="ins_1"))
        list(clients.duplicates())
        list(pianos.duplicates())
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT", "DECLARE"}  # a server-side cursor reads too


def test_the_index_is_built_once_for_many_questions(neighbourhood: None) -> None:
    built = clients.CLIENTS.index()
    assert clients.CLIENTS.index() is built
    household("b")
    assert clients.CLIENTS.index() is not built


@pytest.mark.django_db(transaction=True)
def test_a_client_entered_twice_in_gazelle_is_found_after_a_sync(gazelle: Served) -> None:
    """Over real HTTP, from what Gazelle answers: the office entered somebody a second time, with a slip."""
    houses = {client["id"] for client in gazelle.sandbox.records("PrivateClient") if client["companyName"]}
    known = next(
        contact
        for contact in gazelle.sandbox.records("PrivateContact")
        if contact["client"]["id"] not in houses
        and contact["isDefault"]
        and contact["allPhones"]
        and len(contact["lastName"]) > 6
        and not contact["archived"]
    )
    second = gazelle.sandbox.create("PrivateClient", companyName=None)
    slip = known["lastName"][:3] + known["lastName"][4:]
    gazelle.sandbox.create(
        "PrivateContact",
        client=second,
        firstName=known["firstName"].upper(),
        lastName=slip,
        isDefault=True,
        allPhones=known["allPhones"],
        allLocations=known["allLocations"],
    )
    call_command("sync", "clients", stdout=io.StringIO())
    found = clients.suggestions_for(Client.objects.get(pk=second))
    assert found[0].right_id == known["client"]["id"]
    assert found[0].decision is Decision.SAME
    assert found[0].sentence.startswith(f"Nom de famille presque pareil ({slip} / {known['lastName']})")
