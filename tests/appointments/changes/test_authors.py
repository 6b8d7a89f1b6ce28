"""Who moved or cancelled: from the history, to the letter, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from appointments.changes.authors import READ, author_of
from appointments.changes.models import ChangeKind, ChangeNotice
from clients.models import Technician
from pianos.models import TimelineEntry
from tests.appointments.changes.people import at, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
NOW = at("2026-05-22 10:00")
K = ChangeKind


def notice(kind: ChangeKind = K.RESCHEDULED, **given: Any) -> ChangeNotice:
    one = visit("evt_24", "2026-05-25 10:00")
    told = {"start": one.start, "day": at("2026-05-25 10:00").date(), "before_start": at("2026-05-23 09:00")}
    return ChangeNotice.objects.create(appointment=one, technician_id="usr_T3", kind=kind, **{**told, **given})


def entry(text: str, by: str | None = "usr_OFFICE", when: datetime = NOW - timedelta(minutes=6), **given: Any) -> None:
    told: dict[str, Any] = {"entry_type": "SYSTEM_MESSAGE", "client_id": "cli_10", "summary": text}
    number = TimelineEntry.objects.count()
    TimelineEntry.objects.create(id=f"tme_{number}", technician_id=by, occurred_at=when, **{**told, **given})


def name(found: ChangeNotice) -> str:
    author = author_of(found, NOW)
    return author.technician.pk if author else ""


@pytest.mark.parametrize(
    "text",
    [
        "Odile Fortier moved the appointment to May 25, 2026 at 10:00 AM",
        "Rendez-vous modifié : May 25, 2026",
        "Appointment Rescheduled from May 23, 2026",
    ],
)
def test_a_move_is_known_by_its_words_and_one_of_its_days(text: str) -> None:
    entry(text)
    assert name(notice()) == "usr_OFFICE"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Appointment moved", {}),
        ("Appointment moved to May 2, 2026", {}),
        ("Appointment moved to May 25, 2025", {}),
        ("Rendez-vous déplacé au 25 mai 2026", {}),
        ("Appointment created for May 25, 2026", {}),
        ("Appointment cancelled for May 25, 2026", {}),
        ("Appointment moved to May 25, 2026", {"entry_type": "USER_COMMENT"}),
        ("Appointment moved to May 25, 2026", {"when": NOW - timedelta(days=22)}),
        ("Appointment moved to May 25, 2026", {"when": NOW + timedelta(days=1)}),
        ("Appointment moved to May 25, 2026", {"client_id": None}),
        ("Appointment moved to May 25, 2026", {"deleted_at": NOW}),
        ("Appointment moved to May 25, 2026", {"by": None}),
    ],
)
def test_what_is_not_said_exactly_names_nobody(text: str, given: dict[str, Any]) -> None:
    entry(text, **given)
    assert name(notice()) == ""


def test_a_day_is_not_the_end_of_another() -> None:
    entry("Appointment moved to May 25, 2026")
    assert name(notice(start=at("2026-05-05 10:00"), before_start=None)) == ""


def test_the_last_one_to_say_it_is_the_author() -> None:
    entry("Appointment moved to May 25, 2026", by="usr_T4", when=NOW - timedelta(days=2))
    entry("Appointment moved to May 25, 2026", by="usr_OFFICE", when=NOW - timedelta(hours=1))
    assert name(notice()) == "usr_OFFICE"


def test_two_at_the_same_instant_name_nobody() -> None:
    entry("Appointment moved to May 25, 2026", by="usr_T4")
    entry("Appointment moved to May 25, 2026", by="usr_OFFICE")
    assert name(notice()) == ""


def test_a_person_who_is_not_known_yet_is_not_named() -> None:
    Technician.objects.create(id="usr_x", is_placeholder=True)
    entry("Appointment moved to May 25, 2026", by="usr_x")
    assert name(notice()) == ""


def test_only_the_last_forty_entries_are_looked_at() -> None:
    entry("Appointment moved to May 25, 2026", when=NOW - timedelta(days=1))
    for number in range(READ):
        entry("Client information updated", when=NOW - timedelta(minutes=number + 1))
    assert name(notice()) == ""


@pytest.mark.parametrize(
    ("text", "comment", "reason"),
    [
        ("Appointment cancelled: May 25, 2026", "Raison : cliente malade", "cliente malade"),
        ("Rendez-vous du May 25, 2026 annulé. Motif: déménagement", "", "déménagement"),
        ("Appointment canceled May 25, 2026. Reason: " + "x" * 300, "", "x" * 119 + "…"),
        ("Appointment cancelled: May 25, 2026", "La cliente semblait malade", ""),
    ],
)
def test_a_reason_is_what_is_written_as_one(text: str, comment: str, reason: str) -> None:
    entry(text, comment=comment)
    author = author_of(notice(K.CANCELLED, before_start=None), NOW)
    assert author is not None
    assert author.reason == reason


@pytest.mark.parametrize("kind", [K.NEW, K.REASSIGNED, K.FREED])
def test_other_changes_name_nobody(kind: ChangeKind) -> None:
    entry("Appointment moved to May 25, 2026")
    assert name(notice(kind)) == ""
