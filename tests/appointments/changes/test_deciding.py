"""What counts as a change, for whom, and when: the rules without a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appointments.changes.deciding import Change, Now, Seen, Told, after_telling, decide
from appointments.changes.models import ChangeKind
from tests.appointments.changes.people import at

K = ChangeKind
NOW = at("2026-03-10 14:00")
THURSDAY = at("2026-03-12 10:00")
OLD = Now("APPOINTMENT", True, NOW - timedelta(days=60))
YOUNG = Now("APPOINTMENT", True, NOW - timedelta(hours=1))
HIS = Seen("usr_T3", THURSDAY)
NOTHING = Told()


def kinds(
    before: Seen | None, after: Seen, *, told: Told = NOTHING, about: Now = OLD, now: datetime = NOW
) -> list[tuple[str, str]]:
    return [(one.kind.value, one.technician) for one in decide(before, after, told, about, now)]


def test_one_booked_within_a_day_is_new() -> None:
    assert kinds(None, HIS, about=YOUNG) == [("new", "usr_T3")]


@pytest.mark.parametrize("age", [timedelta(hours=24), timedelta(days=90)])
def test_an_old_one_that_was_missing_here_is_not_told(age: timedelta) -> None:
    assert kinds(None, HIS, about=replace(OLD, created_at=NOW - age)) == []


def test_one_whose_booking_date_is_not_known_is_not_new() -> None:
    assert kinds(None, HIS, about=replace(OLD, created_at=None)) == []


def test_one_that_was_never_told_is_new_while_it_is_young() -> None:
    assert kinds(HIS, HIS, about=YOUNG) == [("new", "usr_T3")]
    assert kinds(HIS, HIS, about=YOUNG, told=Told("usr_T3", THURSDAY)) == []
    assert kinds(HIS, HIS) == []


@pytest.mark.parametrize("kind", ["MEMO", "BLOCKED", "HOLIDAY"])
def test_what_is_not_a_visit_is_not_told(kind: str) -> None:
    assert kinds(None, HIS, about=replace(YOUNG, type=kind)) == []


@pytest.mark.parametrize(("has_client", "expected"), [(True, [("new", "usr_T3")]), (False, [])])
def test_a_personal_event_is_told_when_it_is_for_a_client(has_client: bool, expected: list[tuple[str, str]]) -> None:
    assert kinds(None, HIS, about=replace(YOUNG, type="PERSONAL", has_client=has_client)) == expected


@pytest.mark.parametrize(
    ("ahead", "is_told"),
    [
        (timedelta(minutes=-1), False),
        (timedelta(minutes=1), True),
        (timedelta(hours=167, minutes=59), True),
        (timedelta(hours=168), False),
    ],
)
def test_the_window_is_the_168_hours_to_come(ahead: timedelta, is_told: bool) -> None:
    assert bool(kinds(None, Seen("usr_T3", NOW + ahead), about=YOUNG)) == is_told


@pytest.mark.parametrize(("hour", "is_told"), [("08:59", True), ("09:01", False)])
def test_one_without_an_hour_counts_as_nine_in_the_morning(hour: str, is_told: bool) -> None:
    today = Seen("usr_T3", at("2026-03-10 00:00"), is_all_day=True)
    assert bool(kinds(None, today, about=YOUNG, now=at(f"2026-03-10 {hour}"))) == is_told


@pytest.mark.parametrize(
    ("now", "start", "is_told"),
    [
        ("2026-03-07 12:00", "2026-03-14 12:30", True),  # spring forward on the 8th: 167 h 30
        ("2026-03-07 12:00", "2026-03-14 13:00", False),
        ("2026-10-31 12:00", "2026-11-07 10:30", True),  # fall back on November 1st: 167 h 30
        ("2026-10-31 12:00", "2026-11-07 11:30", False),  # 168 h 30
    ],
)
def test_hours_are_counted_through_both_clock_changes(now: str, start: str, is_told: bool) -> None:
    booked = replace(YOUNG, created_at=at(now) - timedelta(hours=1))
    assert bool(kinds(None, Seen("usr_T3", at(start)), about=booked, now=at(now))) == is_told


def test_the_former_technician_is_told_that_the_slot_is_free() -> None:
    assert kinds(HIS, replace(HIS, technician="usr_T4")) == [("freed", "usr_T3"), ("reassigned", "usr_T4")]


def test_who_was_told_last_is_not_told_again() -> None:
    told = Told("usr_T4", THURSDAY)
    assert kinds(HIS, replace(HIS, technician="usr_T4"), told=told) == [("freed", "usr_T3")]


def test_one_taken_from_everybody_frees_its_technician_who_may_get_it_back() -> None:
    told = Told("usr_T3", THURSDAY)
    changes = decide(HIS, replace(HIS, technician=None), told, OLD, NOW)
    assert changes == [Change(K.FREED, "usr_T3", THURSDAY)]
    told = after_telling(told, changes)
    assert kinds(replace(HIS, technician=None), HIS, told=told) == [("reassigned", "usr_T3")]


def test_another_hand_and_another_hour_are_one_change_for_each() -> None:
    after = Seen("usr_T4", THURSDAY + timedelta(days=1))
    assert decide(HIS, after, NOTHING, OLD, NOW) == [
        Change(K.FREED, "usr_T3", THURSDAY),
        Change(K.REASSIGNED, "usr_T4", THURSDAY + timedelta(days=1)),
    ]


def test_one_that_moves_says_from_where() -> None:
    after = replace(HIS, start=THURSDAY + timedelta(hours=4))
    assert decide(HIS, after, NOTHING, OLD, NOW) == [
        Change(K.RESCHEDULED, "usr_T3", THURSDAY + timedelta(hours=4), before_start=THURSDAY)
    ]


def test_a_move_is_judged_by_what_was_told_last() -> None:
    told = Told("usr_T3", THURSDAY + timedelta(hours=4))
    assert kinds(HIS, HIS, told=told) == [("rescheduled", "usr_T3")]
    assert kinds(HIS, replace(HIS, start=told.start), told=told) == []


def test_what_was_told_to_another_says_nothing_of_a_move() -> None:
    assert kinds(HIS, HIS, told=Told("usr_T4", THURSDAY + timedelta(hours=4))) == []


@pytest.mark.parametrize("days", [-9, 20])
def test_one_that_leaves_the_week_or_enters_it_is_told(days: int) -> None:
    elsewhere = THURSDAY + timedelta(days=days)
    assert kinds(HIS, replace(HIS, start=elsewhere)) == [("rescheduled", "usr_T3")]
    assert kinds(replace(HIS, start=elsewhere), HIS) == [("rescheduled", "usr_T3")]


def test_one_that_loses_its_date_is_not_told() -> None:
    assert kinds(HIS, replace(HIS, start=None)) == []


@pytest.mark.parametrize(
    ("start", "is_told"),
    [
        ("2026-03-10 13:59", False),
        ("2026-03-10 15:00", True),
        ("2026-03-17 23:00", True),  # the same day of next week counts whole, though 177 hours away
        ("2026-03-18 08:00", False),
    ],
)
def test_a_cancellation_is_told_from_now_to_the_same_day_of_next_week(start: str, is_told: bool) -> None:
    was = Seen("usr_T3", at(start))
    assert kinds(was, replace(was, is_gone=True)) == ([("cancelled", "usr_T3")] if is_told else [])


def test_who_is_told_of_a_cancellation_is_who_had_it_and_at_which_hour() -> None:
    after = Seen("usr_T4", THURSDAY + timedelta(hours=1), is_gone=True)
    assert decide(HIS, after, NOTHING, OLD, NOW) == [Change(K.CANCELLED, "usr_T3", THURSDAY)]


def test_one_that_stays_cancelled_is_not_told_again() -> None:
    gone = replace(HIS, is_gone=True)
    assert kinds(gone, replace(gone, start=THURSDAY + timedelta(hours=1))) == []
    assert kinds(None, gone, about=YOUNG) == []


def test_one_that_comes_back_is_told() -> None:
    gone = replace(HIS, is_gone=True)
    assert kinds(gone, HIS) == [("restored", "usr_T3")]
    assert kinds(gone, replace(HIS, technician="usr_T4")) == [("reassigned", "usr_T4")]


def test_an_evening_visit_belongs_to_its_day_at_montreal() -> None:
    late = decide(None, Seen("usr_T3", at("2026-03-12 23:00")), NOTHING, YOUNG, NOW)
    assert [one.day.date().isoformat() for one in late] == ["2026-03-12"]
