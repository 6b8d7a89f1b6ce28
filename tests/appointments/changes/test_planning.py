"""When a notice leaves, what is said once, and what is taken back before it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from appointments.changes.deciding import Change
from appointments.changes.models import ChangeKind, NoticeState
from appointments.changes.planning import Drop, Known, Push, Queue, plan, queue_time
from tests.appointments.changes.people import at

K, S = ChangeKind, NoticeState
TEN = at("2026-03-12 10:00")
TWO = at("2026-03-12 14:00")


def known(
    kind: ChangeKind, state: NoticeState, *, start: datetime = TEN, before: datetime | None = None, pk: int = 1
) -> Known:
    return Known(pk, kind, "usr_T3", start.date(), start, before, state)


def asked(kind: ChangeKind, start: datetime = TEN, before: datetime | None = None) -> Change:
    return Change(kind, "usr_T3", start, before_start=before)


@pytest.mark.parametrize(
    ("found", "leaves"),
    [
        ("2026-03-10 07:00", "2026-03-10 07:05"),
        ("2026-03-10 12:34", "2026-03-10 12:39"),
        ("2026-03-10 20:59", "2026-03-10 21:04"),
        ("2026-03-10 21:00", "2026-03-11 07:05"),
        ("2026-03-10 23:00", "2026-03-11 07:05"),
        ("2026-03-10 23:59", "2026-03-11 07:05"),
        ("2026-03-11 00:00", "2026-03-11 07:05"),
        ("2026-03-11 06:59", "2026-03-11 07:05"),
        ("2026-03-07 23:00", "2026-03-08 07:05"),  # the night that loses an hour
        ("2026-03-08 03:30", "2026-03-08 07:05"),
        ("2026-10-31 23:00", "2026-11-01 07:05"),  # the night that has one twice
        ("2026-11-01 01:30", "2026-11-01 07:05"),
        ("2026-12-31 22:00", "2027-01-01 07:05"),
    ],
)
def test_a_notice_leaves_after_five_minutes_and_never_at_night(found: str, leaves: str) -> None:
    assert queue_time(at(found)) == at(leaves)


def test_the_hour_is_that_of_montreal_on_a_server_elsewhere() -> None:
    from datetime import UTC

    assert queue_time(datetime(2026, 3, 11, 1, 30, tzinfo=UTC)) == at("2026-03-11 07:05")  # 21:30 at Montréal


@pytest.mark.parametrize("kind", [K.NEW, K.REASSIGNED, K.FREED, K.CANCELLED])
def test_the_first_one_is_queued(kind: ChangeKind) -> None:
    assert plan(asked(kind), []) == [Queue(asked(kind))]


@pytest.mark.parametrize("kind", [K.NEW, K.REASSIGNED])
def test_one_that_waits_is_only_pushed_back(kind: ChangeKind) -> None:
    assert plan(asked(kind), [known(kind, S.PENDING)]) == [Push(1, asked(kind))]


@pytest.mark.parametrize("kind", [K.NEW, K.REASSIGNED, K.FREED])
def test_one_that_was_sent_is_not_sent_again_for_that_day_and_says_why(kind: ChangeKind) -> None:
    (step,) = plan(asked(kind), [known(kind, S.COMPOSED)])
    assert isinstance(step, Queue)
    assert step.reason.startswith("Déjà annoncé")
    another_day = asked(kind, TEN + timedelta(days=1))
    assert plan(another_day, [known(kind, S.COMPOSED)]) == [Queue(another_day)]


def test_a_new_one_does_not_stand_in_the_way_of_its_cancellation() -> None:
    assert plan(asked(K.CANCELLED), [known(K.NEW, S.COMPOSED)]) == [Queue(asked(K.CANCELLED))]


def test_a_cancellation_that_was_sent_is_not_sent_twice() -> None:
    (step,) = plan(asked(K.CANCELLED), [known(K.CANCELLED, S.COMPOSED)])
    assert isinstance(step, Queue)
    assert step.reason


def test_a_second_cancellation_after_it_was_restored_is_told() -> None:
    so_far = [known(K.CANCELLED, S.COMPOSED), known(K.RESTORED, S.COMPOSED, pk=2)]
    assert plan(asked(K.CANCELLED), so_far) == [Queue(asked(K.CANCELLED))]


def test_a_held_cancellation_stays_held() -> None:
    assert plan(asked(K.CANCELLED), [known(K.CANCELLED, S.HELD)]) == []


def test_who_has_not_heard_of_it_does_not_hear_of_its_end() -> None:
    for kind in (K.CANCELLED, K.FREED):
        (step,) = plan(asked(kind), [known(K.NEW, S.PENDING)])
        assert isinstance(step, Drop)
        assert plan(asked(kind), [known(K.NEW, S.SKIPPED)]) == []


def test_who_gets_it_back_before_anything_left_hears_nothing() -> None:
    (step,) = plan(asked(K.REASSIGNED), [known(K.FREED, S.PENDING)])
    assert step == Drop(1, "Revenu à la même personne avant l’envoi.")


def test_who_gets_it_back_at_another_hour_hears_of_the_hour() -> None:
    drop, queue = plan(asked(K.REASSIGNED, TWO), [known(K.FREED, S.PENDING)])
    assert isinstance(drop, Drop)
    assert queue == Queue(asked(K.RESCHEDULED, TWO, TEN))


@pytest.mark.parametrize("state", [S.PENDING, S.HELD])
def test_one_that_comes_back_before_its_cancellation_left_takes_it_away(state: NoticeState) -> None:
    (step,) = plan(asked(K.RESTORED), [known(K.CANCELLED, state)])
    assert step == Drop(1, "De retour dans Gazelle avant l’envoi.")


def test_one_that_comes_back_after_its_cancellation_left_is_told() -> None:
    assert plan(asked(K.RESTORED), [known(K.CANCELLED, S.COMPOSED)]) == [Queue(asked(K.RESTORED))]
    assert plan(asked(K.RESTORED), []) == []


def test_a_second_move_on_the_same_day_is_told() -> None:
    moved = asked(K.RESCHEDULED, TWO, TEN)
    assert plan(moved, [known(K.RESCHEDULED, S.COMPOSED)]) == [Queue(moved)]


def test_a_move_that_waits_takes_the_last_hour() -> None:
    moved = asked(K.RESCHEDULED, TWO + timedelta(hours=1), TWO)
    assert plan(moved, [known(K.RESCHEDULED, S.PENDING, start=TWO, before=TEN)]) == [Push(1, moved)]


def test_a_move_that_is_undone_before_it_left_is_not_told() -> None:
    back = asked(K.RESCHEDULED, TEN, TWO)
    (step,) = plan(back, [known(K.RESCHEDULED, S.PENDING, start=TWO, before=TEN)])
    assert step == Drop(1, "Revenu à son heure avant l’envoi.")


def test_a_new_one_that_moves_before_it_left_is_told_once_at_its_last_hour() -> None:
    moved = asked(K.RESCHEDULED, TWO, TEN)
    assert plan(moved, [known(K.NEW, S.PENDING)]) == [Push(1, moved)]


@pytest.mark.parametrize("kind", [K.CANCELLED, K.FREED])
def test_one_that_moved_and_went_before_the_move_left_is_told_at_the_hour_he_knows(kind: ChangeKind) -> None:
    drop, queue = plan(asked(kind, TWO), [known(K.RESCHEDULED, S.PENDING, start=TWO, before=TEN)])
    assert isinstance(drop, Drop)
    assert queue == Queue(asked(kind, TEN))
