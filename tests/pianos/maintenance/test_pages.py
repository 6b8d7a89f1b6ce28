"""The pages of alerts: who sees them, what each button does, and what would have been caught."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from pianos import services
from pianos.errors import NotInThatState
from pianos.jobs import maintenance_scan
from pianos.maintenance.scanning import scan
from pianos.models import AlertAct, MaintenanceAlert, Piano, ProblemPhrase
from syncing.models import Message
from tests.pianos.maintenance.conftest import NOW, Write
from tests.web.people import person

pytestmark = pytest.mark.django_db
LIST = "/alertes/entretien/"


@pytest.fixture
def alert(write: Write) -> MaintenanceAlert:
    write("Accord 442. PLS débranché, prise inaccessible. 20C, 31 %", ago=30)
    scan(now=NOW)
    return MaintenanceAlert.objects.get()


def text(client: Browser, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def test_the_list_shows_the_instrument_the_room_the_exact_words_and_the_age(
    client: Browser, alert: MaintenanceAlert
) -> None:
    client.force_login(person("Technicien"))
    shown = text(client, LIST)
    assert "1 alerte ouverte" in shown
    assert "Steinway & Sons D, Scène, Théâtre du Lac" in shown
    assert "Accord 442. PLS débranché, prise inaccessible." in shown
    assert "Maude Pilote" in shown
    assert "<mark>PLS débranché</mark>" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("?q=steinway", True),
        ("?q=théâtre", True),
        ("?q=débranché", True),
        ("?q=kawai", False),
        ("?institution=theatre", True),
        ("?institution=uqam", False),
        ("?etat=resolues", False),
        ("?etat=nimporte&page=abc", True),
    ],
)
def test_the_list_is_filtered_by_words_place_and_institution(
    client: Browser, alert: MaintenanceAlert, asked: str, is_there: bool
) -> None:
    client.force_login(person("Bureau"))
    assert ("prise inaccessible" in text(client, LIST + asked)) is is_there


def test_a_filter_without_result_offers_to_be_removed(client: Browser, alert: MaintenanceAlert) -> None:
    client.force_login(person("Bureau"))
    assert "Aucune alerte ne répond à ce filtre." in text(client, LIST + "?q=kawai")


@pytest.mark.parametrize("who", ["Bureau", "Technicien"])
def test_the_list_costs_the_same_queries_whatever_its_length(client: Browser, write: Write, who: str) -> None:
    client.force_login(person(who))
    text(client, LIST)  # what a first page keeps for the next ones
    costs = []
    for round_ in range(2):
        for number in range(6):
            Piano.objects.create(id=f"ins_{round_}{number}", client_id="cli_t")
            write("Housse enlevée. PLS débranché", piano=f"ins_{round_}{number}", ago=30)
        scan(now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert "alertes ouvertes" in text(client, LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14


def test_somebody_without_a_role_sees_nothing(client: Browser, alert: MaintenanceAlert) -> None:
    client.force_login(person(""))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{alert.pk}/resoudre").status_code == 403


def test_a_technician_resolves_with_his_words_and_the_office_opens_it_again(
    client: Browser, alert: MaintenanceAlert
) -> None:
    client.force_login(person("Technicien"))
    client.post(f"{LIST}{alert.pk}/resoudre", {"mots": "Rallonge posée"})
    alert.refresh_from_db()
    assert (alert.state, alert.closing) == ("resolues", "Rallonge posée")
    assert "Rallonge posée" in text(client, f"{LIST}{alert.pk}/")
    assert client.post(f"{LIST}{alert.pk}/archiver").status_code == 403
    client.force_login(person("Bureau"))
    client.post(f"{LIST}{alert.pk}/rouvrir")
    alert.refresh_from_db()
    assert alert.state == "ouvertes"
    client.post(f"{LIST}{alert.pk}/archiver")
    alert.refresh_from_db()
    assert alert.state == "archivees"
    assert [one.kind for one in AlertAct.objects.all()] == ["resolved", "reopened", "archived"]


def test_what_people_decided_survives_the_next_scan(alert: MaintenanceAlert, write: Write) -> None:
    services.resolve_alert(alert, by=person("Bureau"), words="Fait")
    write("Housse enlevée")
    scan(now=NOW)
    alert.refresh_from_db()
    assert (alert.state, alert.closing) == ("resolues", "Fait")


def test_resolving_twice_says_that_it_is_already_done(client: Browser, alert: MaintenanceAlert) -> None:
    who = person("Bureau")
    services.resolve_alert(alert, by=who)
    with pytest.raises(NotInThatState, match="déjà résolue"):
        services.resolve_alert(alert, by=who)
    client.force_login(who)
    answer = client.post(f"{LIST}{alert.pk}/resoudre", follow=True)
    assert "déjà résolue" in answer.content.decode()


def test_an_alert_given_to_a_technician_is_told_to_him_once(client: Browser, alert: MaintenanceAlert) -> None:
    client.force_login(person("Bureau"))
    for _ in range(2):
        client.post(f"{LIST}{alert.pk}/confier", {"technicien": "usr_1"})
    alert.refresh_from_db()
    assert alert.assigned_to_id == "usr_1"
    [message] = Message.objects.filter(kind="maintenance_assigned")
    assert message.address == "maude@exemple.ca"
    assert "PLS débranché" in message.body
    answer = client.post(f"{LIST}{alert.pk}/confier", {"technicien": "usr_nobody"}, follow=True)
    assert "n’existe plus" in answer.content.decode()


def test_an_empty_note_is_refused_and_a_note_is_kept(client: Browser, alert: MaintenanceAlert) -> None:
    client.force_login(person("Technicien"))
    assert "La note est vide." in client.post(f"{LIST}{alert.pk}/noter", {"mots": "  "}, follow=True).content.decode()
    client.post(f"{LIST}{alert.pk}/noter", {"mots": "Régisseur avisé"})
    assert "Régisseur avisé" in text(client, f"{LIST}{alert.pk}/")


def test_words_are_tried_on_the_last_year_before_they_are_added(client: Browser, write: Write) -> None:
    write("Besoin d’une rallonge au studio", ago=100)
    write("Besoin d’une rallonge", ago=3, piano="ins_2")
    write("Accord 440")
    client.force_login(person("Bureau"))
    words = {"type": "alimentation", "phrase": "besoin d’une rallonge"}
    tried = client.get(LIST + "mots/", words).content.decode()
    assert "2 notes de plus" in tried.replace("\u00a0", " ")
    assert "<mark>Besoin d’une rallonge</mark>" in tried
    assert not ProblemPhrase.objects.exists()
    client.post(LIST + "mots/ajouter", words)
    assert ProblemPhrase.objects.get().phrase == "besoin d’une rallonge"
    scan(now=NOW)
    assert MaintenanceAlert.objects.count() == 2


@pytest.mark.parametrize("phrase", ["", "à", "le la", "x" * 90])
def test_words_that_would_be_in_every_note_are_refused(client: Browser, house: None, phrase: str) -> None:
    client.force_login(person("Bureau"))
    answer = client.post(LIST + "mots/ajouter", {"type": "alimentation", "phrase": phrase})
    assert answer.status_code == 400
    assert "error-text" in answer.content.decode()


def test_words_are_for_the_office(client: Browser, house: None) -> None:
    client.force_login(person("Technicien"))
    assert client.get(LIST + "mots/").status_code == 403


def test_the_daily_job_says_what_it_read(write: Write) -> None:
    write("PLS débranché", ago=5)
    write("Housse enlevée, remise", ago=5)
    assert maintenance_scan.work().message == "2 notes lues, 1 alerte levée, 0 réglée."
    write("PLS rebranché", ago=1)
    assert maintenance_scan.work().message == "1 note lue, 0 alerte levée, 1 réglée."
