"""« Mes avis », and what the administration does of a message in doubt."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from syncing.models import Message, MessageState
from syncing.notifying.audience import audience, choices, choose, offered
from syncing.notifying.kinds import kinds
from tests.web.people import ROLES, person

pytestmark = pytest.mark.django_db
HOOK = "https://hooks.example/services/T0/B0/s3cr3t"


def message(state: MessageState = MessageState.UNCERTAIN, **told: object) -> Message:
    usual: dict[str, object] = {
        "kind": "sync_failure", "cause": "gazelle", "channel": "mail", "address": "odile@exemple.ca", "number": 1,
        "subject": "En panne\u00a0: Gazelle ne répond pas.", "body": "…", "state": state, "last_error": "Sans réponse.",
    }  # fmt: skip
    return Message.objects.create(**(usual | told))


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_the_page_and_sees_only_what_it_may_receive(client: Client, role: str) -> None:
    client.force_login(person(role))
    shown = page(client, "avis")
    assert ("Panne de la synchronisation" in shown) is (role == "Administration")
    assert ("Dans le salon Slack" in shown) is (role == "Administration")
    assert f"Ils partent à {role}@exemple.ca" in shown


def test_who_has_no_role_or_no_session_does_not(client: Client) -> None:
    assert client.get("/systeme/avis/")["Location"].startswith("/connexion/")
    client.force_login(person())
    assert client.get("/systeme/avis/").status_code == 403


def test_a_person_chooses_and_the_choice_is_kept(client: Client, settings: Settings) -> None:
    settings.OWNER_EMAIL = ""
    admin = person("Administration")
    client.force_login(admin)
    assert page(client, "avis").count(" checked") == sum(kind.by_default for kind in offered(admin))
    assert client.post("/systeme/avis/", {"kind": ["sync_watch"]})["Location"] == "/systeme/avis/"
    assert audience("sync_failure") == []
    shown = page(client, "avis")
    assert "Vos choix sont enregistrés." in shown
    assert shown.count(" checked") == 1


def test_nobody_chooses_for_a_role_they_do_not_have(client: Client) -> None:
    technician = person("Technicien")
    client.force_login(technician)
    client.post("/systeme/avis/", {"kind": ["sync_failure", "gong"]})
    assert choices(technician) == {kind.name: False for kind in offered(technician)}
    assert "sync_failure" not in choices(technician)


def test_the_room_is_chosen_by_the_administration_alone(client: Client, settings: Settings) -> None:
    settings.SLACK_WEBHOOK_URL = HOOK
    for role in ("Bureau", "Technicien"):
        client.force_login(person(role))
        assert client.post("/systeme/avis/salon", {"kind": []}).status_code == 403
    assert choices(None) == {}
    client.force_login(person("Administration"))
    client.post("/systeme/avis/salon", {"kind": ["sync_watch"]})
    assert choices(None) == {kind.name: kind.name == "sync_watch" for kind in kinds()}
    assert "s3cr3t" not in page(client, "avis")


def test_without_a_room_the_page_says_how_to_have_one(client: Client, settings: Settings) -> None:
    settings.SLACK_WEBHOOK_URL = ""
    client.force_login(person("Administration"))
    assert "Aucun salon n’est réglé." in page(client, "avis")


def test_a_person_sees_their_own_messages_and_no_others(client: Client) -> None:
    mine, other = person("Administration"), person("Bureau")
    message(MessageState.SENT, user=mine, subject="Pour moi", receipt="250 queued as X1")
    message(MessageState.SENT, user=other, subject="Pour une autre", number=2)
    client.force_login(mine)
    shown = page(client, "avis")
    assert "Pour moi" in shown
    assert "250 queued as X1" in shown
    assert "Pour une autre" not in shown


def test_a_doubt_is_sent_again_after_its_consequence_was_read(client: Client) -> None:
    client.force_login(person("Administration"))
    doubt = message()
    shown = page(client, "avis-repondre", doubt.pk)
    assert "la personne pourrait le recevoir deux fois" in shown
    assert "Renvoyer 1 avis" in shown
    client.post(reverse("avis-renvoyer", args=[doubt.pk]))
    assert set(Message.objects.values_list("number", "state")) == {(1, "uncertain"), (2, "pending")}
    shown = page(client, "avis-repondre", doubt.pk)
    assert "repartira dans la minute" in shown
    assert "Renvoyer 1 avis" not in shown


def test_two_clicks_send_once(client: Client) -> None:
    client.force_login(person("Administration"))
    doubt = message()
    for _ in range(2):
        client.post(reverse("avis-renvoyer", args=[doubt.pk]))
    assert Message.objects.count() == 2
    assert "n’attend pas de réponse" in page(client, "avis-repondre", doubt.pk)


def test_a_failure_is_settled_without_sending(client: Client) -> None:
    admin = person("Administration")
    client.force_login(admin)
    failure = message(MessageState.FAILED)
    assert "il échouera de nouveau" in page(client, "avis-repondre", failure.pk)
    client.post(reverse("avis-classer", args=[failure.pk]))
    failure.refresh_from_db()
    assert (Message.objects.count(), failure.settled_by) == (1, admin)


@pytest.mark.parametrize("role", ["Bureau", "Technicien"])
def test_others_neither_answer_nor_are_shown_the_way(client: Client, role: str) -> None:
    client.force_login(person(role))
    doubt = message()
    for name in ("avis-renvoyer", "avis-classer"):
        assert client.post(reverse(name, args=[doubt.pk])).status_code == 403
    assert client.get(reverse("avis-repondre", args=[doubt.pk])).status_code == 403
    if role == "Bureau":
        assert "Renvoyer ou classer" not in page(client, "admin:syncing_message_change", doubt.pk)
    assert Message.objects.count() == 1


def test_the_answers_are_posts(client: Client) -> None:
    client.force_login(person("Administration"))
    assert client.get(reverse("avis-renvoyer", args=[message().pk])).status_code == 405


def test_the_system_page_leads_to_what_is_in_doubt(client: Client) -> None:
    client.force_login(person("Administration"))
    message()
    shown = client.get("/systeme/").content.decode()
    assert "1 avis est incertain" in shown
    link = "/admin/syncing/message/?etat=uncertain&amp;classe=non"
    assert link in shown
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert "En panne\u00a0: Gazelle ne répond pas." in listed


def test_production_without_a_mail_server_says_so(client: Client, settings: Settings) -> None:
    settings.SCHEDULER_ENV = "production"
    client.force_login(person("Administration"))
    assert "Aucun serveur de courriel n’est réglé" in client.get("/systeme/").content.decode()


def test_a_choice_survives_a_kind_that_is_no_longer_declared(client: Client) -> None:
    admin = person("Administration")
    choose(admin, {"sync_watch": False})
    admin.preference_set.update(kind="gone")
    client.force_login(admin)
    assert "gone" in page(client, "admin:syncing_preference_changelist")
    page(client, "avis")
