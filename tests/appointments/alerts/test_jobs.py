"""The jobs, over a real reading of a stand-in Gazelle: checked live, never cancelling on a failure, once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from time_machine import Traveller

from appointments import jobs
from appointments.alerts import checking
from appointments.alerts.models import AppointmentAlert
from appointments.alerts.sending import Order
from appointments.alerts.working import request
from appointments.models import Appointment
from clients.models import Client, Technician
from gazelle_site.sandbox import Served
from syncing import leases
from syncing.french import COMPANY_ZONE
from syncing.models import Leg, Message
from syncing.notifying.audience import choose
from syncing.registry import entities
from syncing.scheduling.booking import AlreadyAsked, ask
from syncing.scheduling.declaring import Job
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from tests.appointments.alerts.conftest import booked, customer, montreal, technician
from tests.web.people import all_roles, everything_read, person

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 16, tzinfo=COMPANY_ZONE)


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """The day of the stand-in, a little before the hour."""
    with time_machine.travel(NOW - timedelta(minutes=5), tick=True) as coordinates:
        yield coordinates


@pytest.fixture
def visit(gazelle: Served, clock: Traveller) -> str:
    """A visit of tomorrow that is not confirmed, read from Gazelle with the rest."""
    key = make(gazelle, "2026-11-21 09:00")
    call_command("sync", "users", "clients", "appointments", "--full", verbosity=0)
    clock.move_to(NOW)
    return key


def make(gazelle: Served, start: str) -> str:
    users = [one["id"] for one in gazelle.sandbox.records("users") if one["isSchedulable"]]
    return gazelle.sandbox.create(
        "appointments", title="Accord", start=montreal(start), user=users[0], confirmedByClient=False,
        client=gazelle.sandbox.ids("clients")[0], createdAt=montreal("2026-11-01 09:00"),
    )  # fmt: skip


def planned(job: Job, slot: datetime = NOW) -> JobRun:
    """The run of the schedule, worked on once."""
    now = timezone.now()
    JobRun.objects.get_or_create(
        job=job.name, slot=slot, trigger=Trigger.SCHEDULER, defaults={"created_at": now, "not_before": now}
    )
    job()
    return JobRun.objects.filter(job=job.name).latest("pk")


def alerted(key: str) -> bool:
    return AppointmentAlert.objects.filter(appointment=key).exists()


# -- the check ---------------------------------------------------------------------------------------------------------


def test_what_is_not_confirmed_is_alerted_after_a_reading_of_this_very_hour(gazelle: Served, visit: str) -> None:
    run = planned(jobs.unconfirmed_tomorrow)
    assert run.outcome in (RunOutcome.SUCCESS, RunOutcome.WARNING), run.message
    assert alerted(visit)
    assert AppointmentAlert.objects.filter(is_checked=True, trigger="scheduler").count() == run.stats["queued"]
    leg = Leg.objects.filter(entity="appointments", mode="recent").latest("pk")
    assert leg.started_at >= NOW
    assert run.stats["checked"] is True


def test_what_was_confirmed_since_the_last_reading_is_not_alerted(gazelle: Served, visit: str) -> None:
    gazelle.sandbox.edit("appointments", visit, confirmedByClient=True)
    planned(jobs.unconfirmed_tomorrow)
    assert not alerted(visit)


@pytest.mark.parametrize("how", ["canceled", "deleted"])
def test_a_ghost_is_no_longer_alerted_by_the_mirror_s_own_rules(gazelle: Served, visit: str, how: str) -> None:
    if how == "canceled":
        gazelle.sandbox.cancel_event(visit)
    else:
        gazelle.sandbox.delete("appointments", visit)
    planned(jobs.unconfirmed_tomorrow)
    assert not alerted(visit)
    assert Appointment.objects.get(pk=visit).deleted_at is not None


@pytest.mark.parametrize("fault", ["status", "reset"])
def test_a_check_that_fails_alerts_says_so_and_cancels_nothing(gazelle: Served, visit: str, fault: str) -> None:
    gazelle.sandbox.cancel_event(visit)
    options: dict[str, Any] = {"code": 400} if fault == "status" else {}
    gazelle.faults.add(fault, times=None, entity="appointments", **options)
    before = Appointment.objects.present().count()
    run = planned(jobs.unconfirmed_tomorrow)
    assert run.outcome == RunOutcome.WARNING
    assert "Non vérifié dans Gazelle" in run.message
    assert alerted(visit)
    assert Appointment.objects.present().count() == before
    assert set(AppointmentAlert.objects.values_list("is_checked", flat=True)) == {False}
    assert all("Non vérifié dans Gazelle" in body for body in _bodies())


def test_an_empty_answer_cancels_nothing_and_alerts(gazelle: Served, visit: str) -> None:
    for key in gazelle.sandbox.ids("appointments"):
        gazelle.sandbox.delete("appointments", key)
    before = Appointment.objects.present().count()
    planned(jobs.unconfirmed_tomorrow)
    assert Appointment.objects.present().count() == before
    assert alerted(visit)


def test_an_agenda_never_read_alerts_nobody_and_says_what_to_do(gazelle: Served, clock: object) -> None:
    run = planned(jobs.unconfirmed_tomorrow)
    assert run.outcome == RunOutcome.WARNING
    assert run.message.startswith("L’agenda n’a encore jamais été lu de Gazelle.")
    assert not Leg.objects.exists()


def test_a_reading_of_the_same_hour_by_somebody_else_is_enough(gazelle: Served, visit: str) -> None:
    call_command("sync", "appointments", verbosity=0)
    before = Leg.objects.count()
    planned(jobs.unconfirmed_tomorrow)
    assert (Leg.objects.count(), alerted(visit)) == (before, True)


@pytest.fixture
def small_pages() -> Iterator[None]:
    """So that the agenda of the stand-in has several."""
    agenda, size = entities()["appointments"], entities()["appointments"].page_size
    object.__setattr__(agenda, "page_size", 2)
    yield
    object.__setattr__(agenda, "page_size", size)


@pytest.mark.usefixtures("small_pages")
def test_a_gazelle_that_takes_too_long_is_not_waited_for(
    gazelle: Served, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "READING", 0)
    run = planned(jobs.unconfirmed_tomorrow)
    assert (run.outcome, alerted(visit)) == (RunOutcome.WARNING, True)
    assert "Gazelle répond trop lentement." in run.message


@pytest.mark.usefixtures("small_pages")
def test_the_end_of_an_older_reading_is_not_a_reading_of_this_hour(
    gazelle: Served, visit: str, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that stopped at its first page before the hour is ended, then the agenda is read from its beginning."""
    with monkeypatch.context() as patch:
        patch.setattr(checking, "READING", 0)
        planned(jobs.unconfirmed_week)
    clock.shift(timedelta(minutes=1))
    gazelle.sandbox.edit("appointments", visit, confirmedByClient=True)
    run = planned(jobs.unconfirmed_tomorrow, timezone.now())
    old, new = Leg.objects.filter(entity="appointments", mode="recent").order_by("pk")
    assert (old.resumed, new.resumed) == (1, 0)
    assert new.started_at >= run.slot > old.started_at
    assert (run.stats["checked"], alerted(visit)) == (True, False)


