"""Who sees which page, and what every page keeps to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.formats import localize

from syncing.french import COMPANY_ZONE
from syncing.models import StagedRecord
from syncing.registry import entities
from tests.web.people import PASSWORD, ROLES, everything_read, failed, person, reading

pytestmark = pytest.mark.django_db
OFFICE = ("Administration", "Bureau")


def simple_routes(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address of the site that takes no argument."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if "<" in route or "(?P" in route or "(" in route:
            continue
        if isinstance(pattern, URLResolver):
            yield from simple_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


# -- who may enter -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["home", "systeme", "gazelle", "admin:index"])
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client: Client, page: str) -> None:
    answer = client.get(reverse(page), follow=True)
    assert answer.redirect_chain[-1][0].startswith("/connexion/?next=")
    assert "Connexion" in answer.content.decode()


@pytest.mark.parametrize("page", ["home", "systeme", "gazelle", "admin:index"])
def test_a_person_without_a_role_is_told_so_everywhere(client: Client, page: str) -> None:
    client.force_login(person())
    answer = client.get(reverse(page), follow=True)
    assert answer.status_code == 403
    assert "Votre compte n’a pas encore de rôle." in answer.content.decode()
    assert "Se déconnecter" in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("start", ["/", "/systeme/", "/admin/"])
def test_no_link_leads_to_a_page_one_may_not_see(client: Client, role: str, start: str) -> None:
    client.force_login(person(role))
    everything_read()
    answer = client.get(start, follow=True)
    if answer.status_code == 403:
        return
    for link in set(re.findall(r'<a [^>]*href="(/[^"#]*)"', answer.content.decode())):
        assert client.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_home(client: Client, role: str) -> None:
    client.force_login(person(role))
    page = client.get("/").content.decode()
    assert "Aujourd’hui" in page
    assert ("/systeme/" in page) == (role in OFFICE)
    assert ("/admin/" in page) == (role in OFFICE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["systeme", "admin:index", "admin:syncing_leg_changelist", "api:openapi-view"])
def test_the_office_pages_are_for_the_office(client: Client, role: str, page: str) -> None:
    client.force_login(person(role))
    answer = client.get(reverse(page), follow=True)
    assert answer.status_code == (200 if role in OFFICE else 403)
    if role not in OFFICE:
        assert "Cette page ne fait pas partie de votre accès." in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", ["user", "group"])
def test_accounts_are_for_the_administration(client: Client, role: str, model: str) -> None:
    client.force_login(person(role))
    answer = client.get(reverse(f"admin:auth_{model}_changelist"), follow=True)
    assert answer.status_code == (200 if role == "Administration" else 403)


def test_an_inactive_account_is_nobody(client: Client) -> None:
    account = person("Bureau")
    client.force_login(account)
    User.objects.update(is_active=False)
    assert client.get("/systeme/", follow=True).redirect_chain[-1][0].startswith("/connexion/")


# -- signing in and out ------------------------------------------------------------------------------------------------


def test_a_wrong_password_keeps_what_was_typed_and_says_little(client: Client) -> None:
    person("Bureau")
    page = client.post("/connexion/", {"username": "Bureau@exemple.ca", "password": "non"}).content.decode()
    assert "Adresse ou mot de passe inexact." in page
    assert 'value="Bureau@exemple.ca"' in page
    assert "essai" not in page


def test_signing_in_leads_where_one_was_going_and_out_needs_a_post(client: Client) -> None:
    person("Bureau")
    told = {"username": "Bureau@exemple.ca", "password": PASSWORD, "next": "/systeme/"}
    assert client.post("/connexion/", told)["Location"] == "/systeme/"
    assert client.get("/deconnexion/").status_code == 405
    assert client.post("/deconnexion/")["Location"] == "/connexion/"


def test_signing_in_never_leads_outside(client: Client) -> None:
    person("Bureau")
    told = {"username": "Bureau@exemple.ca", "password": PASSWORD, "next": "https://ailleurs.example/"}
    assert client.post("/connexion/", told)["Location"] == "/"


def test_a_fragment_without_session_reloads_the_page(client: Client) -> None:
    answer = client.get("/systeme/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


# -- what every page keeps to ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", sorted(set(simple_routes())))
def test_every_page_obeys_the_policy(client: Client, route: str) -> None:
    client.force_login(person("Administration"))
    everything_read()
    answer = client.get(route, follow=True)
    assert answer.status_code < 500, route
    if "text/html" not in answer.get("Content-Type", ""):
        return
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "src=" in script or "application/json" in script


def test_the_sandbox_is_named_on_every_page(client: Client, settings: Any) -> None:
    settings.GAZELLE_IS_SANDBOX = True
    account = person("Bureau")
    said = "Données inventées\u00a0: ce site lit un faux Gazelle, pas le vôtre."
    assert said in client.get("/connexion/").content.decode()
    client.force_login(account)
    for page in ("/", "/systeme/", "/admin/", "/admin/syncing/leg/", "/nulle-part/"):
        assert said in client.get(page).content.decode(), page
    settings.GAZELLE_IS_SANDBOX = False
    assert said not in client.get("/systeme/").content.decode()


def test_an_hour_is_written_on_a_clock_of_24() -> None:
    told = localize(datetime(2026, 11, 20, 16, 5, tzinfo=COMPANY_ZONE))
    assert told == "20 novembre 2026, 16\u00a0h\u00a005"


def test_an_unknown_address_is_told_in_the_same_look(client: Client) -> None:
    client.force_login(person("Bureau"))
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette adresse ne mène nulle part." in answer.content.decode()


def test_a_forged_form_is_refused_in_the_same_look() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/connexion/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré." in answer.content.decode()


# -- the system page ---------------------------------------------------------------------------------------------------


def test_an_empty_installation_says_what_to_do_first(client: Client) -> None:
    client.force_login(person("Bureau"))
    page = client.get("/systeme/").content.decode()
    assert "Rien n’a encore été lu de Gazelle." in page
    assert '<code class="cmd">python manage.py sync</code>' in page
    assert "Aucune donnée lue" in page


def test_all_is_well_names_every_entity(client: Client) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    page = client.get("/systeme/").content.decode()
    assert "Tout va bien." in page
    for entity in entities():
        assert entity.label in page
    assert page.count("À jour") == len(list(entities()))


def test_a_failure_says_since_when_and_what_to_do(client: Client) -> None:
    client.force_login(person("Bureau"))
    everything_read(timedelta(minutes=10))
    first = next(iter(entities()))
    failed(first.name)
    page = client.get("/systeme/").content.decode()
    assert f"{first.label}\u00a0: plus de mise à jour depuis" in page
    assert "Gazelle répond 502." in page
    assert "is-fault" in page
    assert f"python manage.py sync {first.name}" in page


@pytest.mark.parametrize("role", OFFICE)
def test_only_the_administration_is_offered_to_reconnect(client: Client, settings: Any, role: str) -> None:
    settings.GAZELLE_API_KEY = ""  # a key wins over a connection: it would be what must be mended
    client.force_login(person(role))
    failed(next(iter(entities())).name, code="token_refused")
    page = client.get("/systeme/").content.decode()
    assert ("Reconnecter Gazelle" in page) == (role == "Administration")


def test_a_running_reading_is_shown_live(client: Client) -> None:
    client.force_login(person("Bureau"))
    entity = next(entity for entity in entities() if entity.root)
    total = entity.page_size * 41
    reading(entity.name, sealed_at=None, finished_at=None, page=12, total=total, fetched=1200)
    page = client.get("/systeme/", headers={"HX-Request": "true"}).content.decode()
    assert "page 12 de 41" in page
    assert "every 3s" in page
    assert "<html" not in page


def test_every_decision_leads_to_a_filtered_list(client: Client) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    first = next(iter(entities()))
    for state in ("rejected", "failed"):
        StagedRecord.objects.create(
            entity=first.name, gazelle_id=state, digest="x", raw=b"{}", state=state, fetched_at="2026-01-01T00:00Z"
        )
    page = client.get("/systeme/").content.decode()
    links = re.findall(r'id="(?:prochain|[dv]-\d+)" href="([^"]+)"', page)
    assert len(links) == 2
    for link in links:
        listed = client.get(link.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert listed.context["total"] == 2
        assert first.label in listed.content.decode()


@pytest.mark.parametrize("page", ["/", "/systeme/"])
def test_pages_ask_a_constant_number_of_questions(client: Client, page: str) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(page)
    most = 20 if connection.vendor == "postgresql" else 19  # PostgreSQL is asked what it is busy with
    assert len(asked) <= most, [query["sql"][:90] for query in asked]
