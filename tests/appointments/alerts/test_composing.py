"""The mails, read as a person reads them."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from appointments.alerts import composing
from appointments.alerts.checking import Check
from appointments.alerts.days import named, of
from appointments.alerts.sending import visits_of
from appointments.models import Appointment, AppointmentItem
from clients.models import Client, Contact, Technician
from tests.appointments.alerts.conftest import LIVE, SIXTEEN, booked, montreal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_sixteen")]
PAGE = "https://gazelle.exemple.ca/alertes/rv/"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def told(one: Appointment, check: Check = LIVE) -> tuple[str, str]:
    [visit] = visits_of([one], timezone.now())
    found = composing.tomorrow(visit, now=timezone.now(), check=check, page=PAGE)
    return plain(found.subject), plain(found.body)


def test_the_mail_of_one_appointment(simon: Technician, rosalie: Client) -> None:
    one = booked("evt_1", "2026-03-11 14:30", simon, rosalie)
    AppointmentItem.objects.create(id="evi_1", appointment=one, name="Accord")
    AppointmentItem.objects.create(id="evi_2", appointment=one, name="Accord")
    subject, body = told(one)
    assert subject == "Rosalie Tremblay : rendez-vous de demain, 14 h 30, non confirmé"
    assert body == (
        "Bonjour Simon,\n"
        "\n"
        "Le rendez-vous de demain avec Rosalie Tremblay n’est pas confirmé. Joignez le client pour le confirmer.\n"
        "\n"
        "Quand : demain, mercredi 11 mars 2026, 14 h 30\n"
        "Client : Rosalie Tremblay\n"
        "Téléphone : 514 555-0161\n"
        "Lieu : 12, rue Willibrord, Verdun H4G 2V1\n"
        "Prévu : Accord\n"
        "\n"
        "Vos rendez-vous non confirmés : https://gazelle.exemple.ca/alertes/rv/\n"
        "Courriel automatique d’Assistant Gazelle. Personne ne lit les réponses."
    )


def test_a_day_further_on_is_named_by_its_date(simon: Technician, rosalie: Client) -> None:
    subject, body = told(booked("evt_1", "2026-04-01 09:00", simon, rosalie))
    assert subject == "Rosalie Tremblay : rendez-vous du 1er avril 2026, 9 h 00, non confirmé"
    assert "Quand : le 1er avril 2026, 9 h 00\n" in body


def test_today_is_called_today(simon: Technician, rosalie: Client) -> None:
    subject, body = told(booked("evt_1", "2026-03-10 18:00", simon, rosalie))
    assert subject == "Rosalie Tremblay : rendez-vous d’aujourd’hui, 18 h 00, non confirmé"
    assert "Quand : aujourd’hui, mardi 10 mars 2026, 18 h 00\n" in body


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 10), ("aujourd’hui", "d’aujourd’hui")),
        (date(2026, 3, 11), ("demain", "de demain")),
        (date(2026, 3, 5), ("le 5 mars 2026", "du 5 mars 2026")),
    ],
)
def test_the_words_of_a_day(day: date, words: tuple[str, str]) -> None:
    today = date(2026, 3, 10)
    assert (plain(named(day, today)), plain(of(day, today))) == words


def test_the_mail_says_what_was_not_checked_and_how_old_it_is(simon: Technician, rosalie: Client) -> None:
    doubt = Check(is_live=False, why="Gazelle répond 503.", known_at=montreal("2026-03-10 15:57"))
    _, body = told(booked("evt_1", "2026-03-11 14:30", simon, rosalie), doubt)
    line = "Non vérifié dans Gazelle : Gazelle répond 503. Données de 15 h 57. Le client a pu confirmer entre-temps."
    assert f"\n\n{line}\n\n" in body


def test_who_is_met_and_what_is_unknown_are_said(simon: Technician) -> None:
    shop = Client.objects.create(id="cli_1", display_name="Café du Quai")
    Contact.objects.create(id="con_1", client=shop, first_name="Léa", last_name="Roy", is_default=True)
    _, body = told(booked("evt_1", "2026-03-11 14:30", simon, shop))
    assert "Client : Café du Quai\nSur place : Léa Roy\nTéléphone : aucun dans Gazelle\n\n" in body


def test_a_client_without_name_is_called_by_the_title(simon: Technician) -> None:
    nameless = Client.objects.create(id="cli_1", is_placeholder=True)
    subject, _ = told(booked("evt_1", "2026-03-11 14:30", simon, nameless, title="Accord chez Paul"))
    assert subject.startswith("Accord chez Paul : ")
    subject, _ = told(booked("evt_2", "2026-03-11 14:30", simon, nameless))
    assert subject.startswith("Inconnu (cli_1) : ")


def test_a_whole_day_has_no_hour(simon: Technician, rosalie: Client) -> None:
    subject, _ = told(booked("evt_1", "2026-03-11 00:00", simon, rosalie, is_all_day=True))
    assert subject == "Rosalie Tremblay : rendez-vous de demain, toute la journée, non confirmé"


def test_the_week_is_told_day_by_day(simon: Technician, rosalie: Client) -> None:
    rows = [booked(f"evt_{n}", f"2026-03-1{n} 09:0{n}", simon, rosalie) for n in (1, 3)]
    rows.append(booked("evt_4", "2026-03-13 15:00", simon, rosalie))
    found = composing.week(visits_of(rows, timezone.now()), technician=simon, now=timezone.now(), check=LIVE, page=PAGE)
    assert plain(found.subject) == "Semaine à venir : 3 rendez-vous non confirmés"
    assert plain(found.body).startswith(
        "Bonjour Simon,\n"
        "\n"
        "Ces rendez-vous des 7 prochains jours ne sont pas confirmés.\n"
        "\n"
        "Mercredi 11 mars 2026 :\n"
        "9 h 01, Rosalie Tremblay, 514 555-0161, Verdun\n"
        "\n"
        "Vendredi 13 mars 2026 :\n"
        "9 h 03, Rosalie Tremblay, 514 555-0161, Verdun\n"
        "15 h 00, Rosalie Tremblay, 514 555-0161, Verdun\n"
        "\n"
    )


def test_the_long_booked_list_says_when_each_was_taken(simon: Technician, rosalie: Client) -> None:
    with time_machine.travel(montreal("2026-06-01 09:00"), tick=False):
        taken = montreal("2026-02-20 10:00")
        one = booked("evt_1", "2026-06-08 09:00", simon, rosalie, gazelle_created_at=taken)
        now = timezone.now()
        found = composing.long_booked(visits_of([one], now), day=date(2026, 6, 8), now=now, page=PAGE)
    assert plain(found.subject) == "À relancer : 1 rendez-vous du 8 juin 2026, pris depuis longtemps"
    assert (
        "9 h 00, Rosalie Tremblay, 514 555-0161, Verdun\n"
        "Technicien : Simon Arcand\n"
        "Pris le 20 février 2026, il y a 101 jours\n"
    ) in plain(found.body)


def test_the_office_reads_who_could_not_be_told() -> None:
    found = composing.unroutable(
        [("Karim Haddad", "sans adresse de courriel", "Rosalie Tremblay")],
        day=date(2026, 3, 11),
        now=SIXTEEN,
        page=PAGE,
    )
    assert plain(found.subject) == "Personne n’a été averti : rendez-vous de demain non confirmés"
    assert "Rosalie Tremblay : Karim Haddad (sans adresse de courriel)\n" in plain(found.body)


def test_no_mail_holds_an_emoji_or_a_hidden_word(simon: Technician, rosalie: Client) -> None:
    Client.objects.filter(pk=rosalie.pk).update(preference_notes="code 4321", personal_notes="code 4321")
    subject, body = told(booked("evt_1", "2026-03-11 14:30", simon, rosalie, notes="porte 4321"))
    assert "4321" not in body
    assert all(ord(letter) < 0x2600 for letter in subject + body)
