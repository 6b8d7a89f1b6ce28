"""Which clients are an institution: proposed by its names, accepted or set aside one by one, changed on the client."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from clients.institutions import NotProposed, accept, proposals, refuse
from clients.models import Client, Institution, InstitutionRefusal
from syncing.models import Version
from tests.web.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Institution:
    told = {"name": "Vincent-d’Indy", "name_patterns": "Vincent-d’Indy\n"}
    return Institution.objects.update_or_create(slug="vincent-dindy", defaults=told)[0]


@pytest.fixture
def odile() -> User:
    return person("Bureau")


@pytest.fixture
def browser(odile: User) -> Browser:
    signed_in = Browser()
    signed_in.force_login(odile)
    return signed_in


def client(key: str, name: str, **more: object) -> Client:
    made: Client = Client.objects.create(id=key, display_name=name, search_key=name.lower(), **more)
    return made


def page_of(institution: Institution) -> str:
    return reverse("admin:clients_institution_change", args=[institution.pk])


def gesture(institution: Institution, name: str) -> str:
    return reverse("admin:clients_institution_gesture", args=[institution.pk, name])


def shown(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


# -- proposing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "name", "is_proposed"),
    [
        ("Vincent-d’Indy", "École de musique Vincent-d'Indy", True),
        ("Vincent-d’Indy", "Fondation VINCENT D INDY", True),
        ("Vincent-d’Indy", "Vincent Dindy", False),
        ("Centre Pierre-Péladeau", "Centre Pierre-Peladeau/UQAM", True),
        ("UQAM", "Centre Pierre-Péladeau/UQAM", True),
        ("OSM", "Cosmos Café", False),
        ("Place des Arts", "Place des Artisans", False),
        ("\n  \n-\n", "N’importe qui", False),
        ("", "N’importe qui", False),
    ],
)
def test_whole_words_propose_without_accents_nor_case(
    school: Institution, pattern: str, name: str, is_proposed: bool
) -> None:
    school.name_patterns = pattern
    client("cli_1", name)
    assert [one.pk for one in proposals(school)] == (["cli_1"] if is_proposed else [])


def test_the_company_name_proposes_too_and_what_is_settled_does_not(school: Institution, odile: User) -> None:
    other = Institution.objects.create(slug="autre", name="Autre")
    client("cli_1", "Marie Roy", company_name="École Vincent-d’Indy")
    client("cli_2", "Vincent d’Indy (2)", institution=other)
    client("cli_3", "Vincent d’Indy (3)", institution=school)
    refused = client("cli_4", "Vincent d’Indy (4)")
    client("cli_5", "Vincent d’Indy (5)", is_placeholder=True)
    refuse(school, refused.pk, by=odile)
    assert [one.pk for one in proposals(school)] == ["cli_1"]


# -- answering ---------------------------------------------------------------------------------------------------------


def test_a_proposal_is_accepted_with_a_version_and_a_name(school: Institution, odile: User) -> None:
    client("cli_1", "École Vincent-d’Indy")
    accept(school, "cli_1", by=odile)
    one = Client.objects.get()
    assert (one.institution, one.version) == (school, 2)
    version = Version.objects.get()
    assert (version.by, version.changes) == (odile, {"institution_id": [None, school.pk]})
    assert LogEntry.objects.get().user == odile
    with pytest.raises(NotProposed):
        accept(school, "cli_1", by=odile)


def test_what_is_none_is_remembered_with_who_said_so(school: Institution, odile: User) -> None:
    client("cli_1", "Vincent d’Indy, plombier")
    refuse(school, "cli_1", by=odile)
    assert InstitutionRefusal.objects.get().by == odile
    assert LogEntry.objects.get().user == odile
    assert (proposals(school), Client.objects.get().institution) == ([], None)
    with pytest.raises(NotProposed):
        refuse(school, "cli_1", by=odile)


def test_nobody_is_proposed_who_was_not(school: Institution, odile: User) -> None:
    client("cli_1", "Paul Roy")
    for answer in (accept, refuse):
        with pytest.raises(NotProposed):
            answer(school, "cli_1", by=odile)
    assert Client.objects.get().institution is None


# -- its page ----------------------------------------------------------------------------------------------------------


def test_its_page_lists_its_clients_and_those_proposed(school: Institution, browser: Browser) -> None:
    client("cli_1", "École Vincent-d’Indy", institution=school)
    client("cli_2", "Fondation Vincent-d’Indy")
    page = shown(browser, page_of(school))
    assert '<a href="/admin/clients/client/cli_1/change/">École Vincent-d’Indy</a>' in page
    assert '<a href="/admin/clients/client/cli_2/change/">Fondation Vincent-d’Indy</a>' in page
    assert page.count("C’est un de ses clients</button>") == 1
    answer = html.unescape(browser.post(gesture(school, "accepter-cli_2"), follow=True).content.decode())
    assert "« Fondation Vincent-d’Indy » est un client de Vincent-d’Indy." in answer
    assert Client.objects.get(pk="cli_2").institution == school
    again = html.unescape(browser.post(gesture(school, "accepter-cli_2"), follow=True).content.decode())
    assert "Rien n’a été fait" in again


def test_the_other_button_sets_aside(school: Institution, browser: Browser) -> None:
    client("cli_2", "Vincent d’Indy, plombier")
    answer = html.unescape(browser.post(gesture(school, "ecarter-cli_2"), follow=True).content.decode())
    assert "ne sera plus proposé" in answer
    assert "C’est un de ses clients" not in answer


def test_an_id_that_no_address_carries_is_proposed_without_buttons(school: Institution, browser: Browser) -> None:
    client("cli/é", "École Vincent-d’Indy")
    page = shown(browser, page_of(school))
    assert "École Vincent-d’Indy</a>" in page
    assert "C’est un de ses clients</button>" not in page


def test_a_new_institution_has_neither(browser: Browser) -> None:
    assert "Aucun pour l’instant." in shown(browser, reverse("admin:clients_institution_add"))


@pytest.mark.parametrize("role", ["Technicien", ""])
def test_nobody_outside_the_office_answers(school: Institution, role: str) -> None:
    client("cli_2", "École Vincent-d’Indy")
    outside = Browser()
    outside.force_login(person(role))
    assert outside.post(gesture(school, "accepter-cli_2")).status_code in (302, 403)
    assert Client.objects.get().institution is None


# -- the client's page -------------------------------------------------------------------------------------------------


def typed(page: str, **changes: str) -> dict[str, str]:
    """What a browser sends: the fields as shown, hidden ones included, and what the person chose."""
    found = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]+)"(?: value="([^"]*)")?', page))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found | changes


def test_the_office_says_on_a_client_of_which_institution_it_is(school: Institution, browser: Browser) -> None:
    one = client("cli_1", "École de musique", raw_data={"id": "cli_1"})
    url = reverse("admin:clients_client_change", args=[one.pk])
    assert browser.post(url, typed(shown(browser, url), institution=str(school.pk))).status_code == 302
    one.refresh_from_db()
    assert (one.institution, one.version) == (school, 2)
    assert browser.post(url, typed(shown(browser, url), institution="")).status_code == 302
    one.refresh_from_db()
    assert one.institution is None


def test_an_institution_changed_meanwhile_is_not_written_over(school: Institution, browser: Browser) -> None:
    other = Institution.objects.create(slug="autre", name="Autre maison")
    one = client("cli_1", "École de musique")
    url = reverse("admin:clients_client_change", args=[one.pk])
    stale = typed(shown(browser, url), institution=str(school.pk))
    Client.objects.update(institution=other)
    answer = html.unescape(browser.post(url, stale).content.decode())
    assert "a changé depuis que vous l’avez lue" in answer
    assert "« Autre maison »" in answer.replace("\u00a0", " ")
    one.refresh_from_db()
    assert one.institution == other


def test_an_institution_that_does_not_exist_is_refused(school: Institution, browser: Browser) -> None:
    one = client("cli_1", "École de musique")
    url = reverse("admin:clients_client_change", args=[one.pk])
    assert browser.post(url, typed(shown(browser, url), institution="999999")).status_code == 200
    one.refresh_from_db()
    assert one.institution is None
