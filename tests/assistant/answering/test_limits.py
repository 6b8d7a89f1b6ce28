"""What cannot be answered is said: no role, nothing read, no database, no data of that kind, nothing to write."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from assistant.answering import NEVER_READ, UNREADABLE, answer
from assistant.answering.routing import ROUTES
from assistant.understanding.results import Asker, Outcome, Understood
from syncing.models import Leg
from syncing.rights import Audience, Viewer
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import NOW, House, at, client, sealed, visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["stranger", "gone"])
@pytest.mark.parametrize("intent", sorted(ROUTES))
def test_nobody_without_a_role_is_answered(ask: Ask, who: str, intent: str) -> None:
    visit("1", "simon", at(24, 9), client("1", "Anne Roy"))
    found = ask(who, intent, client_name="roy", date_range=days("24"))
    assert (found.outcome, found.items) == (Outcome.DENIED, ())


def test_a_mirror_never_read_is_not_an_empty_day(ask: Ask) -> None:
    Leg.objects.all().delete()
    found = ask("simon", "my_appointments", date_range=days("24"))
    assert (found.outcome, found.code) == (Outcome.NO_MATCH, NEVER_READ)
    assert str(found.text) == "Gazelle n’a pas encore été lue pour : rendez-vous. Je ne peux donc rien en dire."


def test_an_entity_never_read_makes_the_data_incomplete(ask: Ask) -> None:
    Leg.objects.all().delete()
    sealed(without="pianos")
    found = ask("simon", "my_appointments", date_range=days("24"))
    assert found.code == ""
    assert found.age_text == "Données incomplètes"
    assert [one.entity for one in found.age if one.at is None] == ["pianos"]


def test_a_database_that_cannot_be_read_is_not_an_empty_day(ask: Ask, house: House) -> None:
    with connection.execute_wrapper(_broken):
        found = ask("simon", "my_appointments", date_range=days("24"))
    assert (found.outcome, found.code, found.total) == (Outcome.NO_MATCH, UNREADABLE, None)
    assert "Je ne peux pas lire" in str(found.text)


def _broken(execute: object, sql: str, *rest: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("intent", ["inventory_stock", "tours", "knowledge_search", "open_question", "day_distance"])
def test_what_the_house_does_not_hold_is_said_and_nothing_is_made_up(ask: Ask, intent: str) -> None:
    found = ask("odile", intent, text="?", product="buvards")
    assert (found.items, found.total) == ((), None)
    assert "pas encore" in str(found.text)
    assert not any(char.isdigit() for char in lines(found))


def test_a_request_to_write_is_explained_linked_and_not_executed(ask: Ask, settings: Settings) -> None:
    settings.GAZELLE_RECORD_URL = "https://gazelle.example/{table}/{id}"
    row = visit("1", "simon", at(25, 9), client("1", "Anne Roy"))
    found = ask("simon", "action_request", outcome=Outcome.REFUSE_ACTION, action="move_appointment", client_name="roy")
    assert found.outcome is Outcome.REFUSE_ACTION
    assert (
        str(found.text) == "Vous demandez de déplacer un rendez-vous. Cela se fait dans Gazelle : rien n’a été changé."
    )
    assert [link.url for link in found.links] == ["https://gazelle.example/clients/cli_1"]
    row.refresh_from_db()
    assert row.start == at(25, 9)


def test_a_question_that_was_not_clear_goes_back_as_it_was_asked(ask: Ask) -> None:
    found = ask("odile", "technician_appointments", outcome=Outcome.CLARIFY, technician_raw="marc")
    assert (found.outcome, str(found.text)) == (Outcome.CLARIFY, "Lequel ?")


def test_what_was_understood_as_denied_is_denied_whatever_its_intent(ask: Ask) -> None:
    assert ask("simon", "open_question", outcome=Outcome.DENIED, text="revenus").outcome is Outcome.DENIED


def test_an_intent_nobody_knows_is_not_understood(house: House) -> None:
    somebody = house.people["simon"]
    understood = Understood("sing", {}, Outcome.ANSWERED)
    found = answer(understood, viewer=somebody.viewer, asker=somebody.asker, now=NOW)
    assert found.outcome is Outcome.NO_MATCH


def test_somebody_without_an_account_is_not_the_technician_who_has_none(house: House) -> None:
    home = client("1", "Anne Roy")
    visit("nobody", "odile", at(25, 9), home)
    visit("orphan", None, at(25, 9), home)
    program = Viewer(None, frozenset({Audience.ANYONE, Audience.MEMBERS}))
    for intent in ("my_appointments", "client_appointments", "unconfirmed_appointments", "appointment_detail"):
        understood = Understood(intent, {"client_name": "roy", "date_range": days("25")}, Outcome.ANSWERED)
        found = answer(understood, viewer=program, asker=Asker("Odile Fortier"), now=NOW)
        assert found.items == (), intent


def test_somebody_who_claims_to_be_the_office_sees_no_more(house: House, ask: Ask) -> None:
    visit("hers", "maude", at(24, 9), client("1", "Anne Roy"))
    somebody = house.people["simon"]
    claimed = replace(somebody.asker, office=True)
    understood = Understood("all_appointments", {"scope": "all", "date_range": days("24")}, Outcome.ANSWERED)
    found = answer(understood, viewer=somebody.viewer, asker=claimed, now=NOW)
    assert (found.outcome, found.items) == (Outcome.DENIED, ())


def test_markup_in_a_name_stays_text(ask: Ask) -> None:
    client("1", "<script>alert(1)</script>", company=True)
    found = ask("simon", "client_search", client_name="script")
    assert "<script>alert(1)</script>" in lines(found)
