"""The look after each sync: against the real tables, once, whole or not at all, whoever else looks."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import following
from appointments.changes import looking
from appointments.changes.looking import look
from appointments.changes.models import ChangeNotice, ChangeWatch, WatchedAppointment
from appointments.models import Appointment
from clients.models import Technician
from syncing import engine, history
from syncing.joining import merge
from syncing.registry import entities
from tests.appointments.changes.people import (
    LATER,
    TUESDAY,
    all_sent,
    at,
    begin,
    change,
    states,
    told,
    visit,
)
from tests.web.people import reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
BOOKED = at("2026-03-10 13:30")


def test_nothing_is_compared_before_the_agenda_was_read_whole() -> None:
    visit("evt_1", "2026-03-13 10:00", gazelle_created_at=BOOKED)
    assert told(look(TUESDAY)) == []
    assert not ChangeWatch.objects.exists()
    reading("appointments", mode="recent")
    look(TUESDAY)
    assert not ChangeWatch.objects.exists()


def test_the_first_look_tells_nobody_of_what_is_there_nor_does_the_next() -> None:
    visit("evt_1", "2026-03-13 10:00", gazelle_created_at=BOOKED)
    assert begin(TUESDAY).is_first
    assert told(look(TUESDAY + LATER)) == []
    assert states() == []


@pytest.mark.parametrize("given", [{"status": "CANCELED"}, {"deleted_at": TUESDAY}])
def test_a_cancellation_is_a_status_or_a_proven_absence(given: dict[str, Any]) -> None:
    visit("evt_1", "2026-03-13 10:00")
    begin()
    change("evt_1", **given)
    assert told(look(TUESDAY)) == [("cancelled", "evt_1", "usr_T3")]
    assert told(look(TUESDAY + LATER)) == []


@pytest.mark.parametrize("status", ["COMPLETE", "NO_SHOW"])
def test_one_that_was_done_is_not_a_cancellation(status: str) -> None:
    visit("evt_1", "2026-03-10 16:00")
    begin()
    change("evt_1", status=status)
    assert told(look(TUESDAY)) == []


@pytest.mark.parametrize("technician", ["usr_OFFICE", None])
def test_the_office_and_nobody_are_told_of_nothing(technician: str | None) -> None:
    begin()
    visit("evt_1", "2026-03-13 10:00", technician, gazelle_created_at=BOOKED)
    assert told(look(TUESDAY)) == []


def test_an_unknown_technician_is_told_of_nothing_and_the_known_one_of_his_loss() -> None:
    Technician.objects.create(id="usr_x", is_placeholder=True)
    visit("evt_1", "2026-03-13 10:00")
    begin()
    change("evt_1", technician_id="usr_x")
    assert told(look(TUESDAY)) == [("freed", "evt_1", "usr_T3")]


def test_what_an_institution_books_is_told_like_the_rest() -> None:
    from clients.models import Client, Institution

    school = Institution.objects.create(slug="ecole", name="École Sainte-Cécile")
    Client.objects.create(id="cli_20", display_name="École Sainte-Cécile", institution=school)
    begin()
    visit("evt_1", "2026-03-13 10:00", client_id="cli_20", type="PERSONAL", gazelle_created_at=BOOKED)
    assert told(look(TUESDAY)) == [("new", "evt_1", "usr_T3")]


def test_one_that_enters_the_week_by_itself_is_not_told() -> None:
    visit("evt_1", "2026-03-25 10:00")
    begin()
    for day in range(1, 16):
        assert told(look(TUESDAY + timedelta(days=day))) == []


def test_one_booked_today_for_the_edge_of_the_week_is_told_when_it_enters() -> None:
    begin()
    visit("evt_1", "2026-03-17 15:00", gazelle_created_at=BOOKED)
    assert told(look(TUESDAY)) == []
    assert told(look(TUESDAY + timedelta(hours=2))) == [("new", "evt_1", "usr_T3")]


def test_one_that_leaves_the_week_and_comes_back_is_told_both_times() -> None:
    visit("evt_1", "2026-03-13 10:00")
    begin()
    change("evt_1", start="2026-04-20 10:00")
    assert told(look(TUESDAY)) == [("rescheduled", "evt_1", "usr_T3")]
    all_sent()
    assert told(look(TUESDAY + LATER)) == []
    change("evt_1", start="2026-03-13 10:00")
    assert told(look(TUESDAY + 2 * LATER)) == [("rescheduled", "evt_1", "usr_T3")]
    assert [one.before_start for one in ChangeNotice.objects.order_by("pk")] == [
        at("2026-03-13 10:00"),
        at("2026-04-20 10:00"),
    ]


def test_one_that_leaves_and_comes_back_before_the_mail_is_not_told() -> None:
    visit("evt_1", "2026-03-13 10:00")
    begin()
    change("evt_1", start="2026-04-20 10:00")
    look(TUESDAY)
    change("evt_1", start="2026-03-13 10:00")
    look(TUESDAY + LATER)
    assert states() == [("rescheduled", "usr_T3", "skipped")]


def moved_by_a_reading(pk: str, start: str, when: Any, **given: Any) -> None:
    """With the line of the mirror's journal that a reading writes."""
    row = Appointment.objects.get(pk=pk)
    changes: dict[str, Any] = {"start": (row.start, at(start))}
    changes |= {name: (getattr(row, name), value) for name, value in given.items()}
    history.record([history.entry("appointments", pk, row.version + 1, changes, at=when)])
    change(pk, start=start, version=row.version + 1, **given)


