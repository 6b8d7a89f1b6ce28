"""What a person does on the first day, in a browser: sign in, see the system page, look into a list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gazelle_site.outage import outage
from syncing.models import Conflict, Drift, Leg, Likeness, Suspension
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


def test_a_placeholder_is_merged_and_the_merge_undone(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Bureau")
    everything_read()
    orphan = [entity for entity in entities() if entity.belongs_to][-1]
    model, reference = apps.get_model(orphan.model), orphan.belongs_to[0]
    owner: Any = model._meta.get_field(reference).related_model
    entity = next(one for one in entities() if apps.get_model(one.model) is owner)
    owner._base_manager.create(id="x_unknown", is_placeholder=True)
    owner._base_manager.bulk_create(owner(id=f"x_{n}", search_key="helene gagnon") for n in range(2))
    raw = {reference: {"id": "x_unknown"}}
    model._base_manager.bulk_create(
        model(id=f"o_{n}", raw_data=raw | {"id": f"o_{n}"}, **{f"{reference}_id": "x_unknown"}) for n in range(3)
    )
    model._base_manager.create(id="o_lost", raw_data={"id": "o_lost"})
    alike = {"entity": entity.name, "probability": 0.9, "sentence": "Même téléphone et même rue ; le prénom diffère."}
    Likeness.objects.create(left_id="x_unknown", right_id="x_1", is_provisional=True, is_sure=True, **alike)
    Likeness.objects.create(left_id="x_0", right_id="x_1", **alike)
    page.goto(f"{live_server.url}/systeme/")
    page.get_by_label("Courriel").fill("Bureau@exemple.ca")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="fiche provisoire").click()
    keep(page, tmp_path, "provisoires")
    page.get_by_role("link", name="Inconnu (x_unknown)").click()
    keep(page, tmp_path, "provisoire")
    page.get_by_role("link", name="Comparer").click()
    keep(page, tmp_path, "fusion")
    page.get_by_role("button", name="Fusionner, 3 éléments").click()
    expect(page.get_by_text("3 éléments rattachés.")).to_be_visible()
    keep(page, tmp_path, "fusionnee")
    page.get_by_role("button", name="Annuler cette fusion").click()
    expect(page.get_by_text("3 éléments sont revenus")).to_be_visible()
    page.goto(f"{live_server.url}/systeme/orphelins/")
    keep(page, tmp_path, "orphelins")
    page.get_by_role("link", name="Chercher à qui").first.click()
    page.get_by_label("Chercher").fill("Hélène")
    page.get_by_role("button", name="Chercher").click()
    keep(page, tmp_path, "orphelin")
    page.get_by_role("button", name="Rattacher").first.click()
    expect(page.get_by_text("1 fiche rattachée.")).to_be_visible()
    page.goto(f"{live_server.url}/systeme/doublons/")
    keep(page, tmp_path, "doublons")
    page.get_by_role("button", name="Jamais ces deux-là").click()
    expect(page.get_by_text("ne seront plus proposées ensemble")).to_be_visible()


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
