"""The conversation in a browser: phone and desk, with script and without, when a session or the network ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from appointments.models import Appointment
from assistant import vocabularies
from assistant.models import Question
from clients.models import Client, Contact, Technician
from syncing.french import COMPANY_ZONE
from syncing.people.models import OpenSession
from tests.browser.test_accessibility import complaints
from tests.browser.test_site import keep
from tests.web.people import PASSWORD, all_roles, everything_read, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def house() -> Iterator[None]:
    """A technician with two visits today, and two clients of one name."""
    vocabularies.forget()
    all_roles()
    everything_read()
    simon = Technician.objects.create(
        id="usr_simon", full_name="Simon Arcand", first_name="Simon", login=person("Technicien", first_name="Simon")
    )
    noon = datetime.combine(timezone.localdate(), time(12), COMPANY_ZONE)
    names = ("Rosalie Tremblay-Vaillancourt", "Centre communautaire de la Côte-Saint-Paul", "Jean-Philippe Tremblay")
    for rank, name in enumerate(names):
        client = Client.objects.create(
            id=f"cli_{rank}", display_name=name, search_key=name.lower(), preference_notes="Code 4471 #."
        )
        Contact.objects.create(
            id=f"con_{rank}", client=client, first_name=name.split()[0], is_default=True, phone="514 555-0161",
            street1="6284, 18e Avenue", municipality="Verdun", postal_code="H4G 1A1",
        )  # fmt: skip
        Appointment.objects.create(
            id=f"evt_{rank}", technician=simon, client=client, type="APPOINTMENT", status="ACTIVE", duration=60,
            start=noon + timedelta(hours=rank), confirmed_by_client=rank == 0, notes="Apporter une corde filée. " * 9,
        )  # fmt: skip
    yield
    vocabularies.forget()


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/assistant/")
    page.get_by_label("Courriel").fill("Technicien@exemple.ca")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assistant")
    page.wait_for_load_state()  # the script is there


def ask(page: Page, question: str) -> None:
    page.get_by_label("Votre question").fill(question)
    page.keyboard.press("Enter")


def test_a_question_is_answered_in_the_page_and_judged(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    sign_in(page, live_server.url)
    page.evaluate("window.stayed = true")
    ask(page, ".mes rv")
    turn = page.get_by_role("article").first
    expect(turn).to_contain_text("Rosalie Tremblay-Vaillancourt")
    expect(page.get_by_label("Votre question")).to_have_value("")
    expect(page.get_by_label("Votre question")).to_be_focused()
    assert turn.get_by_role("link", name="Appeler Rosalie").get_attribute("href") == "tel:+15145550161"
    ask(page, "et demain ?")
    expect(page.get_by_role("article")).to_have_count(2)
    turn.get_by_role("button", name="Mauvaise réponse").click()
    turn.get_by_label("Que fallait-il répondre ?").fill("Il manque Laval.")
    turn.get_by_role("button", name="Envoyer").click()
    expect(turn).to_contain_text("C’est noté.")
    assert page.evaluate("window.stayed"), "no page was loaded again"
    keep(page, tmp_path, "assistant")
    page.reload()
    expect(page.get_by_role("article")).to_have_count(2)
    assert Question.objects.values("thread").distinct().count() == 1
    assert Question.objects.earliest("pk").comment == "Il manque Laval."


def test_a_filled_conversation_is_for_everybody(live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url)
    for number, question in enumerate((".mes rv", "client tremblay", "factures impayées", "zzz qqq", ".aide"), 1):
        ask(page, question)
        expect(page.locator("#fil > article")).to_have_count(number)
    assert list(complaints(page)) == []


def test_a_suggestion_is_asked_by_its_button_and_enter_never_presses_it(live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url)
    page.get_by_role("button", name=".mes rv").click()
    expect(page.locator("#fil > article")).to_have_count(1)
    ask(page, ".aide")
    expect(page.locator("#fil > article")).to_have_count(2)
    assert list(Question.objects.order_by("pk").values_list("text", flat=True)) == [".mes rv", ".aide"]
    assert Question.objects.values("thread").distinct().count() == 1


def test_the_names_of_clients_are_offered_as_one_types(live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url)
    field = page.get_by_label("Votre question")
    field.press_sequentially("tre")
    expect(page.locator("#noms option")).to_have_count(2)
    assert page.locator("#noms option").first.get_attribute("value") == "Jean-Philippe Tremblay"


def test_correcting_brings_the_question_back(live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url)
    ask(page, ".mes rv")
    page.get_by_role("link", name="Corriger").click()
    expect(page.get_by_label("Votre question")).to_have_value(".mes rv")


def test_a_session_that_ends_in_between_loses_nothing(live_server: LiveServer, context: BrowserContext) -> None:
    page = context.new_page()  # this one complains of the refusal, as it should
    sign_in(page, live_server.url)
    ask(page, ".mes rv")
    expect(page.locator("#fil > article")).to_have_count(1)
    OpenSession.objects.all().delete()
    ask(page, "client tremblay")
    page.get_by_label("Courriel").fill("Technicien@exemple.ca")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("listitem").filter(has_text="client tremblay")).to_be_visible()


def test_without_network_the_question_stays_and_it_is_said(live_server: LiveServer, context: BrowserContext) -> None:
    page = context.new_page()  # this one complains of the network, as it should
    sign_in(page, live_server.url)
    context.set_offline(True)
    ask(page, "mes rv vendredi")
    expect(page.get_by_text("Hors réseau. Votre question est encore là.")).to_be_visible()
    expect(page.get_by_label("Votre question")).to_have_value("mes rv vendredi")


def test_without_script_every_step_is_a_page(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="fr-CA")
    page = context.new_page()
    sign_in(page, live_server.url)
    ask(page, ".mes rv")
    expect(page.get_by_role("article")).to_contain_text("Rosalie Tremblay-Vaillancourt")
    page.get_by_role("button", name="Bonne réponse").click()
    expect(page.get_by_role("article")).to_contain_text("C’est noté.")
    page.get_by_role("button", name=".aide").click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("button", name="Dicter")).to_have_count(0)
    context.close()
    assert Question.objects.values("thread").distinct().count() == 1


def test_one_of_several_clients_is_chosen_by_its_button(live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url)
    ask(page, "quand va-t-on chez tremblay")
    expect(page.locator(".pick button")).to_have_count(2)
    chosen = page.locator(".pick button b").nth(1).inner_text()
    page.locator(".pick button").nth(1).click()
    expect(page.locator("#fil > article").nth(1)).to_contain_text(chosen)
    expect(page.get_by_label("Suggestions").get_by_text(chosen)).to_be_visible()
