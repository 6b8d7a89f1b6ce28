"""The table of worked examples for notices of change, row by row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.changes.looking import look
from appointments.changes.models import ChangeNotice
from tests.appointments.changes.people import LATER, TUESDAY, all_sent, at, begin, change, states, told, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
BOOKED = at("2026-03-10 13:30")


def test_a_booking_of_13_30_found_at_14_00_is_told_at_14_05() -> None:
    begin()
    visit("evt_20", "2026-03-13 10:00", gazelle_created_at=BOOKED)
    assert told(look(TUESDAY)) == [("new", "evt_20", "usr_T3")]
    assert ChangeNotice.objects.get().not_before == at("2026-03-10 14:05")


@pytest.mark.parametrize(
    ("found", "leaves"),
    [
        ("2026-03-10 20:58", "2026-03-10 21:03"),
        ("2026-03-10 21:10", "2026-03-11 07:05"),
        ("2026-03-11 03:00", "2026-03-11 07:05"),
    ],
)
def test_what_is_found_in_the_evening_leaves_at_once_and_at_night_in_the_morning(found: str, leaves: str) -> None:
    begin()
    visit("evt_20", "2026-03-13 10:00", gazelle_created_at=at(found) - timedelta(minutes=30))
    look(at(found))
    assert ChangeNotice.objects.get().not_before == at(leaves)


def test_a_visit_in_nine_days_that_changes_hands_is_not_told() -> None:
    visit("evt_21", "2026-03-19 14:00")
    begin(TUESDAY)
    change("evt_21", technician_id="usr_T4")
    assert told(look(TUESDAY + LATER)) == []


def test_a_visit_that_goes_from_hand_to_hand_is_told_once_to_each_for_a_day() -> None:
    visit("evt_22", "2026-03-13 10:00")
    begin()
    change("evt_22", technician_id="usr_T4")
    assert told(look(TUESDAY)) == [("freed", "evt_22", "usr_T3"), ("reassigned", "evt_22", "usr_T4")]
    all_sent()
    change("evt_22", technician_id="usr_T3")
    assert told(look(TUESDAY + 10 * LATER)) == [("freed", "evt_22", "usr_T4"), ("reassigned", "evt_22", "usr_T3")]
    all_sent()
    change("evt_22", technician_id="usr_T4")
    assert told(look(TUESDAY + 20 * LATER)) == []
    # What does not leave is on the page, for somebody to call: the last mail of each says the contrary.
    assert states(state="skipped") == [("freed", "usr_T3", "skipped"), ("reassigned", "usr_T4", "skipped")]
    assert "prévenez la personne" in ChangeNotice.objects.filter(state="skipped").latest("pk").reason


def test_an_edited_note_is_not_told() -> None:
    visit("evt_23", "2026-03-13 10:00")
    begin()
    change("evt_23", notes="Sonner deux fois.", title="Accord et réglage", duration=120)
    assert told(look(TUESDAY)) == []
    assert states() == []


def test_fourteen_cancelled_at_once_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(14):
        visit(f"evt_{number}", "2026-03-13 10:00")
    begin()
    for number in range(14):
        change(f"evt_{number}", status="CANCELED")
    assert told(look(TUESDAY)) == []
    assert len(states(state="held")) == 14
    assert "cancellations_held" in [record.message for record in caplog.records if record.levelname == "ERROR"]