def test_one_of_next_month_that_is_moved_into_the_week_is_told_with_its_former_date() -> None:
    visit("evt_1", "2026-04-20 10:00")
    begin()
    look(TUESDAY)
    moved_by_a_reading("evt_1", "2026-03-13 10:00", TUESDAY + LATER)
    assert told(look(TUESDAY + LATER)) == [("rescheduled", "evt_1", "usr_T3")]
    assert ChangeNotice.objects.get().before_start == at("2026-04-20 10:00")


def test_one_of_next_month_that_is_moved_into_the_week_to_another_is_reassigned() -> None:
    visit("evt_1", "2026-04-20 10:00")
    begin()
    look(TUESDAY)
    moved_by_a_reading("evt_1", "2026-03-13 10:00", TUESDAY + LATER, technician_id="usr_T4")
    assert told(look(TUESDAY + LATER)) == [("reassigned", "evt_1", "usr_T4")]


def test_an_old_move_found_after_an_outage_is_not_told() -> None:
    visit("evt_1", "2026-04-20 10:00")
    moved_by_a_reading("evt_1", "2026-03-18 23:00", TUESDAY - timedelta(days=2))
    begin()
    assert told(look(TUESDAY + timedelta(days=3))) == []


def test_the_past_is_forgotten_and_its_notices_are_not() -> None:
    visit("evt_1", "2026-03-10 16:00")
    begin()
    change("evt_1", technician_id="usr_T4")
    look(TUESDAY)
    assert WatchedAppointment.objects.count() == 1
    look(TUESDAY + timedelta(days=3))
    assert WatchedAppointment.objects.count() == 0
    assert ChangeNotice.objects.count() == 2


def test_the_fourth_move_in_a_row_before_the_mail_is_one_mail() -> None:
    begin()
    visit("evt_1", "2026-03-13 10:00", gazelle_created_at=BOOKED)
    look(TUESDAY)
    for minute, start in enumerate(("2026-03-13 11:00", "2026-03-14 11:00", "2026-03-12 09:30"), 1):
        change("evt_1", start=start)
        look(TUESDAY + timedelta(minutes=minute))
    notice = ChangeNotice.objects.get()
    assert (notice.kind, notice.start, str(notice.day)) == ("new", at("2026-03-12 09:30"), "2026-03-12")
    assert notice.not_before == TUESDAY + timedelta(minutes=8)


def test_one_that_never_rests_is_told_within_the_hour() -> None:
    visit("evt_1", "2026-03-13 10:00")
    begin()
    for minute in range(0, 60, 3):
        change("evt_1", start=f"2026-03-13 11:{minute:02}")
        look(TUESDAY + timedelta(minutes=minute))
    notice = ChangeNotice.objects.get()
    assert notice.not_before <= TUESDAY + timedelta(minutes=35)
    assert notice.start == at("2026-03-13 11:57")


