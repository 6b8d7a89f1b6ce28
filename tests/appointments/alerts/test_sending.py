"""One mail for each appointment, its technician and its day, whatever happens; « envoyé » only with a receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from appointments.alerts.checking import Check
from appointments.alerts.journal import Entry, entries
from appointments.alerts.models import AppointmentAlert
from appointments.alerts.sending import DayIsOver, Order
from appointments.notices import UNCONFIRMED
from appointments.pruning import prune
from clients.models import Client, Technician
from syncing.models import Message, MessageState
from syncing.notifying.audience import choose
from syncing.notifying.delivering import CLAIM, deliver
from syncing.notifying.queueing import notify, resend
from tests.appointments.alerts.conftest import TOMORROW, alert, booked, customer, montreal, technician
from tests.syncing.notifying.servers import MailServer
from tests.web.people import person

pytestmark = pytest.mark.django_db


def log() -> list[Entry]:
    return entries(AppointmentAlert.objects.order_by("pk"))


def states() -> list[str]:
    return [entry.state for entry in log()]


@pytest.mark.usefixtures("at_sixteen")
def test_two_appointments_give_their_technician_two_mails_with_a_receipt(
    mail: MailServer, simon: Technician, rosalie: Client
) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 11:00", simon, customer("cli_11", "Paul Roy"))
    assert [row.appointment_id for row in alert().queued] == ["evt_1", "evt_2"]
    assert states() == ["pending", "pending"], "nothing is sent before the server said so"
    assert deliver() == {MessageState.SENT: 2}
    assert mail.to == ["simon@exemple.ca"] * 2
    assert states() == ["sent", "sent"]
    first = log()[0]
    assert first.message is not None
    assert first.message.receipt == "250 Ok: queued as R3C31PT"
    plain, page = mail.received[0].iter_parts()
    assert "Bonjour Simon," in plain.get_content()
    assert '<a href="https://gazelle.exemple.ca/alertes/rv/">' in page.get_content()


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_the_log_keeps_what_was_known_then(simon: Technician, rosalie: Client) -> None:
    odile = person("Bureau")
    booked("evt_1", "2026-03-11 09:00", simon, rosalie, title="Accord", notes="Étage")
    alert(check=Check(is_live=False, why="Gazelle répond 503."), user=odile)
    row = AppointmentAlert.objects.get()
    assert (row.appointment_id, row.technician_id, row.day) == ("evt_1", simon.pk, TOMORROW)
    assert (row.technician_name, row.address) == ("Simon Arcand", "simon@exemple.ca")
    assert (row.client_name, row.client_phone) == ("Rosalie Tremblay", "514 555-0161")
    assert (row.title, row.notes, row.start) == ("Accord", "Étage", montreal("2026-03-11 09:00"))
    assert (row.is_checked, row.unchecked) == (False, "Gazelle répond 503.")
    assert (row.trigger, row.user, row.acknowledged_at) == ("scheduler", odile, None)


@pytest.mark.usefixtures("at_sixteen")
def test_five_runs_send_one_mail(mail: MailServer, simon: Technician, rosalie: Client) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    told = []
    for _ in range(5):
        sent = alert()
        told.append((len(sent.queued), sent.already))
        deliver()
    assert told == [(1, 0), (0, 1), (0, 1), (0, 1), (0, 1)]
    assert len(mail.received) == 1
    assert AppointmentAlert.objects.count() == 1


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_a_run_after_the_hour_moved_or_the_address_changed_sends_no_second_mail(
    simon: Technician, rosalie: Client
) -> None:
    one = booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    one.start = montreal("2026-03-11 15:00")
    one.save()
    Technician.objects.update(email="autre@exemple.ca")
    assert (len(alert().queued), Message.objects.count()) == (0, 1)


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_another_technician_or_another_day_is_another_mail(simon: Technician, rosalie: Client) -> None:
    one = booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    one.technician = technician("Maude Pilote", email="maude@exemple.ca")
    one.save()
    assert [row.address for row in alert().queued] == ["maude@exemple.ca"]
    one.start = montreal("2026-03-12 09:00")
    one.save()
    assert [row.day for row in alert(Order(date(2026, 3, 12))).queued] == [date(2026, 3, 12)]


# -- who cannot be written to ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_sixteen")
def test_a_technician_without_address_is_logged_and_the_office_is_told_never_a_colleague(
    mail: MailServer, simon: Technician, rosalie: Client
) -> None:
    odile = User.objects.get(pk=person("Bureau").pk)
    booked("evt_9", "2026-03-11 09:00", technician("Karim Haddad", email=""), rosalie)
    sent = alert()
    assert (len(sent.queued), [row.unreachable for row in sent.unreached]) == (0, ["sans adresse de courriel"])
    deliver()
    assert states() == ["unreachable"]
    assert sorted(mail.to) == sorted([odile.username, "proprietaire@exemple.ca"])
    assert "Personne n’a été averti" in str(mail.received[0]["Subject"])
    alert()
    assert deliver() == {}, "the office is told once"


@pytest.mark.usefixtures("at_sixteen")
def test_once_he_has_an_address_the_next_run_writes_to_him(mail: MailServer, rosalie: Client) -> None:
    karim = technician("Karim Haddad", email="")
    booked("evt_9", "2026-03-11 09:00", karim, rosalie)
    alert()
    Technician.objects.filter(pk=karim.pk).update(email="karim@exemple.ca")
    assert [row.address for row in alert().queued] == ["karim@exemple.ca"]
    deliver()
    assert "karim@exemple.ca" in mail.to
    assert states() == ["sent"]


@pytest.mark.usefixtures("at_sixteen", "mail")
@pytest.mark.parametrize("why", ["son compte est fermé", "ne veut pas de ces avis", "sans adresse de courriel"])
def test_the_log_says_why_nobody_was_told(simon: Technician, rosalie: Client, why: str) -> None:
    account = person("Technicien")
    Technician.objects.filter(pk=simon.pk).update(login=account)
    if why == "son compte est fermé":
        User.objects.filter(pk=account.pk).update(is_active=False)
    elif why == "ne veut pas de ces avis":
        choose(account, {UNCONFIRMED: False})
    else:
        User.objects.filter(pk=account.pk).update(username="simon", email="")
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    assert [row.unreachable for row in alert().unreached] == [why]


@pytest.mark.usefixtures("at_sixteen")
def test_the_address_of_the_account_goes_before_that_of_gazelle(
    mail: MailServer, simon: Technician, rosalie: Client
) -> None:
    account = person("Technicien")
    Technician.objects.filter(pk=simon.pk).update(login=account)
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    deliver()
    assert mail.to == [account.username]
    assert Message.objects.get().user == account


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_nobody_to_hear_of_it_is_said(settings: Settings, rosalie: Client) -> None:
    settings.OWNER_EMAIL = ""
    booked("evt_9", "2026-03-11 09:00", technician("Karim Haddad", email=""), rosalie)
    assert "n’a aucun destinataire" in alert().unheard


# -- what becomes of a mail --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_sixteen")
def test_a_mailbox_that_refuses_is_a_failure_and_stays_one(
    mail: MailServer, simon: Technician, rosalie: Client
) -> None:
    mail.refuses["simon@exemple.ca"] = "550 5.1.1 No such user"
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    deliver()
    [entry] = log()
    assert (entry.state, entry.message and entry.message.last_error) == (
        "failed",
        "Le serveur de courriel refuse : 550 5.1.1 No such user.",
    )
    assert alert().already == 1
    assert deliver() == {}


@pytest.mark.parametrize("mood", [MailServer.DROP, MailServer.HANG])
@pytest.mark.usefixtures("at_sixteen")
def test_a_line_cut_between_the_server_and_the_record_is_in_doubt_and_never_doubled(
    mail: MailServer, simon: Technician, rosalie: Client, mood: str
) -> None:
    mail.mood = mood
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    deliver()
    mail.mood = "250 Ok"
    for _ in range(3):
        alert()
        deliver()
    assert states() == ["uncertain"]
    assert len(mail.received) == 1


def test_a_process_that_dies_while_sending_leaves_a_doubt(
    mail: MailServer, simon: Technician, rosalie: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead after the server took it and before anything was written."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with time_machine.travel(montreal("2026-03-10 16:00"), tick=False) as clock:
        booked("evt_1", "2026-03-11 09:00", simon, rosalie)
        alert()
        with monkeypatch.context() as patch:
            patch.setattr("syncing.notifying.delivering._record", dies)
            with pytest.raises(KeyboardInterrupt):
                deliver()
        assert states() == ["sending"]
        clock.shift(CLAIM + timedelta(seconds=1))
        alert()
        deliver()
        assert states() == ["uncertain"]
    assert len(mail.received) == 1


@pytest.mark.usefixtures("at_sixteen")
def test_what_a_person_sends_again_is_what_the_log_tells(mail: MailServer, simon: Technician, rosalie: Client) -> None:
    mail.refuses["simon@exemple.ca"] = "550 full"
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    deliver()
    mail.refuses.clear()
    resend(Message.objects.get(), by=person("Administration"))
    assert states() == ["pending"]
    deliver()
    assert states() == ["sent"]


@pytest.mark.usefixtures("at_sixteen")
def test_staging_composes_and_sends_nothing(
    mail: MailServer, settings: Settings, simon: Technician, rosalie: Client
) -> None:
    settings.SCHEDULER_ENV = "staging"
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    deliver()
    assert (states(), mail.received) == (["not_sent"], [])


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_a_day_that_is_over_is_refused_and_hours_that_are_over_are_left(simon: Technician, rosalie: Client) -> None:
    booked("evt_1", "2026-03-10 09:00", simon, rosalie)
    booked("evt_2", "2026-03-10 18:00", simon, rosalie)
    with pytest.raises(DayIsOver, match="Ce jour est passé"):
        alert(Order(date(2026, 3, 9)))
    assert [row.appointment_id for row in alert(Order(date(2026, 3, 10))).queued] == ["evt_2"]


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_only_the_technicians_named_are_written_to(simon: Technician, rosalie: Client) -> None:
    maude = technician("Maude Pilote", email="maude@exemple.ca")
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 09:00", maude, rosalie)
    found = alert(Order(TOMORROW, technicians=frozenset({maude.pk})))
    assert [row.appointment_id for row in found.queued] == ["evt_2"]


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_a_crash_in_the_middle_leaves_no_row_without_its_message(
    simon: Technician, rosalie: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        booked(f"evt_{number}", f"2026-03-11 0{number}:30", simon, rosalie)
    real: Callable[..., object] = notify
    calls = iter(range(10))

    def breaks(*args: object, **more: object) -> object:
        if next(calls) == 1:
            raise OSError
        return real(*args, **more)

    monkeypatch.setattr("appointments.alerts.sending.notify", breaks)
    with pytest.raises(OSError):  # noqa: PT011  # it has no words
        alert()
    assert (AppointmentAlert.objects.count(), Message.objects.count()) == (1, 1)
    alert()
    assert (AppointmentAlert.objects.count(), Message.objects.count()) == (3, 3)


@pytest.mark.usefixtures("at_sixteen", "mail")
def test_alerts_are_let_go_after_a_year(simon: Technician, rosalie: Client) -> None:
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    alert()
    assert prune(timezone.now() + timedelta(days=364)) == {"alertes de rendez-vous oubliées": 0}
    assert prune(timezone.now() + timedelta(days=366)) == {"alertes de rendez-vous oubliées": 1}
