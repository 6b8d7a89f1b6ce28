"""« Rendez-vous non confirmés » for each kind of person: the day, the log, what is seen to, what is sent by hand."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from django_q.models import OrmQ

from appointments.alerts.models import AppointmentAlert
from clients.models import Client, Technician
from syncing.models import Message
from syncing.notifying.delivering import deliver
from syncing.scheduling.models import JobRun
from tests.appointments.alerts.conftest import alert, booked, customer, montreal, technician
from tests.syncing.notifying.servers import MailServer
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_sixteen")]
PAGE = "/alertes/rv/"


def signed_in(role: str) -> Browser:
    browser = Browser()
    browser.force_login(person(role))
    return browser


@pytest.fixture
def his(simon: Technician) -> Browser:
    account = person("Technicien", first_name="Simon")
    Technician.objects.filter(pk=simon.pk).update(login=account)
    simon.refresh_from_db()
    browser = Browser()
    browser.force_login(account)
    return browser


@pytest.fixture
def agenda(simon: Technician, rosalie: Client) -> None:
    """One of Simon's and one of Maude's, tomorrow."""
    everything_read()
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    maude = technician("Maude Pilote", email="maude@exemple.ca")
    booked("evt_2", "2026-03-11 11:00", maude, customer("cli_11", "Paul Roy"))


def read(browser: Browser, path: str = PAGE) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    body = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])
    return " ".join(html.unescape(body).replace("\u00a0", " ").split())


def test_the_office_sees_everybody_s_and_a_technician_his_own(agenda: None, his: Browser) -> None:
    hers = read(signed_in("Bureau"))
    assert "2 rendez-vous de demain non confirmés" in hers
    assert "Rosalie Tremblay" in hers
    assert "Paul Roy" in hers
    told = read(his)
    assert "1 rendez-vous de demain non confirmé" in told
    assert "Paul Roy" not in told
    assert "Maude" not in told
    assert "Envoyer les avis" not in told
    assert "Pris depuis longtemps" not in told


def test_looking_writes_nothing_and_sends_nothing(agenda: None) -> None:
    read(signed_in("Bureau"), f"{PAGE}?jour=2026-03-11&tous=1")
    assert not AppointmentAlert.objects.exists()
    assert not Message.objects.exists()
    assert not JobRun.objects.exists()


def test_a_day_and_the_personal_events_are_chosen_in_the_address(agenda: None, simon: Technician) -> None:
    booked("evt_3", "2026-03-12 09:00", simon, customer("cli_12", "Zoé Demers"), type="PERSONAL")
    browser = signed_in("Bureau")
    assert "1 personnel ou mémo" in read(browser, f"{PAGE}?jour=2026-03-12")
    assert "Zoé Demers" in read(browser, f"{PAGE}?jour=2026-03-12&tous=1")
    assert "Rien à confirmer pour les rendez-vous d’aujourd’hui." in read(browser, f"{PAGE}?jour=2026-03-10")


@pytest.mark.parametrize("wrong", ["2026-02-31", "hier", "'; --", "9999-01-01", "0001-01-01"])
def test_a_wrong_date_is_told_in_a_sentence_and_tomorrow_is_shown(agenda: None, wrong: str) -> None:
    told = read(signed_in("Bureau"), f"{PAGE}?jour={wrong}")
    assert "n’est pas une date" in told or "trop loin" in told
    assert "2 rendez-vous de demain" in told


def test_an_agenda_never_read_is_not_an_empty_one() -> None:
    assert "L’agenda n’a pas encore été lu." in read(signed_in("Bureau"))


def test_the_log_tells_sent_only_with_a_receipt(agenda: None, mail: MailServer) -> None:
    alert()
    browser = signed_in("Bureau")
    assert "En attente" in read(browser)
    assert "Envoyé" not in read(browser)
    mail.refuses["maude@exemple.ca"] = "550 No such user"
    deliver()
    told = read(browser)
    assert "Envoyé" in told
    assert "En échec Le serveur de courriel refuse : 550 No such user." in told


def test_who_has_no_address_is_shown_before_and_after(agenda: None, mail: MailServer) -> None:
    Technician.objects.filter(full_name="Maude Pilote").update(email="")
    browser = signed_in("Bureau")
    assert "Ne peut être averti sans adresse de courriel" in read(browser)
    alert()
    assert "Personne averti sans adresse de courriel" in read(browser)


def test_pending_ones_come_by_day_and_hour_and_are_seen_to_once(agenda: None, mail: MailServer, his: Browser) -> None:
    alert()
    first, second = AppointmentAlert.objects.order_by("start")
    browser = signed_in("Bureau")
    told = read(browser)
    waiting = told.partition("Avis que personne n’a vus")[2].partition("Avis écrits")[0]
    assert waiting.index("Rosalie Tremblay") < waiting.index("Paul Roy")
    assert "C’est noté" in html.unescape(his.post(f"{PAGE}{first.pk}/vue", follow=True).content.decode())
    first.refresh_from_db()
    assert first.acknowledged_by is not None
    assert first.acknowledged_by.first_name == "Simon"
    browser.post(f"{PAGE}{first.pk}/vue")
    first.refresh_from_db()
    assert first.acknowledged_by.first_name == "Simon", "who was first stays written"
    assert his.post(f"{PAGE}{second.pk}/vue").status_code == 404, "it was told to somebody else"
    second.refresh_from_db()
    assert second.acknowledged_at is None
    assert his.post(f"{PAGE}999999/vue").status_code == 404
    assert his.get(f"{PAGE}{second.pk}/vue").status_code == 405


def test_what_is_past_never_hides_what_is_to_come(
    agenda: None, mail: MailServer, simon: Technician, rosalie: Client
) -> None:
    for number in range(60):
        start = montreal("2026-02-01 09:00") + timedelta(hours=number)
        AppointmentAlert.objects.create(
            appointment=booked(f"evt_p{number}", "2026-02-01 09:00", simon, rosalie), technician=simon,
            day=start.date(), start=start, address="simon@exemple.ca", trigger="scheduler", client_name=f"N{number}.",
        )  # fmt: skip
    alert()
    waiting = read(signed_in("Bureau")).partition("Avis que personne n’a vus")[2].partition("Avis écrits")[0]
    assert waiting.strip().startswith("52 sur 62 Rosalie Tremblay")
    assert waiting.index("Paul Roy") < waiting.index("N59.") < waiting.index("N58.")


def test_seven_and_thirty_days_are_counted(agenda: None, mail: MailServer, simon: Technician, rosalie: Client) -> None:
    """They stayed at 0 once: dates with and without a zone were compared."""
    alert()
    for days in (8, 31):
        one, start = booked(f"evt_old{days}", "2026-02-01 09:00", simon, rosalie), montreal("2026-02-01 09:00")
        AppointmentAlert.objects.create(
            appointment=one, technician=simon, day=start.date(), start=start, address="simon@exemple.ca",
            trigger="manual", created_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    told = read(signed_in("Bureau"))
    assert "7 jours 2 30 jours 3 Un an 4 dont 2 à la main" in told
    assert "Simon Arcand 1 2 3 3" in told
    assert "Maude Pilote 1 1 1 1" in told


def test_the_card_of_what_was_booked_long_ago(simon: Technician, rosalie: Client) -> None:
    everything_read()
    booked("evt_1", "2026-03-24 09:00", simon, rosalie, gazelle_created_at=montreal("2025-11-01 09:00"))
    told = read(signed_in("Bureau"))
    assert "dans 14 jours, pris il y a 120 jours ou plus" in told
    assert "129 jours" in told


def test_sending_by_hand_is_asked_of_a_worker(agenda: None, simon: Technician) -> None:
    browser = signed_in("Bureau")
    form = {"jour": "2026-03-11", "technicien": [simon.pk]}
    answer = html.unescape(browser.post(f"{PAGE}envoyer", form, follow=True).content.decode())
    assert "les avis du 11 mars 2026 partent aux techniciens choisis" in answer.replace("\u00a0", " ")
    run = JobRun.objects.get()
    assert run.stats["asked"] == {"day": "2026-03-11", "technicians": [simon.pk], "but": ["MEMO", "PERSONAL"]}
    assert (run.trigger, run.user.first_name if run.user else "") == ("manual", "Odile")
    assert not AppointmentAlert.objects.exists(), "a page never does it itself"
    again = html.unescape(browser.post(f"{PAGE}envoyer", form, follow=True).content.decode())
    assert "Rien n’a été fait" in again


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"jour": "2026-13-01"}, "n’est pas une date"),
        ({"jour": "2026-03-09"}, "Ce jour est passé."),
        ({"jour": "2026-03-11", "technicien": "usr_x"}, "Technicien inconnu"),
    ],
)
def test_a_wrong_form_is_told_and_asks_nothing(agenda: None, form: dict[str, str], why: str) -> None:
    answer = html.unescape(signed_in("Bureau").post(f"{PAGE}envoyer", form, follow=True).content.decode())
    assert "Rien n’a été fait : " in answer.replace("\u00a0", " ")
    assert why in answer
    assert not JobRun.objects.exists()


def test_a_technician_does_not_send(agenda: None, his: Browser) -> None:
    assert his.post(f"{PAGE}envoyer", {"jour": "2026-03-11"}).status_code == 403
    assert not JobRun.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize("role", [""])
def test_who_has_no_role_sees_nothing(agenda: None, role: str) -> None:
    browser = signed_in(role)
    assert browser.get(PAGE).status_code == 403
    assert Browser().get(PAGE).status_code == 302


def test_the_page_costs_the_same_for_one_and_for_many(
    agenda: None, mail: MailServer, simon: Technician, django_assert_max_num_queries: object
) -> None:
    browser = signed_in("Bureau")
    for number in range(30):
        booked(f"evt_m{number}", "2026-03-11 13:00", simon, customer(f"cli_m{number}", f"Client {number}"))
    alert()
    with django_assert_max_num_queries(40):  # type: ignore[operator]  # a fixture of pytest-django
        read(browser)
