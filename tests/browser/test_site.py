"""What a person does on the first day, in a browser: sign in, see the system page, look into a list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gazelle_site.outage import outage
from syncing.models import Conflict, Drift, Leg, Suspension
from syncing.registry import entities
from tests.web.people import PASSWORD, everything_read, person, reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, site: str, going_to: str = "/") -> None:
    page.goto(f"{site}{going_to}")
    page.get_by_label("Courriel").fill("Administration@exemple.ca")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def keep(page: Page, folder: Path, name: str) -> None:
    """A picture for whoever reads a failure, and the promise that no page scrolls sideways."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_the_first_day(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read(timedelta(minutes=3))
    page.goto(f"{live_server.url}/connexion/")
    keep(page, tmp_path, "connexion")
    sign_in(page, live_server.url, "/systeme/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout va bien.")
    keep(page, tmp_path, "systeme")
    for path in (
        "/",
        "/systeme/gazelle/",
        "/systeme/avis/",
        "/admin/",
        "/admin/syncing/leg/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
    ):
        page.goto(live_server.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        keep(page, tmp_path, path.strip("/").replace("/", "-") or "accueil")


def test_decisions_are_taken_on_a_phone_and_on_a_desk(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    entity = next(entity for entity in entities() if entity.shared)
    model, column = apps.get_model(entity.model), min(entity.shared)
    ids = [f"x_{number:02}" for number in range(25)]
    model._base_manager.bulk_create(model(id=gazelle_id) for gazelle_id in ids)
    model._base_manager.filter(pk="x_00").update(**{column: "Chat timide. Passer par la cour, code au coffret."})
    about = {"entity": entity.name, "gazelle_id": "x_00", "column": column}
    Conflict.objects.create(
        **about, base="Chat", ours="Chat timide. Passer par la cour, code au coffret.", theirs="Chien méchant"
    )
    Drift.objects.create(kind="value", entity=entity.name, path="status", value="HIBERNATING", samples=ids[:5], seen=7)
    Drift.objects.create(kind="missing", entity=entity.name, path="PrivateThing.aRatherLongFieldNameOfGazelles")
    step = {"entity": entity.name, "ids": ids, "scanned": 60}
    Suspension.objects.create(kind="deletion", reason="r", **step)
    Suspension.objects.create(kind="emptying", column=column, reason="r", **step)
    sign_in(page, live_server.url, "/systeme/")
    keep(page, tmp_path, "systeme-a-decider")
    page.get_by_role("link", name="décisions à prendre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("À décider")
    page.get_by_text("Voir 20 des 25 fiches").first.click()
    keep(page, tmp_path, "decisions")
    page.get_by_role("button", name="Prendre celle de Gazelle").click()
    expect(page.get_by_text("La valeur de Gazelle est écrite ici.")).to_be_visible()
    page.get_by_role("button", name="Retirer 25 fiches").click()
    expect(page.get_by_text("25 fiches retirées des listes.")).to_be_visible()
    page.get_by_role("button", name="Ne pas vider").click()
    for _ in range(2):
        page.get_by_role("button", name="Classer").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rien n’attend de décision.")
    keep(page, tmp_path, "decisions-vides")
    assert getattr(model._base_manager.get(pk="x_00"), column) == "Chien méchant"
    assert model._base_manager.filter(deleted_at=None).count() == 0


def test_every_list_opens_and_stays_within_the_screen(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    sign_in(page, live_server.url, "/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Administration")
    links = page.locator("#content-main th a").evaluate_all("found => found.map(link => link.href)")
    assert links
    for link in links:
        page.goto(link)
        keep(page, tmp_path, link.rstrip("/").rsplit("/", 1)[-1])


def test_the_documentation_of_the_api_runs_under_the_policy(live_server: LiveServer, page: Page) -> None:
    person("Administration")
    sign_in(page, live_server.url, "/api/docs")
    expect(page.get_by_text("/api/v6/health").first).to_be_visible()


def test_the_system_page_follows_a_reading_by_itself(live_server: LiveServer, page: Page) -> None:
    person("Administration")
    everything_read()
    first = next(iter(entities()))
    leg = reading(first.name, timedelta(0), sealed_at=None, finished_at=None, page=1, total=None)
    sign_in(page, live_server.url, "/systeme/")
    expect(page.get_by_text("page 1 ·")).to_be_visible()
    Leg.objects.filter(pk=leg.pk).update(page=2)
    expect(page.get_by_text("page 2 ·")).to_be_visible()


def test_a_session_that_ends_leads_back_to_the_sign_in_page(live_server: LiveServer, page: Page) -> None:
    person("Administration")
    reading(next(iter(entities())).name, timedelta(0), sealed_at=None, finished_at=None)
    sign_in(page, live_server.url, "/systeme/")
    page.context.clear_cookies()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    assert outage.since is None


def test_everything_works_without_script(live_server: LiveServer, browser: Browser, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    sign_in(bare, live_server.url, "/systeme/")
    expect(bare.get_by_role("heading", level=1)).to_have_text("Tout va bien.")
    bare.locator("details.me > summary").click()
    bare.get_by_role("button", name="Se déconnecter").click()
    expect(bare.get_by_role("button", name="Se connecter")).to_be_visible()
    context.close()
