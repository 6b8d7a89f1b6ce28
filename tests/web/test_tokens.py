"""Tokens of programs: shown once, judged in one sentence, acting as their owner and never beyond."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.testing import TestClient

from gazelle_site.api import token_refused
from syncing.access import viewer_of
from syncing.bearer import METRICS, SCHEDULER, Bearer, Scope
from syncing.people import tokens
from syncing.people.models import AccessToken, ChangeRecord
from syncing.people.tokens import TokenRefused
from tests.web.people import person

pytestmark = pytest.mark.django_db
ME = "/api/v6/me"


@pytest.fixture
def chief() -> User:
    return person("Administration", first_name="Bruno")


@pytest.fixture
def admin(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


def make(owner: User, *scopes: Scope, **more: Any) -> tuple[AccessToken, str]:
    told: dict[str, Any] = {"name": "tableau", "expires_at": None, "by": owner} | more
    return tokens.create(owner=owner, scopes=[scope.name for scope in scopes], **told)


def ask(secret: str, path: str = ME) -> Any:
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["code"]


def test_a_token_is_shown_once_and_never_again(admin: Client, chief: User) -> None:
    told = {"name": "Tableau de bord", "owner": chief.pk, "scopes": ["metrics"], "lasts": "90", "_save": "1"}
    page = admin.post(reverse("admin:syncing_accesstoken_add"), told)
    token = AccessToken.objects.get()
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(token.beginning)
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    for later in (
        reverse("admin:syncing_accesstoken_changelist"),
        reverse("admin:syncing_accesstoken_change", args=[token.pk]),
        reverse("admin:syncing_changerecord_changelist"),
    ):
        shown = admin.get(later).content.decode()
        assert secret not in shown
        assert token.digest not in shown
    assert ask(secret).json() == {
        "name": "Tableau de bord",
        "owner": "Bruno",
        "scopes": ["metrics"],
        "expires_at": token.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    assert ChangeRecord.objects.get().change_message == "Créé pour Bruno\u00a0: metrics."


def test_a_token_without_a_scope_is_not_made(admin: Client, chief: User) -> None:
    page = admin.post(reverse("admin:syncing_accesstoken_add"), {"name": "x", "owner": chief.pk, "lasts": ""})
    assert "Ce champ est obligatoire." in page.content.decode()
    assert not AccessToken.objects.exists()


def test_no_token_is_made_in_the_name_of_an_owner_or_of_nobody(admin: Client) -> None:
    owner = User.objects.create_superuser("owner@exemple.ca")
    for account in (owner, person()):
        told = {"name": "x", "owner": account.pk, "scopes": ["metrics"], "lasts": "90"}
        admin.post(reverse("admin:syncing_accesstoken_add"), told)
    assert not AccessToken.objects.exists()


def test_each_refusal_has_its_code_and_its_sentence(chief: User) -> None:
    assert code(Client().get(ME)) == (401, "unauthenticated")
    assert code(Client().get(ME, headers={"Authorization": "Basic eDp5"})) == (401, "unauthenticated")
    refused = ask("ag_inconnu")
    assert code(refused) == (401, "unknown_token")
    assert refused.json()["message"] == "Ce jeton n’existe pas."
    assert refused["WWW-Authenticate"] == "Bearer"
    token, secret = make(chief)
    assert ask(secret).status_code == 200
    tokens.revoke(token, by=chief)
    assert code(ask(secret)) == (401, "revoked_token")
    _, short = make(chief, expires_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert code(ask(short)) == (401, "expired_token")
    _, nobody = make(person())
    assert code(ask(nobody)) == (403, "no_role")


def test_a_session_opens_no_door_of_programs(admin: Client) -> None:
    assert code(admin.get(ME)) == (401, "unauthenticated")


@pytest.fixture
def door() -> TestClient:
    """A door that asks for a scope, as a router of the house has it."""
    api = NinjaAPI(urls_namespace="door")
    api.exception_handler(TokenRefused)(token_refused)
    seen: list[int | None] = []

    @api.get("/run", auth=Bearer(SCHEDULER))
    def run(request: HttpRequest) -> list[int | None]:
        seen.append(viewer_of(request.user).user_id)
        return seen

    return TestClient(api)


def test_a_wrong_scope_is_told_and_nothing_is_done(door: TestClient, chief: User) -> None:
    token, secret = make(chief, METRICS)
    refused = door.get("/run", headers={"Authorization": f"Bearer {secret}"})
    assert refused.status_code == 403
    assert refused.json() == {
        "code": "wrong_scope",
        "message": "Ce jeton n’a pas la portée «\u00a0scheduler\u00a0».",
    }
    token.refresh_from_db()
    assert token.last_used_at is None
    _, right = make(chief, METRICS, SCHEDULER)
    assert door.get("/run", headers={"Authorization": f"Bearer {right}"}).json() == [chief.pk]


def test_a_program_is_its_owner_for_the_rights_layer(door: TestClient) -> None:
    technician = person("Technicien")
    _, secret = make(technician, SCHEDULER)
    assert door.get("/run", headers={"Authorization": f"Bearer {secret}"}).json() == [technician.pk]


def test_the_last_use_is_written_at_most_once_a_minute(chief: User) -> None:
    token, secret = make(chief)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(secret)
        token.refresh_from_db()
        first = token.last_used_at
        clock.shift(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as asked:
            ask(secret)
        assert not [query for query in asked if query["sql"].startswith("UPDATE")]
        clock.shift(timedelta(seconds=2))
        ask(secret)
        token.refresh_from_db()
        assert first is not None
        assert token.last_used_at == first + timedelta(seconds=61)


def test_a_token_is_revoked_from_its_page_once(admin: Client, chief: User) -> None:
    token, _ = make(chief)
    gesture = reverse("admin:syncing_accesstoken_gesture", args=[token.pk, "revoquer"])
    assert "Le jeton est révoqué" in admin.post(gesture, follow=True).content.decode()
    assert "Rien n’a été fait" in admin.post(gesture, follow=True).content.decode()
    assert not tokens.revoke(token, by=chief)
    assert AccessToken.objects.in_force().count() == 0


def test_two_scopes_never_share_a_name() -> None:
    with pytest.raises(ValueError, match="two scopes"):
        Scope("metrics", "Autre chose")
    assert {METRICS, SCHEDULER} <= set(tokens.scopes())
