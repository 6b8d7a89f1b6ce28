"""Which appointments are not confirmed: the worked example, evenings, both clock changes, and only data deciding."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from appointments.alerts.days import day_of, midnight
from appointments.alerts.selecting import HOUSE, Verdict, judge, unconfirmed
from appointments.models import Appointment
from clients.models import Client, Technician
from syncing.access import viewer_of
from tests.appointments.alerts.conftest import TOMORROW, booked, customer, montreal, technician
from tests.web.people import person

pytestmark = pytest.mark.django_db


def due(first: date = TOMORROW, **more: object) -> list[str]:
    return [one.pk for one in unconfirmed(viewer=HOUSE, first=first, **more).due]  # type: ignore[arg-type]  # as asked


def test_the_worked_example_of_the_tenth_of_march(simon: Technician, rosalie: Client, theatre: Client) -> None:
    office = technician("Odile Fortier", is_schedulable=False)
    karim = technician("Karim Haddad", email="")
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 11:00", simon, customer("cli_11", "Paul Roy"))
    booked("evt_3", "2026-03-11 12:00", simon, rosalie, confirmed_by_client=True)
    booked("evt_4", "2026-03-11 13:00", simon, theatre, title="PdA salle X")
    booked("evt_5", "2026-03-11 14:00", simon, None, type="PERSONAL", title="Dentiste")
    booked("evt_6", "2026-03-11 15:00", office, rosalie)
    booked("evt_7", "2026-03-11 16:00", simon, rosalie, deleted_at=montreal("2026-03-10 15:00"))
    booked("evt_9", "2026-03-11 17:00", karim, rosalie)
    booked("evt_10", "2026-03-11 20:30", simon, rosalie)
    found = unconfirmed(viewer=HOUSE, first=TOMORROW)
    assert [one.pk for one in found.due] == ["evt_1", "evt_2", "evt_9", "evt_10"]
    assert found.aside == {Verdict.CONFIRMED: 1, Verdict.INSTITUTION: 1, Verdict.NOT_A_VISIT: 1, Verdict.OFFICE: 1}


def test_what_gazelle_does_not_say_is_not_confirmed(simon: Technician, rosalie: Client) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie, confirmed_by_client=None)
    assert due() == ["evt_1"]


@pytest.mark.parametrize("status", ["CANCELED", "COMPLETE", "NO_SHOW", ""])
def test_only_what_is_in_force_is_looked_at(simon: Technician, rosalie: Client, status: str) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie, status=status)
    assert due() == []


def test_a_name_that_holds_the_letters_of_an_institution_is_none(simon: Technician) -> None:
    """« Cosmos » holds « osm », « Vd » begins a street: the old test on words lost them."""
    booked("evt_1", "2026-03-11 09:00", simon, customer("cli_1", "Cosmos Café"), title="VD PdA OSM")
    assert due() == ["evt_1"]


@pytest.mark.parametrize("kind", ["PERSONAL", "MEMO"])
def test_a_personal_event_with_a_client_counts_only_when_asked(simon: Technician, rosalie: Client, kind: str) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie, type=kind)
    assert due() == []
    assert due(but=frozenset()) == ["evt_1"]


def test_an_event_without_client_is_never_one(simon: Technician) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, None)
    assert due(but=frozenset()) == []


def test_nobody_unknown_gone_or_absent_is_written_to(rosalie: Client) -> None:
    booked("evt_1", "2026-03-11 09:00", None, rosalie)
    booked("evt_2", "2026-03-11 09:00", Technician.objects.create(id="usr_x", is_placeholder=True), rosalie)
    gone = technician("Ghislaine Vadnais", deleted_at=montreal("2026-01-01 09:00"))
    booked("evt_3", "2026-03-11 09:00", gone, rosalie)
    found = unconfirmed(viewer=HOUSE, first=TOMORROW)
    assert (found.due, found.aside) == ([], {Verdict.NO_TECHNICIAN: 3})


def test_a_client_that_gazelle_has_not_given_yet_is_still_a_client(simon: Technician) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, Client.objects.create(id="cli_x", is_placeholder=True))
    assert due() == ["evt_1"]


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2026-03-11 20:30", date(2026, 3, 11)),  # 00:30 UTC of the twelfth, in summer time
        ("2026-01-15 19:30", date(2026, 1, 15)),  # 00:30 UTC of the sixteenth, in winter
        ("2026-03-11 23:59", date(2026, 3, 11)),
        ("2026-03-11 00:00", date(2026, 3, 11)),
        ("2026-03-08 00:30", date(2026, 3, 8)),  # the clocks go forward at two
        ("2026-03-08 23:30", date(2026, 3, 8)),
        ("2026-11-01 00:30", date(2026, 11, 1)),  # the clocks go back at two
        ("2026-11-01 23:30", date(2026, 11, 1)),
    ],
)
def test_an_appointment_belongs_to_its_day_in_montreal(
    simon: Technician, rosalie: Client, start: str, day: date
) -> None:
    booked("evt_1", start, simon, rosalie)
    assert due(day) == ["evt_1"]
    assert due(date.fromordinal(day.toordinal() - 1)) == []
    assert due(date.fromordinal(day.toordinal() + 1)) == []


def test_the_days_of_the_clock_changes_have_23_and_25_hours() -> None:
    def hours(day: date) -> float:
        begins, ends = midnight(day), midnight(date.fromordinal(day.toordinal() + 1))
        return ends.timestamp() / 3600 - begins.timestamp() / 3600

    assert [hours(date(2026, 3, 8)), hours(date(2026, 11, 1)), hours(date(2026, 3, 10))] == [23, 25, 24]


@pytest.mark.parametrize("hour", ["00:01", "16:00", "19:30", "21:00", "23:00", "23:59"])
def test_tomorrow_is_the_day_after_in_montreal_whatever_the_server_thinks(hour: str) -> None:
    with time_machine.travel(montreal(f"2026-01-21 {hour}"), tick=False):
        from django.utils import timezone

        assert day_of(timezone.now()) == date(2026, 1, 21)


def test_a_technician_sees_his_own_and_nobody_without_a_role_sees_any(simon: Technician, rosalie: Client) -> None:
    account = person("Technicien", first_name="Simon")
    Technician.objects.filter(pk=simon.pk).update(login=account)
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 10:00", technician("Maude Pilote"), rosalie)
    assert [one.pk for one in unconfirmed(viewer=viewer_of(account), first=TOMORROW).due] == ["evt_1"]
    assert unconfirmed(viewer=viewer_of(person()), first=TOMORROW).due == []


def test_the_judge_needs_no_table() -> None:
    known = Technician(id="usr_1", is_schedulable=True)
    one = Appointment(id="evt_1", type="APPOINTMENT", client=Client(id="cli_1"), technician=known)
    assert judge(one) is Verdict.DUE
    one.client = Client(id="cli_2", institution_id=1)
    assert judge(one) is Verdict.INSTITUTION