def test_it_waits_for_a_reading_that_is_under_way_then_goes_without_it(
    gazelle: Served, visit: str, clock: Traveller
) -> None:
    assert leases.acquire(leases.name_for(entities()["appointments"]), "somebody", timedelta(hours=1))
    run = planned(jobs.unconfirmed_tomorrow)
    assert (run.finished_at, alerted(visit)) == (None, False)
    assert "L’agenda est en lecture ailleurs." in run.message
    clock.shift(timedelta(minutes=11))
    JobRun.objects.update(not_before=timezone.now())
    jobs.unconfirmed_tomorrow()
    run.refresh_from_db()
    assert (run.outcome, alerted(visit)) == (RunOutcome.WARNING, True)
    assert "L’agenda est en lecture ailleurs." in run.message


# -- the day, and once -------------------------------------------------------------------------------------------------


def test_five_runs_of_the_job_write_each_appointment_once(gazelle: Served, visit: str) -> None:
    for number in range(5):
        planned(jobs.unconfirmed_tomorrow, NOW + timedelta(minutes=number))
    assert Message.objects.filter(cause__contains=visit).count() == 1


def test_a_run_that_comes_late_is_about_the_day_it_was_planned_for(
    gazelle: Served, visit: str, clock: Traveller
) -> None:
    """Planned at 16:00, taken up at 00:30: tomorrow is still the day after the sixteen o'clock."""
    clock.shift(timedelta(hours=8, minutes=30))
    planned(jobs.unconfirmed_tomorrow)
    assert alerted(visit)
    assert "rendez-vous d’aujourd’hui" in Message.objects.get(cause__contains=visit).subject


