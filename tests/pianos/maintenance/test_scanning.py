"""From notes to alerts: what is opened, what a later note closes, and what never doubles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Institution
from pianos.maintenance.scanning import Scanned, scan
from pianos.models import AlertMention, MaintenanceAlert, NoteScan, Piano, ProblemPhrase, ProblemType, TimelineEntry
from syncing.models import Message
from tests.pianos.maintenance.conftest import NOW, Write
from tests.web.people import person

pytestmark = pytest.mark.django_db


def read() -> Scanned:
    return scan(now=NOW)


def states() -> list[tuple[str, str]]:
    rows = MaintenanceAlert.objects.order_by("observed_at", "type_id")
    return [(one.type_id, one.state) for one in rows]


def test_a_note_opens_one_alert_per_problem_with_its_words_and_its_place(write: Write) -> None:
    write("Housse enlevée et PLS débranché, 21C, 28%", ago=2)
    done = read()
    assert (done.notes, done.mentions, len(done.opened)) == (1, 2, 2)
    assert states() == [("alimentation", "ouvertes"), ("housse", "ouvertes")]
    alert = MaintenanceAlert.objects.get(type="housse")
    assert (alert.piano_id, alert.observed_at) == ("ins_1", NOW - timedelta(days=2))
    assert [one.words for one in alert.mentions.all()] == ["Housse enlevée"]


def test_title_and_text_are_both_read(write: Write) -> None:
    write("Accord 442.", title="PLS débranché")
    read()
    assert states() == [("alimentation", "ouvertes")]


def test_only_watched_institutions_raise_alerts(write: Write) -> None:
    write("PLS débranché", piano="ins_9", client="cli_p")
    assert read().notes == 0
    Institution.objects.update(is_watched=False)
    write("PLS débranché")
    assert read().notes == 0
    assert states() == []


def test_the_owner_of_the_piano_counts_when_the_note_names_no_client(write: Write) -> None:
    write("PLS débranché", client=None)
    read()
    assert states() == [("alimentation", "ouvertes")]


def test_a_note_without_piano_is_followed_under_its_client(write: Write) -> None:
    write("PLS débranché", piano=None, ago=3)
    write("PLS rebranché", piano=None, ago=1)
    read()
    assert states() == [("alimentation", "resolues")]


def test_a_note_is_read_once_and_its_alert_is_told_once(write: Write) -> None:
    person("Bureau")
    write("PLS débranché")
    read()
    told = Message.objects.filter(kind="maintenance_alert").count()
    assert told >= 1
    assert (read().notes, read().notes) == (0, 0)
    assert NoteScan.objects.get().has_found
    assert Message.objects.filter(kind="maintenance_alert").count() == told


def test_the_same_problem_told_again_is_the_same_alert_and_no_other_message(write: Write) -> None:
    person("Bureau")
    write("PLS débranché", ago=9)
    read()
    told = Message.objects.count()
    write("PLS toujours débranché", ago=1)
    read()
    alert = MaintenanceAlert.objects.get()
    assert (alert.observed_at, alert.last_told_at) == (NOW - timedelta(days=9), NOW - timedelta(days=1))
    assert alert.mentions.count() == 2
    assert Message.objects.count() == told


def test_a_later_note_of_the_same_piano_and_type_resolves(write: Write) -> None:
    write("PLS débranché", ago=9)
    read()
    write("Rebranché le PLS", ago=2, piano="ins_2")
    write("Housse replacée", ago=2)
    read()
    assert states() == [("alimentation", "ouvertes")]
    write("Rebranché le PLS", ago=1)
    assert read().closed == 1
    alert = MaintenanceAlert.objects.get()
    assert (alert.state, alert.resolved_at, alert.closing) == ("resolues", NOW - timedelta(days=1), "Rebranché le PLS")


def test_what_was_put_right_before_leaving_is_kept_and_told_to_nobody(write: Write) -> None:
    person("Bureau")
    write("PLS débranché, rebranché avant de partir")
    assert read().opened == []
    assert states() == [("alimentation", "resolues")]
    assert Message.objects.count() == 0


def test_a_note_written_late_takes_its_place_in_the_story(write: Write) -> None:
    """It tells of a problem that a note read before it already ended."""
    write("PLS rebranché", ago=5)
    read()
    write("PLS débranché", ago=12)
    assert read().opened == []
    assert states() == [("alimentation", "resolues")]


def test_a_late_resolution_splits_what_was_one_story(write: Write) -> None:
    write("PLS débranché", ago=20)
    write("PLS débranché", ago=2)
    read()
    assert states() == [("alimentation", "ouvertes")]
    write("PLS rebranché", ago=10)
    read()
    assert states() == [("alimentation", "resolues"), ("alimentation", "ouvertes")]


def test_a_corrected_note_takes_its_alert_back(write: Write) -> None:
    note = write("PLS débranché")
    read()
    note.comment = "PLS vérifié"
    note.save()
    read()
    assert states() == [("alimentation", "archivees")]
    assert "corrigée ou retirée" in MaintenanceAlert.objects.get().closing


def test_a_note_that_left_gazelle_takes_its_alert_back(write: Write) -> None:
    note = write("PLS débranché")
    read()
    TimelineEntry.objects.filter(pk=note.pk).update(deleted_at=NOW)
    read()
    assert states() == [("alimentation", "archivees")]
    assert AlertMention.objects.count() == 0


def test_notes_older_than_a_year_say_nothing_of_today(write: Write) -> None:
    write("PLS débranché", ago=400)
    assert read().notes == 0


def test_old_problems_are_listed_and_not_mailed(write: Write) -> None:
    person("Bureau")
    write("PLS débranché", ago=60)
    read()
    assert states() == [("alimentation", "ouvertes")]
    assert Message.objects.count() == 0


def test_many_alerts_at_once_are_one_message(write: Write) -> None:
    person("Bureau")
    for number in range(8):
        Piano.objects.create(id=f"ins_x{number}", client_id="cli_t")
        write("Housse enlevée", piano=f"ins_x{number}")
    read()
    assert MaintenanceAlert.objects.count() == 8
    assert {one.subject for one in Message.objects.all()} == {"8 alertes d’entretien à voir"}


def test_nobody_to_tell_does_not_stop_the_scan(write: Write, settings: object) -> None:
    settings.OWNER_EMAIL = ""  # type: ignore[attr-defined]  # the fixture of pytest-django
    write("PLS débranché")
    read()
    assert states() == [("alimentation", "ouvertes")]


def test_words_of_the_office_are_looked_for_in_the_notes_already_read(write: Write) -> None:
    write("Besoin d’une rallonge")
    read()
    assert states() == []
    phrase = ProblemPhrase.objects.create(type_id="alimentation", phrase="besoin rallonge")
    read()
    assert states() == [("alimentation", "ouvertes")]
    phrase.delete()
    read()
    assert states() == [("alimentation", "archivees")]


def test_a_type_nobody_follows_raises_nothing(write: Write) -> None:
    ProblemType.objects.filter(pk="housse").update(is_followed=False)
    write("Housse enlevée et PLS débranché")
    read()
    assert states() == [("alimentation", "ouvertes")]


@pytest.mark.parametrize("text", ["🎹🎶", "x" * 60_000, "PLS débranché " * 4_000, "\x00", ""])
def test_any_text_is_read_to_the_end(write: Write, text: str) -> None:
    if "\x00" not in text:
        write(text)
    write("Housse enlevée", piano="ins_2")
    read()
    assert ("housse", "ouvertes") in states()


def test_a_scan_with_nothing_new_costs_a_few_queries_whatever_the_notes(write: Write) -> None:
    for number in range(30):
        write("PLS débranché" if number % 3 else "Accord 440, 21C, 41 %", ago=number)
    read()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read()
    assert len(queries) <= 6


def test_without_any_institution_nothing_is_read(write: Write) -> None:
    Client.objects.update(institution=None)
    write("PLS débranché")
    with CaptureQueriesContext(connection) as queries:
        assert read().notes == 0
    assert len(queries) == 1
