"""Connecting Gazelle from the page, against the stand-in's real OAuth, and everything that may go wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gazelle_site.sandbox.sandbox import Sandbox
from gazelle_site.sandbox.server import Served, serve
from syncing.connection import DatabaseStore
from syncing.fetching.tokens import Tokens
from syncing.models import GazelleConnection

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db
ADDRESSES = {"gazelle": "get", "gazelle-connect": "post", "gazelle-return": "get", "gazelle-check": "post"}


@pytest.fixture
def gazelle(settings: Settings) -> Iterator[Served]:
    with serve(Sandbox("small")) as served:
        settings.GAZELLE_API_URL, settings.GAZELLE_TOKEN_URL = served.graphql_url, served.token_url
        settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET = served.client_id, served.client_secret
        settings.GAZELLE_API_KEY = settings.GAZELLE_ACCESS_TOKEN = settings.GAZELLE_REFRESH_TOKEN = ""
        settings.GAZELLE_REDIRECT_URI, settings.GAZELLE_IS_SANDBOX = "", True
        yield served


def person(name: str, group: str = "", *, active: bool = True) -> User:
    user = User.objects.create_user(name, first_name="Odile", last_name="Fortier", is_active=active)
    if group:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def odile(client: Client) -> Client:
    """A browser signed in as the administration."""
    client.force_login(person("odile", "Administration"))
    return client


def authorize(odile: Client) -> dict[str, str]:
    """Press « Connecter Gazelle » and let Gazelle say yes: the parameters that come back."""
    away = odile.post(reverse("gazelle-connect"))
    back = httpx2.get(away["Location"], trust_env=False)
    assert back.status_code == 302
    assert urlsplit(back.headers["Location"]).path == reverse("gazelle-return")
    return dict(parse_qsl(urlsplit(back.headers["Location"]).query))


def said(response: _MonkeyPatchedWSGIResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def page(odile: Client) -> str:
    return odile.get(reverse("gazelle")).content.decode()


@pytest.mark.usefixtures("gazelle")
@pytest.mark.parametrize(("name", "method"), ADDRESSES.items())
def test_only_the_administration_comes_in(client: Client, name: str, method: str) -> None:
    ask = getattr(client, method)
    assert ask(reverse(name)).status_code == (302 if method == "get" else 401)
    for group in ("", "Technicien", "Bureau"):
        client.force_login(person(f"someone-{group}", group))
        assert ask(reverse(name)).status_code == 403
    client.force_login(User.objects.create_superuser("owner"))
    assert ask(reverse(name)).status_code in (200, 302)


@pytest.mark.usefixtures("gazelle")
@pytest.mark.parametrize(("name", "method"), ADDRESSES.items())
def test_a_page_that_acts_refuses_to_be_merely_visited(odile: Client, name: str, method: str) -> None:
    other = odile.get if method == "post" else odile.post
    assert other(reverse(name)).status_code == 405


@pytest.mark.usefixtures("gazelle")
def test_nothing_is_connected_at_first_and_the_page_says_so(odile: Client) -> None:
    shown = page(odile)
    assert "Gazelle n’est pas connecté." in shown
    assert "Connecter Gazelle" in shown
    assert "Vérifier la connexion" not in shown


@pytest.mark.usefixtures("gazelle")
def test_the_page_says_whether_links_lead_into_gazelle_and_how_to_turn_them_on(
    odile: Client, settings: Settings
) -> None:
    settings.GAZELLE_RECORD_URL = ""
    assert "GAZELLE_RECORD_URL en y remplaçant l’identifiant par {id}" in page(odile)
    settings.GAZELLE_RECORD_URL = "https://crm.exemple.ca/{table}/{id}"
    shown = page(odile)
    assert "https://crm.exemple.ca/{table}/{id}" in shown
    assert "Inactifs" not in shown


def test_connecting_goes_to_gazelle_and_comes_back_with_tokens_and_a_name(gazelle: Served, odile: Client) -> None:
    back = odile.get(reverse("gazelle-return"), authorize(odile))

    assert back["Location"] == reverse("gazelle")
    assert said(back).startswith("Gazelle est connecté et vous reconnaît : ")
    row = GazelleConnection.objects.get()
    assert row.connected_by == User.objects.get(username="odile")
    shown = page(odile)
    assert "Connexion OAuth" in shown
    assert "par Odile Fortier" in shown
    assert "faux Gazelle" in shown


def test_the_authorization_carries_a_state_and_nothing_secret(gazelle: Served, odile: Client) -> None:
    away = odile.post(reverse("gazelle-connect"))["Location"]

    assert away.startswith(gazelle.authorize_url + "?")
    query = parse_qs(urlsplit(away).query)
    assert set(query) == {"client_id", "response_type", "redirect_uri", "state"}
    assert query["redirect_uri"] == ["http://testserver/systeme/gazelle/retour"]
    assert len(query["state"][0]) >= 40


def test_a_registered_return_address_is_used_as_it_is(gazelle: Served, odile: Client, settings: Settings) -> None:
    settings.GAZELLE_REDIRECT_URI = "https://us.test/systeme/gazelle/retour"
    away = odile.post(reverse("gazelle-connect"))["Location"]
    assert parse_qs(urlsplit(away).query)["redirect_uri"] == ["https://us.test/systeme/gazelle/retour"]


@pytest.mark.usefixtures("gazelle")
def test_a_return_serves_once(odile: Client) -> None:
    given = authorize(odile)
    odile.get(reverse("gazelle-return"), given)
    again = odile.get(reverse("gazelle-return"), given)
    assert "ne répond à aucune demande" in said(again)


@pytest.mark.usefixtures("gazelle")
@pytest.mark.parametrize("state", ["", "forged", "é"])
def test_a_forged_return_is_refused_and_uses_the_state_up(odile: Client, state: str) -> None:
    given = authorize(odile)

    forged = odile.get(reverse("gazelle-return"), given | {"state": state})

    assert "ne répond à aucune demande" in said(forged)
    assert not GazelleConnection.objects.exists()
    assert "ne répond à aucune demande" in said(odile.get(reverse("gazelle-return"), given))


@pytest.mark.usefixtures("gazelle")
def test_a_return_nobody_asked_for_is_refused(odile: Client) -> None:
    assert "ne répond à aucune demande" in said(odile.get(reverse("gazelle-return"), {"code": "x", "state": ""}))


@pytest.mark.usefixtures("gazelle")
def test_a_person_who_says_no_to_gazelle_is_told_that_nothing_changed(odile: Client) -> None:
    state = authorize(odile)["state"]

    back = odile.get(reverse("gazelle-return"), {"error": "access_denied<script>", "state": state})

    assert "Gazelle n’a pas donné l’accès (access_denied<script>)" in said(back)
    assert "<script>" not in page(odile)


@pytest.mark.usefixtures("gazelle")
def test_a_code_that_gazelle_refuses_keeps_the_former_tokens(odile: Client) -> None:
    DatabaseStore().save(Tokens("kept", "kept-too"))
    given = authorize(odile)

    back = odile.get(reverse("gazelle-return"), given | {"code": "used already"})

    assert "invalid_grant" in said(back)
    assert DatabaseStore().load() == Tokens("kept", "kept-too")


def test_checking_says_who_gazelle_thinks_we_are_or_why_not(gazelle: Served, odile: Client) -> None:
    odile.get(reverse("gazelle-return"), authorize(odile))
    name = gazelle.sandbox.answer("{ user { fullName } }")["data"]["user"]["fullName"]
    assert said(odile.post(reverse("gazelle-check"))).endswith(f"Gazelle répond et vous reconnaît : {name}.")

    gazelle.sandbox.tokens.expire_access_tokens()
    assert "Gazelle répond" in said(odile.post(reverse("gazelle-check")))  # renewed on the way
    assert GazelleConnection.objects.get().refreshed_at is not None

    gazelle.sandbox.tokens.expire_access_tokens()
    gazelle.sandbox.tokens.revoke_refresh_tokens()
    assert "ne reconnaît plus cette autorisation" in said(odile.post(reverse("gazelle-check")))
    shown = page(odile)
    assert "n’accepte plus cette connexion" in shown
    assert "invalid_grant" in shown
    assert "Reconnecter Gazelle" in shown


def test_the_real_gazelle_is_told_from_the_sandbox(gazelle: Served, odile: Client, settings: Settings) -> None:
    settings.GAZELLE_API_KEY, settings.GAZELLE_IS_SANDBOX = gazelle.api_key, False
    assert "<h1>Gazelle est connecté.</h1>" in page(odile)


def test_a_lost_encryption_key_is_said_without_breaking_the_page(
    gazelle: Served, odile: Client, settings: Settings
) -> None:
    DatabaseStore().save(Tokens("a", "r"))
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "ne se déchiffrent plus" in said(odile.post(reverse("gazelle-check")))
    assert "Reconnecter Gazelle" in page(odile)
    assert "Gazelle est connecté" in said(odile.get(reverse("gazelle-return"), authorize(odile)))


def test_an_api_key_is_shown_by_its_kind_only(gazelle: Served, odile: Client, settings: Settings) -> None:
    settings.GAZELLE_API_KEY = gazelle.api_key
    shown = page(odile)
    assert "Clé d’API" in shown
    assert gazelle.api_key not in shown
    assert "Gazelle répond" in said(odile.post(reverse("gazelle-check")))


def test_no_token_is_ever_shown(gazelle: Served, odile: Client, settings: Settings) -> None:
    settings.GAZELLE_ACCESS_TOKEN, settings.GAZELLE_REFRESH_TOKEN = gazelle.access_token, gazelle.refresh_token
    shown = page(odile)
    odile.post(reverse("gazelle-check"))
    shown += page(odile)
    for secret in (gazelle.access_token, gazelle.refresh_token, gazelle.client_secret):
        assert secret not in shown
    assert "par les réglages de l’installation" in shown


@pytest.mark.usefixtures("gazelle")
def test_without_the_application_s_secret_the_page_says_what_to_add(odile: Client, settings: Settings) -> None:
    settings.GAZELLE_CLIENT_SECRET = ""
    shown = page(odile)
    assert "GAZELLE_CLIENT_SECRET" in shown
    assert "http://testserver/systeme/gazelle/retour" in shown
    assert "GAZELLE_CLIENT_SECRET manque" in said(odile.post(reverse("gazelle-connect")))


def test_the_browser_lets_the_form_leave_for_gazelle_and_nowhere_else(gazelle: Served, odile: Client) -> None:
    policy = odile.get(reverse("gazelle"))["Content-Security-Policy"]
    (form_action,) = (part for part in policy.split("; ") if part.startswith("form-action"))
    assert form_action == f"form-action 'self' {gazelle.base_url}"