@pytest.mark.parametrize("hour", ["16:00", "19:30", "23:00", "23:59"])
def test_by_hand_late_in_the_evening_tomorrow_is_montreal_s(hour: str) -> None:
    """In UTC it is the day after tomorrow's eve already."""
    everything_read()
    simon, rosalie = technician(), customer()
    with time_machine.travel(montreal(f"2026-01-20 {hour}"), tick=False):
        booked("evt_1", "2026-01-21 09:00", simon, rosalie)
        booked("evt_2", "2026-01-22 09:00", simon, rosalie)
        ask(jobs.unconfirmed_by_hand, trigger=Trigger.MANUAL, user=None, now=timezone.now())
        jobs.unconfirmed_by_hand()
    assert list(AppointmentAlert.objects.values_list("appointment", flat=True)) == ["evt_1"]


@pytest.mark.parametrize(("eve", "start"), [("2026-03-07", "2026-03-08 09:00"), ("2026-10-31", "2026-11-01 09:00")])
def test_the_eve_of_a_clock_change_is_an_eve_like_others(eve: str, start: str) -> None:
    everything_read()
    simon, rosalie = technician(), customer()
    slot = montreal(f"{eve} 16:00")
    with time_machine.travel(slot, tick=False):
        booked("evt_1", start, simon, rosalie)
        booked("evt_2", start.replace("09:00", "23:30"), simon, rosalie)
        planned(jobs.unconfirmed_tomorrow, slot)
    assert sorted(AppointmentAlert.objects.values_list("appointment", flat=True)) == ["evt_1", "evt_2"]


def test_who_cannot_be_told_makes_the_run_one_to_look_at(gazelle: Served, visit: str) -> None:
    all_roles()
    Technician.objects.update(email="")
    gazelle.faults.clear()
    run = planned(jobs.unconfirmed_tomorrow)
    assert run.outcome == RunOutcome.WARNING
    assert "Personne n’a été averti pour" in run.message
    assert "(sans adresse de courriel)" in run.message


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_a_request_by_hand_is_for_its_day_and_its_technicians(gazelle: Served, visit: str) -> None:
    odile, now = person("Bureau"), timezone.now()
    other = make(gazelle, "2026-11-23 10:00")
    technician_id = Appointment.objects.get(pk=visit).technician_id
    order = Order(datetime(2026, 11, 23).date(), frozenset({str(technician_id)}))  # noqa: DTZ001  # a day
    request(order, trigger=Trigger.MANUAL, user=odile, now=now)
    jobs.unconfirmed_by_hand()
    assert (alerted(other), alerted(visit)) == (True, False)
    row = AppointmentAlert.objects.get(appointment=other)
    assert (row.trigger, row.user) == ("manual", odile)


def test_a_second_request_waits_for_the_first(gazelle: Served, visit: str) -> None:
    order = Order(datetime(2026, 11, 21).date())  # noqa: DTZ001  # a day
    request(order, trigger=Trigger.API, user=None, now=timezone.now())
    with pytest.raises(AlreadyAsked):
        request(order, trigger=Trigger.API, user=None, now=timezone.now())


# -- nine o'clock ------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_nine() -> Iterator[datetime]:
    """The first of June of the worked example; everything was read a minute ago."""
    nine = montreal("2026-06-01 09:00")
    with time_machine.travel(nine, tick=False):
        everything_read()
        all_roles()
        yield nine


def _bodies() -> list[str]:
    return list(Message.objects.filter(kind="unconfirmed").values_list("body", flat=True))


def _subjects() -> list[str]:
    return [one.replace("\u00a0", " ") for one in Message.objects.order_by("pk").values_list("subject", flat=True)]


def test_the_week_goes_to_those_who_asked_for_it_only(at_nine: datetime) -> None:
    rosalie, accounts = customer(), [person("Technicien"), person("Administration")]
    choose(accounts[0], {"unconfirmed_week": True})
    simon = technician("Simon Arcand", login=accounts[0])
    maude = technician("Maude Pilote", login=accounts[1])
    karim = technician("Karim Haddad", email="karim@exemple.ca")  # without an account nobody said yes
    for rank, who in enumerate((simon, maude, karim)):
        booked(f"evt_{rank}", "2026-06-03 09:00", who, rosalie)
    booked("evt_today", "2026-06-01 10:00", simon, rosalie)
    booked("evt_far", "2026-06-09 09:00", simon, rosalie)
    booked("evt_last", "2026-06-08 20:30", simon, rosalie)
    booked("evt_sure", "2026-06-04 09:00", simon, rosalie, confirmed_by_client=True)
    for _ in range(3):
        run = planned(jobs.unconfirmed_week, at_nine)
        JobRun.objects.all().delete()
    assert "d’ici 7 jours" in run.message
    [message] = Message.objects.filter(kind="unconfirmed_week")
    assert (message.user, message.subject.replace("\u00a0", " ")) == (
        accounts[0],
        "Semaine à venir : 2 rendez-vous non confirmés",
    )
    assert not AppointmentAlert.objects.exists()


