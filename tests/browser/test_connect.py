"""The round trip of OAuth in a real browser: the content policy lets the form leave for Gazelle and come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gazelle_site.sandbox.sandbox import Sandbox
from gazelle_site.sandbox.server import Served, serve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gazelle(settings: Settings) -> Iterator[Served]:
    with serve(Sandbox("small")) as served:
        settings.GAZELLE_API_URL, settings.GAZELLE_TOKEN_URL = served.graphql_url, served.token_url
        settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET = served.client_id, served.client_secret
        settings.GAZELLE_API_KEY = settings.GAZELLE_ACCESS_TOKEN = settings.GAZELLE_REFRESH_TOKEN = ""
        settings.GAZELLE_REDIRECT_URI, settings.GAZELLE_IS_SANDBOX = "", True
        yield served


@pytest.mark.usefixtures("gazelle")
def test_one_press_connects_gazelle(page: Page, live_server: LiveServer, client: Client) -> None:
    odile = User.objects.create_user("odile")
    odile.groups.add(Group.objects.get_or_create(name="Administration")[0])
    client.force_login(odile)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    page.goto(f"{live_server.url}/systeme/gazelle/")
    page.get_by_role("button", name="Connecter Gazelle").click()

    page.get_by_text("Gazelle est connecté et vous reconnaît").wait_for()
    assert page.url == f"{live_server.url}/systeme/gazelle/"
