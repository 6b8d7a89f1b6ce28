"""From a change in Gazelle to the technician's mailbox: a real reading, a real check, a real mail server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from appointments.changes import sending
from appointments.changes.listing import End, lines
from appointments.changes.looking import look
from appointments.changes.models import ChangeNotice, ChangeWatch
from appointments.changes.sending import send_due
from appointments.models import Appointment
from clients.models import Technician
from gazelle_site.sandbox import Sandbox, Served, serve
from syncing import leases
from syncing.models import Message, Preference
from syncing.notifying.delivering import deliver
from syncing.notifying.mailing import SMTP
from syncing.rights import Audience, Viewer
from tests.syncing.notifying.servers import MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)
EVERYBODY = Viewer(groups=frozenset({Audience.MEMBERS, Audience.OFFICE}))
ALICE, BRUNO, OFFICE = "alice@exemple.ca", "bruno@exemple.ca", "bureau@exemple.ca"


class Agenda:
    """A stand-in Gazelle whose office works, and the house that follows."""

    def __init__(self, served: Served, mail: MailServer) -> None:
        self.box, self.mail = served.sandbox, mail
        people = {one["id"]: one for one in self.box.records("users")}
        goes = sorted(pk for pk, one in people.items() if one["isSchedulable"] and one["status"] != "INACTIVE")
        self.alice, self.bruno = goes[:2]
        self.office = next(pk for pk, one in sorted(people.items()) if one["accessLevel"] == "ASSISTANT")
        named = {self.alice: ("Alice", ALICE), self.bruno: ("Bruno", BRUNO), self.office: ("Odile", OFFICE)}
        for pk, (first, email) in named.items():
            self.box.edit("users", pk, firstName=first, email=email)
        self.client = sorted(self.box.ids("clients"))[0]
        self.start = (datetime.now(UTC) + timedelta(days=3)).replace(hour=16, minute=30, second=0, microsecond=0)
        call_command("sync", "users", "clients", "appointments", "timeline", "--full", stdout=io.StringIO())

    def books(self, technician: str | None = None, **given: Any) -> str:
        told = {"start": self.start, "user": technician or self.alice, "client": self.client, "title": "Accord"}
        return self.box.create("appointments", **{**told, **given})

    def read(self, *names: str) -> None:
        """A reading, at the end of which the house looks."""
        call_command("sync", *(names or ("appointments", "timeline")), stdout=io.StringIO())

    def minutes_later(self) -> dict[str, int]:
        """What has waited its time leaves; how many of each end."""
        waiting = ChangeNotice.objects.filter(state="pending").order_by("-not_before").first()
        found = send_due(waiting.not_before if waiting else None)
        deliver()
        return {str(state): count for state, count in found.items()}

    def says(self, text: str, by: str) -> None:
        self.box.create("timeline", type="SYSTEM_MESSAGE", client=self.client, user=by, summary=text)

    @property
    def day(self) -> str:
        return f"{self.start:%B} {self.start.day}, {self.start.year}"

    def mails(self) -> list[tuple[str, str]]:
        return [(str(one["To"]), str(one["Subject"]).split(" : ")[0].strip()) for one in self.mail.received]

    def ends(self) -> list[tuple[str, End, str]]:
        return [(one.notice.kind, one.end, one.reason) for one in reversed(lines(viewer=EVERYBODY))]


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """Laid around today: what is booked must be booked today."""
    with serve(Sandbox(size="small", seed=1)) as running:
        settings.GAZELLE_API_URL, settings.GAZELLE_TOKEN_URL = running.graphql_url, running.token_url
        settings.GAZELLE_API_KEY = running.api_key
        yield running


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = settings.OWNER_EMAIL = ""
        settings.CSRF_TRUSTED_ORIGINS = ["https://site.exemple.ca"]
        yield server


@pytest.fixture
def agenda(served: Served, mail: MailServer) -> Agenda:
    return Agenda(served, mail)


def test_from_a_booking_in_gazelle_to_the_mailbox_of_its_technician(agenda: Agenda) -> None:
    agenda.books()
    agenda.read()
    assert agenda.minutes_later() == {"composed": 1}
    assert agenda.mails() == [(ALICE, "Nouveau rendez-vous")]
    text = str(agenda.mail.received[0].get_content())
    assert text.startswith("Bonjour Alice,")
    assert "Ma journée : https://site.exemple.ca/" in text
    assert agenda.ends() == [("new", End.SENT, "")]
    agenda.read()
    assert agenda.minutes_later() == {}
    assert len(agenda.mails()) == 1


def test_nothing_leaves_before_its_time(agenda: Agenda) -> None:
    agenda.books()
    agenda.read()
    assert send_due(ChangeNotice.objects.get().not_before - timedelta(seconds=1)) == {}
    assert Message.objects.filter(kind__startswith="change_").count() == 0


def test_every_change_of_a_week_reaches_whom_it_is_for(agenda: Agenda) -> None:
    event = agenda.books()
    agenda.read()
    agenda.minutes_later()
    agenda.box.edit("appointments", event, user=agenda.bruno)
    agenda.read()
    agenda.minutes_later()
    agenda.box.edit("appointments", event, start=agenda.start + timedelta(hours=2))
    agenda.read()
    agenda.minutes_later()
    agenda.box.cancel_event(event)
    agenda.read()
    agenda.minutes_later()
    agenda.box.edit("appointments", event, status="ACTIVE")
    agenda.read()
    agenda.minutes_later()
    assert agenda.mails() == [
        (ALICE, "Nouveau rendez-vous"),
        (ALICE, "Plage libérée"),
        (BRUNO, "Un rendez-vous passe à vous"),
        (BRUNO, "Rendez-vous déplacé"),
        (BRUNO, "Rendez-vous annulé"),
        (BRUNO, "Rendez-vous rétabli"),
    ]


def test_one_of_next_month_moved_into_the_week_is_told_with_its_former_date(agenda: Agenda) -> None:
    far = agenda.start + timedelta(days=20)
    event = agenda.books(start=far, createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    agenda.box.edit("appointments", event, start=agenda.start)
    agenda.read()
    agenda.minutes_later()
    assert agenda.mails() == [(ALICE, "Rendez-vous déplacé")]
    assert ChangeNotice.objects.get().before_start == far


# -- checked in Gazelle ------------------------------------------------------------------------------------------------


def test_a_booking_that_was_cancelled_meanwhile_is_not_told_nor_its_end(agenda: Agenda) -> None:
    event = agenda.books()
    agenda.read()
    agenda.box.cancel_event(event)  # and no reading since
    assert agenda.minutes_later() == {}
    assert agenda.ends() == [("new", End.SKIPPED, "Annulé avant l’envoi.")]
    agenda.read()
    assert agenda.minutes_later() == {}
    assert agenda.mails() == []


def test_a_booking_that_was_deleted_meanwhile_is_not_told(agenda: Agenda) -> None:
    event = agenda.books()
    agenda.read()
    agenda.box.delete("appointments", event)
    assert agenda.minutes_later() == {"skipped": 1}
    assert agenda.ends() == [("new", End.SKIPPED, "Gazelle ne connaît plus ce rendez-vous.")]


def test_a_cancelled_visit_that_lives_in_gazelle_is_not_told(agenda: Agenda) -> None:
    event = agenda.books(createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    Appointment.objects.filter(pk=event).update(deleted_at=timezone.now())  # as a wrong proof would
    look()
    assert [one.kind for one in ChangeNotice.objects.all()] == ["cancelled"]
    agenda.box.edit("appointments", event, notes="Vivant.")
    agenda.minutes_later()
    assert agenda.ends()[0][:2] == ("cancelled", End.SKIPPED)
    assert agenda.mails() == []


def test_with_gazelle_down_the_mail_waits_a_little_then_leaves_and_says_so(agenda: Agenda, settings: Settings) -> None:
    agenda.books()
    agenda.read()
    settings.GAZELLE_API_URL = "http://127.0.0.1:9/graphql/private/"
    for _ in range(sending.PATIENCE):
        assert agenda.minutes_later() == {"pending": 1}
    assert agenda.minutes_later() == {"composed": 1}
    assert "n’a pas pu être relu" in str(agenda.mail.received[0].get_content())


def test_a_reading_in_progress_only_puts_it_off(agenda: Agenda) -> None:
    agenda.books()
    agenda.read()
    owner = leases.new_owner()
    assert leases.acquire("sync:appointments", owner)
    assert agenda.minutes_later() == {"pending": 1}
    leases.release("sync:appointments", owner)
    assert agenda.minutes_later() == {"composed": 1}


def test_one_that_is_past_or_whose_person_left_is_ignored_and_says_why(agenda: Agenda) -> None:
    agenda.books()
    agenda.books(agenda.bruno)
    agenda.read()
    Technician.objects.filter(pk=agenda.bruno).update(is_schedulable=False)
    late = send_due(agenda.start + timedelta(minutes=1))
    assert late == {"skipped": 2}
    reasons = {one.notice.technician_id: one.reason for one in lines(viewer=EVERYBODY)}
    assert reasons[agenda.alice] == "Le rendez-vous est passé."


# -- who did it --------------------------------------------------------------------------------------------------------


def test_who_moves_his_own_visit_is_not_told(agenda: Agenda) -> None:
    event = agenda.books(createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    agenda.box.edit("appointments", event, start=agenda.start + timedelta(minutes=30))
    agenda.says(f"Appointment moved to {agenda.day}", agenda.alice)
    agenda.read()
    assert agenda.minutes_later() == {"skipped": 1}
    assert agenda.ends() == [("rescheduled", End.SKIPPED, "Déplacé par la personne elle-même.")]


def test_who_is_moved_by_the_office_hears_by_whom(agenda: Agenda) -> None:
    event = agenda.books(createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    agenda.box.edit("appointments", event, start=agenda.start + timedelta(minutes=30))
    agenda.says(f"Appointment moved to {agenda.day}", agenda.office)
    agenda.read("users", "appointments", "timeline")
    agenda.minutes_later()
    author = str(Technician.objects.get(pk=agenda.office))
    assert f"Déplacé par {author}." in str(agenda.mail.received[0].get_content())


def test_whoever_cancels_without_a_word_is_asked_for_the_reason_once(agenda: Agenda) -> None:
    event = agenda.books(createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    agenda.box.cancel_event(event)
    agenda.says(f"Appointment cancelled for {agenda.day}", agenda.office)
    agenda.read()
    agenda.minutes_later()
    agenda.minutes_later()
    agenda.minutes_later()
    assert agenda.mails() == [(ALICE, "Rendez-vous annulé"), (OFFICE, "Annulation sans raison notée")]
    assert "sans raison notée" in str(agenda.mail.received[0].get_content())


def test_a_written_reason_is_given_and_nobody_is_reminded(agenda: Agenda) -> None:
    event = agenda.books(createdAt=datetime.now(UTC) - timedelta(days=30))
    agenda.read()
    agenda.box.cancel_event(event)
    agenda.says(f"Appointment cancelled for {agenda.day}. Reason: cliente malade", agenda.office)
    agenda.read()
    agenda.minutes_later()
    assert agenda.minutes_later() == {}
    assert "Raison : cliente malade" in str(agenda.mail.received[0].get_content())


# -- mailboxes ---------------------------------------------------------------------------------------------------------


def test_a_mailbox_that_refuses_is_not_called_sent(agenda: Agenda) -> None:
    agenda.mail.refuses[ALICE] = "550 No such user"
    agenda.books()
    agenda.read()
    agenda.minutes_later()
    ((kind, end, reason),) = agenda.ends()
    assert (kind, end) == ("new", End.FAILED)
    assert "550" in reason


def test_a_server_that_breaks_off_after_taking_the_mail_leaves_a_doubt_and_sends_once(agenda: Agenda) -> None:
    agenda.mail.mood = MailServer.DROP
    agenda.books()
    agenda.read()
    agenda.minutes_later()
    agenda.mail.mood = "250 Ok"
    agenda.minutes_later()
    (line,) = lines(viewer=EVERYBODY)
    assert (line.end, line.word) == (End.FAILED, "Incertain")
    assert len(agenda.mail.received) == 1


def test_a_technician_without_an_address_is_shown_and_nobody_else_is_written_to(agenda: Agenda) -> None:
    agenda.books()
    agenda.read()
    Technician.objects.filter(pk=agenda.alice).update(email="")
    assert agenda.minutes_later() == {"unsendable": 1}
    assert agenda.mails() == []
    assert agenda.ends()[0][1:] == (End.FAILED, sending.NO_ADDRESS)


def test_who_does_not_want_them_gets_none_and_the_page_says_so(agenda: Agenda) -> None:
    account = User.objects.create_user(ALICE)
    Technician.objects.filter(pk=agenda.alice).update(login=account)
    Preference.objects.create(user=account, kind="change_new", channel="mail", wanted=False)
    agenda.books()
    agenda.read()
    assert agenda.minutes_later() == {"skipped": 1}
    assert agenda.ends()[0][1:] == (End.SKIPPED, sending.NOT_WANTED)


def test_a_closed_account_is_not_written_to_at_the_address_gazelle_still_has(agenda: Agenda) -> None:
    Technician.objects.filter(pk=agenda.alice).update(login=User.objects.create_user(ALICE, is_active=False))
    agenda.books()
    agenda.read()
    assert agenda.minutes_later() == {"skipped": 1}
    assert agenda.ends()[0][1:] == (End.SKIPPED, sending.CLOSED)


def test_in_staging_it_is_composed_and_does_not_leave(agenda: Agenda, settings: Settings) -> None:
    settings.SCHEDULER_ENV = "staging"
    agenda.books()
    agenda.read()
    agenda.minutes_later()
    (line,) = lines(viewer=EVERYBODY)
    assert (line.word, line.tone) == ("Non envoyé", "unknown")
    assert agenda.mails() == []


# -- cut short ---------------------------------------------------------------------------------------------------------


def test_one_that_dies_between_the_message_and_its_mark_is_sent_once(
    agenda: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    agenda.books()
    agenda.read()

    def dies(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_closed", dies)
        with pytest.raises(KeyboardInterrupt):
            agenda.minutes_later()
    assert Message.objects.filter(kind__startswith="change_").count() == 0
    assert agenda.minutes_later() == {"composed": 1}
    assert len(agenda.mails()) == 1


def test_one_that_cannot_be_written_stops_none_of_the_others(agenda: Agenda, monkeypatch: pytest.MonkeyPatch) -> None:
    agenda.books()
    agenda.books(agenda.bruno)
    agenda.read()
    compose = sending.facts_of

    def stumbles(notice: ChangeNotice, *args: Any, **named: Any) -> Any:
        if notice.technician_id == agenda.alice:
            raise ValueError("unreadable")
        return compose(notice, *args, **named)

    monkeypatch.setattr(sending, "facts_of", stumbles)
    assert agenda.minutes_later() == {"pending": 1, "composed": 1}
    assert agenda.mails() == [(BRUNO, "Nouveau rendez-vous")]


def test_held_notices_whose_day_passed_are_closed(agenda: Agenda) -> None:
    agenda.books()
    agenda.read()
    ChangeNotice.objects.update(state="held", kind="cancelled")
    assert send_due(agenda.start + timedelta(minutes=1)) == {"skipped": 1}
    assert ChangeNotice.objects.get().reason == sending.UNANSWERED


def test_the_agenda_of_a_first_reading_is_told_to_nobody(agenda: Agenda) -> None:
    assert ChangeWatch.objects.exists()
    assert not ChangeNotice.objects.exists()