def test_an_empty_week_gives_no_mail(at_nine: datetime) -> None:
    account = person("Technicien")
    choose(account, {"unconfirmed_week": True})
    technician(login=account)
    planned(jobs.unconfirmed_week, at_nine)
    assert not Message.objects.filter(kind="unconfirmed_week").exists()


def test_the_worked_example_of_what_was_booked_long_ago(at_nine: datetime) -> None:
    odile = person("Bureau")
    simon, rosalie = technician(), customer()
    took = {"gazelle_created_at": montreal("2026-02-20 10:00")}
    booked("evt_mail", "2026-06-08 09:00", simon, rosalie, **took)
    booked("evt_recent", "2026-06-08 10:00", simon, rosalie, gazelle_created_at=montreal("2026-04-01 10:00"))
    booked("evt_card", "2026-06-15 09:00", simon, rosalie, gazelle_created_at=montreal("2026-01-15 10:00"))
    booked("evt_off", "2026-06-08 11:00", simon, rosalie, status="CANCELED", **took)
    booked("evt_nobody", "2026-06-08 12:00", simon, None, **took)
    booked("evt_memo", "2026-06-08 13:00", simon, rosalie, title="Mémo : mise à jour", **took)
    booked("evt_ours", "2026-06-08 14:00", simon, rosalie, created_at=montreal("2025-01-01 09:00"))
    for _ in range(2):
        run = planned(jobs.long_booked, at_nine)
        JobRun.objects.all().delete()
    assert run.outcome == RunOutcome.SUCCESS
    [message] = Message.objects.filter(kind="long_booked")
    assert message.address == odile.username
    assert _subjects() == ["À relancer : 1 rendez-vous du 8 juin 2026, pris depuis longtemps"]
    assert "il y a 101" in message.body

    from appointments.alerts.ahead import CARD, long_booked
    from appointments.alerts.composing import age
    from appointments.alerts.selecting import HOUSE

    [card] = long_booked(viewer=HOUSE, today=at_nine, horizon=CARD)
    assert (card.pk, age(card, at_nine)) == ("evt_card", 137)


@pytest.mark.parametrize(("booked_on", "listed"), [("2026-03-03 23:30", True), ("2026-03-04 00:10", False)])
def test_ninety_days_are_counted_in_montreal(at_nine: datetime, booked_on: str, listed: bool) -> None:
    person("Bureau")
    booked("evt_1", "2026-06-08 20:30", technician(), customer(), gazelle_created_at=montreal(booked_on))
    planned(jobs.long_booked, at_nine)
    assert Message.objects.filter(kind="long_booked").exists() is listed


def test_a_list_without_reader_or_without_anything_says_so(at_nine: datetime) -> None:
    assert planned(jobs.long_booked, at_nine).message == "Aucun rendez-vous à relancer : aucun courriel."
    JobRun.objects.all().delete()
    booked("evt_1", "2026-06-08 09:00", technician(), customer(), gazelle_created_at=montreal("2026-01-01 09:00"))
    run = planned(jobs.long_booked, at_nine)
    assert (run.outcome, "n’a aucun destinataire" in run.message) == (RunOutcome.WARNING, True)


def test_the_hours_are_those_of_the_plan_and_local_plans_nothing() -> None:
    assert jobs.unconfirmed_tomorrow.lines("production") == {"unconfirmed_tomorrow": "0 16 * * *"}
    assert jobs.unconfirmed_week.lines("production") == {"unconfirmed_week": "0 9 * * *"}
    assert jobs.long_booked.lines("production") == {"long_booked": "0 9 * * *"}
    assert all(not job.lines("local") for job in jobs.JOBS)
    assert not jobs.unconfirmed_by_hand.lines("production")
    assert {job.attempts for job in jobs.JOBS} == {2}


def test_a_client_of_an_institution_is_left_to_it(gazelle: Served, visit: str) -> None:
    from clients.models import Institution

    house = Institution.objects.create(slug="uqam-essai", name="UQAM")
    Client.objects.filter(pk=Appointment.objects.get(pk=visit).client_id).update(institution=house)
    run = planned(jobs.unconfirmed_tomorrow)
    assert not alerted(visit)
    assert "d’une institution" in run.message or "d’institutions" in run.message
