"""Who receives what: roles, choices, the owner, the room; and how kinds are declared."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from syncing.notifying.audience import ROOM, audience, choices, choose, offered
from syncing.notifying.kinds import Kind, Kinds
from tests.web.people import person

pytestmark = pytest.mark.django_db


def addresses(kind: str) -> set[str]:
    return {one.address for one in audience(kind)}


def test_a_kind_goes_to_the_people_of_its_roles_and_to_owners() -> None:
    person("Administration"), person("Bureau")
    User.objects.create_superuser("proprietaire@exemple.ca", password="x")
    assert addresses("fire") == {"Administration@exemple.ca", "proprietaire@exemple.ca"}


def test_who_said_no_is_left_out_and_yes_brings_back() -> None:
    admin = person("Administration")
    choose(admin, {"fire": False})
    assert addresses("fire") == set()
    choose(admin, {"fire": True})
    assert addresses("fire") == {admin.username}
    assert choices(admin) == {"fire": True}


def test_some_kinds_are_only_for_those_who_asked() -> None:
    technician = person("Technicien")
    assert audience("letter") == []
    choose(technician, {"letter": True})
    assert addresses("letter") == {technician.username}


def test_a_closed_account_and_one_without_address_receive_nothing() -> None:
    closed = person("Administration")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    nameless = person("Bureau")
    User.objects.filter(pk=nameless.pk).update(username="sans-adresse", is_superuser=True)
    assert audience("fire") == []


def test_the_owner_is_written_to_without_an_account_and_never_twice(settings: Settings) -> None:
    settings.OWNER_EMAIL = "administration@EXEMPLE.ca"
    assert addresses("fire") == {"administration@EXEMPLE.ca"}
    person("Administration")
    assert addresses("fire") == {"Administration@exemple.ca"}


def test_an_owner_who_said_no_is_not_written_to_by_the_back_door(settings: Settings) -> None:
    admin = person("Administration")
    settings.OWNER_EMAIL = admin.username
    choose(admin, {"fire": False})
    assert audience("fire") == []


def test_the_room_receives_what_the_team_wants_there(settings: Settings) -> None:
    assert ROOM not in audience("fire")
    settings.SLACK_WEBHOOK_URL = "https://hooks.example/x"
    assert audience("fire") == [ROOM]
    assert audience("bell") == []
    choose(None, {"fire": False, "bell": True})
    assert audience("fire") == []
    assert audience("bell") == [ROOM]


def test_among_some_people_neither_owner_nor_room_is_added(settings: Settings) -> None:
    settings.OWNER_EMAIL, settings.SLACK_WEBHOOK_URL = "moi@exemple.ca", "https://hooks.example/x"
    technician = person("Technicien")
    assert [one.user_id for one in audience("fire", among=[technician])] == [technician.pk]


def test_a_person_is_offered_the_kinds_of_their_roles() -> None:
    assert [kind.name for kind in offered(person("Technicien"))] == ["bell", "letter"]
    assert [kind.name for kind in offered(User.objects.create_superuser("p@exemple.ca", password="x"))] == [
        "bell",
        "fire",
        "letter",
    ]
    assert offered(person("Bureau")) == []


def test_a_kind_declared_twice_stops_the_start() -> None:
    twice = Kind(name="bell", label="Cloche", about="…", roles=frozenset())
    with pytest.raises(ValueError, match="declared twice"):
        Kinds((twice, twice))
