"""What monitoring finds becomes few messages: one root cause, one message, its end told too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from pytest_django import Settings

from syncing import leases
from syncing.alerting import LEASE, announce, tell
from syncing.models import GazelleConnection, Leg, Message, MessageState, StagedRecord
from syncing.notifying.queueing import resend
from syncing.registry import entities
from tests.web.people import everything_read, failed, person, reading

pytestmark = pytest.mark.django_db
NAMES = [entity.name for entity in entities()]
WORKING_NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def owner(settings: Settings) -> None:
    settings.OWNER_EMAIL, settings.SLACK_WEBHOOK_URL = "proprietaire@exemple.ca", ""


def told() -> list[str]:
    """Queue what is to be told; the subjects of what was."""
    return [message.subject for message in tell().queued]


def left() -> None:
    Message.objects.filter(state=MessageState.PENDING).update(state=MessageState.SENT)


def test_all_is_well_and_nobody_hears_of_it() -> None:
    everything_read()
    assert told() == []


def test_a_first_installation_that_read_nothing_yet_calls_nobody() -> None:
    assert told() == []


def test_ten_tables_that_fail_for_one_reason_are_one_message() -> None:
    for name in NAMES:
        failed(name, code="unreachable")
    (subject,) = told()
    assert subject.startswith("En panne\u00a0: ")
    assert told() == []


def test_a_reason_that_spreads_or_changes_its_words_is_still_one() -> None:
    everything_read(timedelta(minutes=5))
    failed(NAMES[0], timedelta(minutes=2), code="unreachable")
    assert len(told()) == 1
    left()
    for name in NAMES[1:]:
        failed(name, timedelta(minutes=1), code="server_fault")
    assert told() == []


def test_the_message_says_the_cause_the_next_step_and_where_to_look(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://assistant.exemple.ca"]
    failed(NAMES[0])
    (message,) = tell().queued
    assert "Gazelle répond 502." in message.body
    assert "Prochain pas\u00a0: Relancez. (python manage.py sync" in message.body
    assert "https://assistant.exemple.ca/systeme/" in message.body
    assert "https://assistant.exemple.ca/systeme/avis/" in message.body
    assert message.level == "fault"


def test_a_fault_of_one_table_is_told_again_when_another_table_has_it() -> None:
    everything_read(timedelta(minutes=5))
    failed(NAMES[0], code="query_refused")
    assert len(told()) == 1
    left()
    failed(NAMES[1], code="query_refused")
    assert len(told()) == 1


def test_a_repair_is_told_once_and_only_if_the_fault_was_heard() -> None:
    everything_read(timedelta(minutes=5))
    failed(NAMES[0], timedelta(minutes=1))
    tell()
    left()
    reading(NAMES[0], timedelta(0))
    (subject,) = told()
    assert subject.startswith("Rétabli. C’était\u00a0: ")
    left()
    assert told() == []


def test_a_fault_repaired_before_its_message_left_is_never_heard_of() -> None:
    everything_read(timedelta(minutes=5))
    failed(NAMES[0], timedelta(minutes=1))
    tell()
    reading(NAMES[0], timedelta(0))
    assert told() == []
    assert set(Message.objects.values_list("state", flat=True)) == {"superseded"}


def test_refused_access_hides_what_follows_from_it(settings: Settings) -> None:
    settings.SCHEDULER_ENABLED = True
    everything_read(timedelta(days=1))
    failed(NAMES[0], code="token_refused")
    GazelleConnection.objects.create(access_token=b"a", refresh_token=b"b", refused_at=WORKING_NOON)
    with time_machine.travel(WORKING_NOON):
        (subject,) = told()
    assert "Gazelle refuse notre accès" in subject


def test_rows_nobody_can_store_are_told_as_what_will_not_mend_by_itself() -> None:
    everything_read()
    StagedRecord.objects.create(
        entity=NAMES[0], gazelle_id="x_1", digest="d", raw=b"{}", state="failed", fetched_at=WORKING_NOON
    )
    (message,) = tell().queued
    assert (message.kind, message.level) == ("sync_failure", "fault")
    assert "1 ligne en échec imprévu" in message.subject


def test_somebody_unknown_who_is_cited_is_told_at_once_and_each_new_one_again() -> None:
    everything_read()
    people = next(entity for entity in entities() if entity.unknown_is_told)
    model = apps.get_model(people.model)
    others = [entity for entity in entities() if not entity.unknown_is_told]
    apps.get_model(others[0].model)._default_manager.create(id="x_0", is_placeholder=True)
    assert told() == []
    model._default_manager.create(id="x_1", is_placeholder=True)
    (subject,) = told()
    assert "1 fiche provisoire" in subject
    assert told() == []
    left()
    model._default_manager.create(id="x_2", is_placeholder=True)
    assert len(told()) == 1


def test_an_unknown_record_that_grows_into_a_flood_is_one_cause_with_one_end() -> None:
    everything_read()
    people = next(entity for entity in entities() if entity.unknown_is_told)
    unknown = apps.get_model(people.model)._default_manager
    unknown.create(id="x_0", is_placeholder=True)
    (first,) = tell().queued
    left()
    unknown.bulk_create(unknown.model(id=f"x_{n}", is_placeholder=True) for n in range(1, 30))
    (flood,) = tell().queued
    assert (first.kind, flood.kind, flood.ends) == ("sync_watch", "sync_failure", False)
    assert "30 fiches citées" in flood.subject
    assert told() == []
    left()
    unknown.exclude(pk="x_0").update(is_placeholder=False)
    (remains,) = told()
    assert "1 fiche provisoire" in remains  # what is left of it, and no end yet
    left()
    unknown.update(is_placeholder=False)
    (end,) = tell().queued
    assert (end.kind, end.ends) == ("sync_watch", True)
    left()
    assert told() == []


def test_a_flood_that_ends_at_once_has_one_end() -> None:
    everything_read()
    people = next(entity for entity in entities() if entity.unknown_is_told)
    unknown = apps.get_model(people.model)._default_manager
    for count in (1, 30):
        unknown.bulk_create(unknown.model(id=f"x_{count}_{n}", is_placeholder=True) for n in range(count))
        assert len(told()) == 1
        left()
    unknown.update(is_placeholder=False)
    assert [subject.partition(".")[0] for subject in told()] == ["Rétabli"]
    left()
    assert told() == []


# -- late --------------------------------------------------------------------------------------------------------------


def late(settings: Settings, at: datetime, ago: timedelta, *, scheduled: bool = True) -> list[str]:
    settings.SCHEDULER_ENABLED = scheduled
    with time_machine.travel(at, tick=False):
        everything_read(ago)
        return told()


def test_a_schedule_that_stopped_is_told_once_whatever_it_makes_late(settings: Settings) -> None:
    (subject,) = late(settings, WORKING_NOON, timedelta(minutes=40))
    assert "au-delà de la promesse" in subject
    left()
    with time_machine.travel(WORKING_NOON + timedelta(hours=5)):
        assert told() == []


def test_a_little_lateness_wakes_nobody(settings: Settings) -> None:
    assert late(settings, WORKING_NOON, timedelta(minutes=12)) == []


def test_without_a_schedule_late_is_not_a_fault(settings: Settings) -> None:
    assert late(settings, WORKING_NOON, timedelta(hours=9), scheduled=False) == []


@pytest.mark.parametrize(
    ("at", "is_told"),
    [
        (datetime(2026, 11, 20, 8, tzinfo=UTC), False),  # 3 h 00 in the night
        (datetime(2026, 11, 20, 11, 10, tzinfo=UTC), False),  # 6 h 10, ten minutes after the opening
        (datetime(2026, 11, 20, 11, 40, tzinfo=UTC), True),  # 6 h 40
        (datetime(2026, 11, 1, 10, 40, tzinfo=UTC), False),  # 5 h 40, the clocks went back in the night
        (datetime(2026, 11, 1, 11, 40, tzinfo=UTC), True),
        (datetime(2027, 3, 14, 9, 40, tzinfo=UTC), False),  # 5 h 40, the clocks went forward
        (datetime(2027, 3, 14, 10, 40, tzinfo=UTC), True),
    ],
)
def test_nights_do_not_count_those_of_the_clock_changes_included(
    at: datetime, is_told: bool, settings: Settings
) -> None:
    assert bool(late(settings, at, timedelta(hours=9))) is is_told


# -- who looks, who hears, what fails ----------------------------------------------------------------------------------


def test_of_two_processes_that_look_at_once_one_tells() -> None:
    failed(NAMES[0])
    owner = leases.new_owner()
    leases.acquire(LEASE, owner)
    assert told() == []
    leases.release(LEASE, owner)
    assert len(told()) == 1


def test_with_nobody_to_tell_it_says_so_and_goes_on(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.OWNER_EMAIL = ""
    failed(NAMES[0])
    failed(NAMES[1], code="query_refused")
    assert len(tell().unheard) == 2
    with pytest.raises(SystemExit):
        call_command("notify")
    assert (
        "L’avis « Panne de la synchronisation » n’a aucun destinataire. Donnez OWNER_EMAIL" in capsys.readouterr().err
    )


def test_a_dry_run_shows_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    failed(NAMES[0])
    call_command("notify", "--dry-run")
    assert "proprietaire@exemple.ca : En panne" in capsys.readouterr().out
    assert not Message.objects.exists()


def test_what_the_mail_server_refuses_is_found_and_no_loop_begins(settings: Settings) -> None:
    everything_read()
    failed(NAMES[0])
    tell()
    Message.objects.update(state=MessageState.FAILED)
    (about,) = tell().queued
    assert about.cause == "messages_failed"
    assert "1 avis n’a pas pu être envoyé" in about.subject
    Message.objects.update(state=MessageState.FAILED)
    assert told() == []


def test_a_doubt_that_was_answered_is_over(settings: Settings) -> None:
    admin = person("Administration")
    settings.OWNER_EMAIL = ""
    everything_read()
    failed(NAMES[0])
    tell()
    left()
    Message.objects.update(state=MessageState.UNCERTAIN)
    assert "est incertain" in told()[0]
    left()
    resend(Message.objects.get(cause="gazelle"), by=admin)
    left()
    assert [s.partition(".")[0] for s in told()] == ["Rétabli"]


def test_one_look_costs_a_constant_number_of_questions(django_assert_max_num_queries: object) -> None:
    for name in NAMES:
        failed(name, code="unreachable")
    tell()
    with django_assert_max_num_queries(22):  # type: ignore[operator]  # a context of pytest-django
        tell()


def test_announcing_sends_at_once(mailoutbox: list[object]) -> None:
    Leg.objects.all().delete()
    failed(NAMES[0])
    done = announce()
    assert done.delivered == {MessageState.NOT_SENT: 1}  # kept in memory, which is no sending
    assert len(mailoutbox) == 1