def test_an_event_without_an_hour_moves_by_whole_days() -> None:
    visit("evt_1", "2026-03-13 00:00", is_all_day=True)
    begin()
    change("evt_1", start="2026-03-14 00:00")
    assert told(look(TUESDAY)) == [("rescheduled", "evt_1", "usr_T3")]
    assert ChangeNotice.objects.get().is_all_day


# -- whole or not at all -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["_remember", "hold", "_notice"])
def test_a_look_that_dies_in_the_middle_is_done_again_by_the_next(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        visit(f"evt_{number}", "2026-03-13 10:00")
    begin()
    change("evt_0", technician_id="usr_T4")
    for number in range(1, 12):
        change(f"evt_{number}", status="CANCELED")
    with monkeypatch.context() as broken:

        def dies(*args: Any) -> None:
            raise OperationalError("the server closed the connection")

        broken.setattr(looking, where, dies)
        with pytest.raises(OperationalError):
            look(TUESDAY)
    assert states() == []
    looked = look(TUESDAY)
    assert (len(looked.queued), len(looked.held)) == (2, 11)
    assert look(TUESDAY + LATER).queued == []


def test_a_look_costs_the_same_whatever_the_number_of_appointments() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            look(TUESDAY)
        return len([one for one in asked if "SAVEPOINT" not in one["sql"] and one["sql"] not in ("BEGIN", "COMMIT")])

    for number in range(5):
        visit(f"evt_{number}", "2026-03-13 10:00")
    begin()
    few = cost()
    for number in range(5, 300):
        visit(f"evt_{number}", "2026-03-13 10:00")
    look(TUESDAY)
    assert cost() == few == 4


# -- identities --------------------------------------------------------------------------------------------------------


def test_a_technician_who_was_unknown_and_is_merged_is_the_same_person() -> None:
    Technician.objects.create(id="usr_x", is_placeholder=True)
    visit("evt_1", "2026-03-13 10:00", "usr_x")
    begin()
    users = next(one for one in entities() if one.name == "users")
    merge(users, "usr_x", "usr_T4", by=User.objects.create_user("odile@exemple.ca"))
    assert Appointment.objects.get().technician_id == "usr_T4"
    assert told(look(TUESDAY)) == []


def test_two_records_of_one_appointment_that_are_merged_are_told_once() -> None:
    visit("local_1", "2026-03-13 10:00")
    visit("evt_1", "2026-03-13 10:00")
    begin()
    Appointment.objects.filter(pk="local_1").update(is_placeholder=True)
    appointments = next(one for one in entities() if one.name == "appointments")
    merge(appointments, "local_1", "evt_1", by=User.objects.create_user("odile@exemple.ca"))
    assert told(look(TUESDAY)) == []
    assert WatchedAppointment.objects.count() == 1
    change("evt_1", start="2026-03-13 11:00")
    assert told(look(TUESDAY + LATER)) == [("rescheduled", "evt_1", "usr_T3")]


# -- at the same time --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_tell_once() -> None:
    for number in range(8):
        visit(f"evt_{number}", "2026-03-13 10:00")
    begin()
    for number in range(8):
        change(f"evt_{number}", technician_id="usr_T4")
    start, looked = threading.Barrier(3), list[int]()

    def one() -> None:
        try:
            start.wait()
            with suppress(OperationalError):  # a SQLite in memory refuses the second one instead of letting it wait
                looked.append(len(look(TUESDAY).queued))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look(TUESDAY)
    assert len(states(kind="freed")) == len(states(kind="reassigned")) == 8
    if connection.vendor == "postgresql":
        assert sorted(looked) == [0, 0, 16]


def test_a_look_that_the_database_refuses_stops_no_sync(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused() -> None:
        raise OperationalError("database is locked")

    visit("evt_1", "2026-03-13 10:00")
    begin()
    change("evt_1", technician_id="usr_T4")
    with monkeypatch.context() as busy:
        busy.setattr(following, "look", refused)
        engine._follow()
    assert "not_followed" in [record.message for record in caplog.records]
    assert len(look(TUESDAY).queued) == 2


def test_the_sync_looks_by_itself() -> None:
    reading("appointments", mode="full")
    following.after_sync()
    assert ChangeWatch.objects.get().looked_at <= timezone.now()
