"""What people do with their accounts, in a browser: invited, forgetful, interrupted; and who lets a program in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from clients.models import Technician
from syncing.models import Drift
from syncing.people.models import AccessToken
from tests.browser.test_site import keep, sign_in
from tests.web.people import PASSWORD, all_roles, everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "vingt-deux marteaux neufs"


def test_a_technician_is_invited_and_comes_in(
    live_server: LiveServer, page: Page, browser: Browser, tmp_path: Path
) -> None:
    all_roles()
    person("Administration", first_name="Bruno")
    everything_read()
    Technician.objects.create(id="usr_simon", full_name="Simon Arcand")
    sign_in(page, live_server.url, "/admin/auth/user/add/")
    page.get_by_label("Courriel").fill("simon@exemple.ca")
    page.get_by_label("Prénom").fill("Simon")
    page.get_by_label("Technicien").check()
    page.get_by_label("Dans Gazelle").select_option(label="Simon Arcand")
    keep(page, tmp_path, "inviter")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("L’invitation est partie à simon@exemple.ca.")).to_be_visible()
    keep(page, tmp_path, "comptes")
    link = re.search(r"http\S+", str(mail.outbox[0].body))
    assert link

    context = browser.new_context(viewport=page.viewport_size, locale="fr-CA")
    his = context.new_page()
    his.goto(link[0])
    keep(his, tmp_path, "choisir")
    his.get_by_label("Nouveau mot de passe", exact=True).fill("court")
    his.get_by_label("Confirmation").fill("court")
    his.get_by_role("button", name="Enregistrer le mot de passe").click()
    keep(his, tmp_path, "choisir-refus")
    his.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    his.get_by_label("Confirmation").fill(NEW)
    his.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(his.get_by_text("Votre mot de passe est enregistré.")).to_be_visible()
    keep(his, tmp_path, "choisi")
    his.get_by_label("Courriel").fill("Simon@exemple.ca")
    his.get_by_label("Mot de passe").fill(NEW)
    his.get_by_role("button", name="Se connecter").click()
    expect(his.get_by_role("region", name="Aujourd’hui")).to_be_visible()
    his.goto(link[0])
    expect(his.get_by_role("heading", level=1)).to_have_text("Ce lien ne vaut plus.")
    keep(his, tmp_path, "lien-echu")

    simon = User.objects.get(username="simon@exemple.ca")
    page.goto(f"{live_server.url}/admin/auth/user/{simon.pk}/change/")
    keep(page, tmp_path, "compte-de-simon")
    page.get_by_role("button", name="Fermer l’accès").click()
    expect(page.get_by_text("L’accès est fermé")).to_be_visible()
    his.goto(live_server.url)
    expect(his.get_by_role("button", name="Se connecter")).to_be_visible()
    page.goto(f"{live_server.url}/admin/syncing/changerecord/")
    expect(page.get_by_text("«\u00a0ouvert\u00a0» → «\u00a0fermé\u00a0»")).to_be_visible()
    keep(page, tmp_path, "journal")
    context.close()


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    """The browser itself complains in its console of the answer 401: that is what it is."""
    person("Administration")
    drift = Drift.objects.create(kind="value", entity="users", path="status", value="HIBERNATING")
    for width in (360, 1280):
        Drift.objects.update(settled_at=None)
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-CA")
        page, complaints = context.new_page(), list[str]()

        def listen(message: ConsoleMessage, complaints: list[str] = complaints) -> None:
            if message.type in ("error", "warning") and "401" not in message.text:
                complaints.append(message.text)

        page.on("console", listen)
        sign_in(page, live_server.url, "/systeme/decisions/")
        context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Classer").click()
        expect(page.get_by_text("votre texte vous attend")).to_be_visible()
        keep(page, tmp_path, f"session-expiree-{width}")
        page.get_by_label("Courriel").fill("Administration@exemple.ca")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande vous attend.")
        keep(page, tmp_path, f"reprise-{width}")
        drift.refresh_from_db()
        assert drift.settled_at is None
        page.get_by_role("button", name="Envoyer maintenant").click()
        expect(page.get_by_text("est classé")).to_be_visible()
        assert complaints == []
        context.close()


def test_a_long_text_comes_back_in_the_browser_as_it_was_typed(live_server: LiveServer, browser: Browser) -> None:
    account = person("Administration")
    odile = person("Bureau")
    context = browser.new_context(locale="fr-CA")
    page = context.new_page()
    sign_in(page, live_server.url, f"/admin/auth/user/{odile.pk}/change/")
    page.get_by_label("Prénom").fill("Odette & « Ève »")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_label("Courriel").fill(account.username)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("listitem").filter(has_text="Odette & « Ève »")).to_be_visible()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("avec succès")).to_be_visible()
    odile.refresh_from_db()
    assert odile.first_name == "Odette & « Ève »"
    context.close()


def test_ones_own_account(live_server: LiveServer, page: Page, browser: Browser, tmp_path: Path) -> None:
    person("Administration")
    everything_read()
    elsewhere = browser.new_context(locale="fr-CA", user_agent="Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1")
    phone = elsewhere.new_page()
    sign_in(phone, live_server.url)
    sign_in(page, live_server.url)
    page.locator("details.me > summary").click()
    page.get_by_role("link", name="Mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    keep(page, tmp_path, "mon-compte")
    page.get_by_role("button", name="Fermer la session Safari, iPhone").click()
    expect(page.get_by_text("La session est fermée.")).to_be_visible()
    phone.goto(live_server.url)
    expect(phone.get_by_role("button", name="Se connecter")).to_be_visible()
    page.get_by_label("Ancien mot de passe").fill("non")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    page.get_by_label("Confirmation").fill(NEW)
    page.get_by_role("button", name="Changer le mot de passe").click()
    keep(page, tmp_path, "mon-compte-refus")
    elsewhere.close()


def test_the_door_and_a_forgotten_password(live_server: LiveServer, browser: Browser, tmp_path: Path) -> None:
    """The browser complains of the answer 429 too."""
    person("Bureau")
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-CA")
        page = context.new_page()
        page.goto(f"{live_server.url}/connexion/")
        page.get_by_role("link", name="Mot de passe oublié").click()
        keep(page, tmp_path, f"oubli-{width}")
        page.get_by_label("Courriel").fill("personne@exemple.ca")
        page.get_by_role("button", name="Envoyer le lien").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos courriels")
        keep(page, tmp_path, f"oubli-envoye-{width}")
        page.get_by_role("link", name="Revenir à la connexion").click()
        for _ in range(5):
            page.get_by_label("Courriel").fill(f"bureau-{width}@exemple.ca")
            page.get_by_label("Mot de passe").fill("non")
            page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_text("Trop d’essais. Réessayez à")).to_be_visible()
        keep(page, tmp_path, f"pause-{width}")
        context.close()


def test_a_program_is_let_in_and_out(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    person("Administration", first_name="Bruno")
    everything_read()
    sign_in(page, live_server.url, "/admin/syncing/accesstoken/add/")
    page.get_by_label("Programme").fill("Tableau de bord")
    page.get_by_label("Au nom de").select_option(label="Bruno")
    page.get_by_label("Lire les mesures du serveur").check()
    keep(page, tmp_path, "jeton-nouveau")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    secret = page.locator("pre.secret").inner_text()
    keep(page, tmp_path, "jeton-cree")
    ask = {"Authorization": f"Bearer {secret}"}
    assert page.request.get(f"{live_server.url}/api/v6/me", headers=ask).json()["scopes"] == ["metrics"]
    page.goto(f"{live_server.url}/admin/syncing/accesstoken/{AccessToken.objects.get().pk}/change/")
    keep(page, tmp_path, "jeton")
    page.get_by_role("button", name="Révoquer ce jeton").click()
    expect(page.get_by_text("Le jeton est révoqué")).to_be_visible()
    page.goto(f"{live_server.url}/admin/syncing/accesstoken/")
    keep(page, tmp_path, "jetons")
    assert page.request.get(f"{live_server.url}/api/v6/me", headers=ask).status == 401
