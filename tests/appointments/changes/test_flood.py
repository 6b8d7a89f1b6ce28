"""More than ten cancellations at once: held, told once, and answered by a person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from appointments.changes import flood
from appointments.changes.looking import look
from appointments.changes.models import ChangeNotice
from syncing.models import Message
from tests.appointments.changes.people import LATER, TUESDAY, at, begin, change, states, told, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def office(settings: Settings) -> User:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    settings.CSRF_TRUSTED_ORIGINS = ["https://site.exemple.ca"]
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


def cancelled(count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        visit(f"evt_{number}", "2026-03-13 10:00")
    begin() if not first else look(TUESDAY)
    for number in range(first, first + count):
        change(f"evt_{number}", status="CANCELED")


def test_ten_at_once_are_believed() -> None:
    cancelled(10)
    assert len(told(look(TUESDAY))) == 10
    assert not states(state="held")


def test_eleven_are_held_and_the_office_is_told_once_where_to_answer(office: User) -> None:
    cancelled(11)
    assert told(look(TUESDAY)) == []
    message = Message.objects.get()
    assert (message.address, message.subject) == (
        "proprietaire@exemple.ca",
        "11 annulations à la fois : rien n’est parti",
    )
    assert "https://site.exemple.ca/alertes/changements/" in message.body
    look(TUESDAY + LATER)
    assert (Message.objects.count(), len(states(state="held"))) == (1, 11)


def test_other_changes_leave_while_cancellations_are_held(office: User) -> None:
    visit("evt_other", "2026-03-13 14:00")
    cancelled(11)
    change("evt_other", technician_id="usr_T4")
    assert told(look(TUESDAY)) == [("freed", "evt_other", "usr_T3"), ("reassigned", "evt_other", "usr_T4")]


def test_with_nobody_to_tell_they_are_held_all_the_same(settings: Settings) -> None:
    settings.OWNER_EMAIL = ""
    cancelled(11)
    look(TUESDAY)
    assert len(states(state="held")) == 11


def test_released_they_leave_at_the_hours_when_mail_leaves(office: User) -> None:
    cancelled(11)
    look(TUESDAY)
    assert flood.release(11, by=office, now=at("2026-03-10 22:00")) == 11
    assert {one.not_before for one in ChangeNotice.objects.all()} == {at("2026-03-11 07:05")}
    assert {one.decided_by for one in ChangeNotice.objects.all()} == {office}


def test_given_up_they_never_leave_and_say_by_whom(office: User) -> None:
    cancelled(11)
    look(TUESDAY)
    flood.give_up(11, by=office)
    assert {one.reason for one in ChangeNotice.objects.all()} == {"Écarté par Odile Fortier."}
    assert told(look(TUESDAY + LATER)) == []


def test_an_answer_to_other_notices_than_those_seen_does_nothing(office: User) -> None:
    cancelled(11)
    look(TUESDAY)
    for count in (0, 10, 12):
        with pytest.raises(flood.NothingHeld):
            flood.release(count, by=office)
    assert len(states(state="held")) == 11
    flood.give_up(11, by=office)
    with pytest.raises(flood.NothingHeld):
        flood.give_up(11, by=office)


def test_those_that_come_back_are_taken_away_and_nobody_hears_of_them(office: User) -> None:
    cancelled(11)
    look(TUESDAY)
    for number in range(11):
        change(f"evt_{number}", status="ACTIVE")
    assert told(look(TUESDAY + LATER)) == []
    assert {state for _, _, state in states()} == {"skipped"}


def test_a_second_flood_is_told_too(office: User) -> None:
    cancelled(11)
    look(TUESDAY)
    cancelled(11, first=20)
    look(TUESDAY + LATER)
    assert (Message.objects.count(), len(states(state="held"))) == (2, 22)
