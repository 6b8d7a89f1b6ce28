"""`manage.py alerts`, as an operator runs it."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from appointments.alerts.models import AppointmentAlert
from clients.models import Client, Technician
from syncing.models import Message
from syncing.scheduling.models import JobRun
from tests.appointments.alerts.conftest import booked, customer, montreal, technician
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_sixteen")]


@pytest.fixture
def agenda() -> Client:
    everything_read()
    simon, rosalie = technician(), customer()
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 11:00", technician("Maude Pilote", email=""), rosalie)
    booked("evt_3", "2026-03-11 12:00", simon, rosalie, confirmed_by_client=True)
    booked("evt_4", "2026-03-15 09:00", simon, rosalie)
    return rosalie


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("alerts", *arguments, stdout=out, stderr=out)
    return out.getvalue().replace("\u00a0", " ")


def test_a_check_lists_and_writes_nothing(agenda: Client) -> None:
    assert run("check") == (
        "9 h 00  Rosalie Tremblay, 514 555-0161, Simon Arcand\n"
        "11 h 00  Rosalie Tremblay, 514 555-0161, Maude Pilote\n"
        "11 mars 2026 : 2 rendez-vous non confirmés ; laissés de côté : 1 confirmé.\n"
    )
    assert run("check", "--technician", "simon arcand").count("\n") == 2
    assert run("check", "--date", "2026-03-15").startswith("9 h 00")
    assert "15 mars 2026, 9 h 00" in run("check", "--week")
    assert not Message.objects.exists()
    assert not JobRun.objects.exists()


def test_a_dry_run_says_who_would_be_written_to(agenda: Client) -> None:
    told = run("send", "--dry-run")
    assert "simon@exemple.ca : Rosalie Tremblay : rendez-vous de demain, 9 h 00, non confirmé\n" in told
    assert "personne : Maude Pilote, sans adresse de courriel : " in told
    assert run("send", "--dry-run", "--date", "2026-03-20") == "Aucun avis ne partirait.\n"
    assert not Message.objects.exists()
    assert not AppointmentAlert.objects.exists()


def test_sending_is_a_run_of_the_job_and_happens_once(agenda: Client) -> None:
    told = run("send", "--technician", "usr_simon")
    assert told.startswith("1 courriel en partance pour le 11 mars 2026 ; laissés de côté : 1 confirmé.")
    assert "Non vérifié dans Gazelle" in told
    assert JobRun.objects.get().stats["queued"] == 1
    assert run("send", "--technician", "usr_simon").startswith(
        "0 courriel en partance pour le 11 mars 2026, 1 déjà écrit"
    )
    assert Message.objects.filter(kind="unconfirmed").count() == 1


def test_the_lists_of_the_morning_are_looked_at_and_sent(agenda: Client) -> None:
    person("Bureau")
    simon = Technician.objects.get(pk="usr_simon")
    booked("evt_5", "2026-03-17 09:00", simon, agenda, gazelle_created_at=montreal("2025-10-01 09:00"))
    assert "Rosalie Tremblay, pris il y a 160 jours\n" in run("check", "--long-booked")
    assert run("send", "--long-booked", "--dry-run").endswith("1 rendez-vous à relancer.\n")
    assert not Message.objects.exists()
    assert run("send", "--long-booked") == "1 rendez-vous à relancer, 1 courriel en partance.\n"
    assert "d’ici 7 jours, 0 courriel en partance." in run("send", "--week")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check", "--date", "31 février"], "« 31 février » n’est pas une date. Écrivez-le comme 2026-03-11."),
        (["send", "--date", "2026-03-09"], "Ce jour est passé."),
        (["send", "--date", "2026-03-09", "--dry-run"], "Ce jour est passé."),
        (["check", "--technician", "Personne"], "Technicien inconnu"),
        (["send", "--week", "--date", "2026-03-12"], "vont seuls"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(agenda: Client, arguments: list[str], expected: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert expected in str(refused.value).replace("\u00a0", " ")
    assert refused.value.returncode == 2
    assert not JobRun.objects.exists()
