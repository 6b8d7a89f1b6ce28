"""What a person does on the first day, in a browser: sign in, see the system page, look into a list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gazelle_site.outage import outage
from syncing.models import Leg
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
        "/admin/",
        "/admin/syncing/leg/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
    ):
        page.goto(live_server.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        keep(page, tmp_path, path.strip("/").replace("/", "-") or "accueil")


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
