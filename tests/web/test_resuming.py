"""A session that ends in the middle of a form: what was typed waits, and the person sends it after signing in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from syncing.models import Drift
from syncing.people import resuming
from tests.web.people import PASSWORD, all_roles, person

pytestmark = pytest.mark.django_db
TEXT = "Deux lignes,\n« guillemets » & <balises> — 20 %"


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def odile() -> User:
    all_roles()
    return person("Bureau")


def fields(page: str) -> Iterator[tuple[str, str]]:
    """What a browser would send of the page."""
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        yield name, html.unescape(value)
    for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL):
        yield name, html.unescape(value)


def sign_in(browser: Client, page: str, who: str = "Bureau@exemple.ca", password: str = PASSWORD) -> Any:
    return browser.post("/connexion/", {**dict(fields(page)), "username": who, "password": password})


def interrupted(browser: Client, path: str, **typed: Any) -> str:
    """The sign-in page that answers a form of somebody whose session is over."""
    browser.get("/connexion/")
    answer = browser.post(path, typed | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert answer.status_code == 401
    return answer.content.decode()


def test_what_was_typed_is_sent_once_after_signing_in(browser: Client) -> None:
    all_roles()
    person("Administration")
    odile = person("Bureau")
    path = reverse("admin:auth_user_change", args=[odile.pk])
    page = interrupted(browser, path, first_name="Odette", last_name=TEXT[:12], email="", roles="Bureau", _save="1")
    assert "Votre session a expiré. Reconnectez-vous\u00a0: votre texte vous attend." in page
    assert User.objects.get(pk=odile.pk).first_name == "Odile", "nothing half done"
    waiting = sign_in(browser, page, "Administration@exemple.ca").content.decode()
    assert "Votre texte vous attend." in waiting
    assert "Odette" in waiting
    assert User.objects.get(pk=odile.pk).first_name == "Odile", "the person decides"
    assert f'action="{path}"' in waiting
    browser.post(path, dict(fields(waiting)))
    assert User.objects.get(pk=odile.pk).first_name == "Odette"


def test_a_text_comes_back_to_the_letter(browser: Client, odile: User) -> None:
    page = interrupted(browser, "/systeme/decisions/nouveaute/1", note=TEXT, words=["a", "b"])
    waiting = sign_in(browser, page).content.decode()
    kept = list(fields(waiting))
    assert ("note", TEXT) in kept
    assert [value for name, value in kept if name == "words"] == ["a", "b"]


def test_a_mistyped_password_loses_nothing(browser: Client, odile: User) -> None:
    page = interrupted(browser, "/systeme/decisions/nouveaute/1", note=TEXT)
    again = sign_in(browser, page, password="non").content.decode()
    assert "Adresse ou mot de passe inexact." in again
    assert "votre texte vous attend" in again
    assert ("note", TEXT) in list(fields(sign_in(browser, again).content.decode()))


def test_a_button_without_text_waits_too(browser: Client, odile: User) -> None:
    drift = Drift.objects.create(kind="value", entity="users", path="status", value="NEW")
    path = reverse("decide-drift", args=[drift.pk])
    waiting = sign_in(browser, interrupted(browser, path)).content.decode()
    assert "Le geste que vous aviez demandé, sans texte." in waiting
    browser.post(path, dict(fields(waiting)))
    drift.refresh_from_db()
    assert drift.settled_at is not None


def test_somebody_else_who_signs_in_is_judged_as_herself(browser: Client) -> None:
    all_roles()
    person("Technicien")
    drift = Drift.objects.create(kind="value", entity="users", path="status", value="NEW")
    path = reverse("decide-drift", args=[drift.pk])
    waiting = sign_in(browser, interrupted(browser, path), "Technicien@exemple.ca").content.decode()
    assert browser.post(path, dict(fields(waiting))).status_code == 403
    drift.refresh_from_db()
    assert drift.settled_at is None


def test_passwords_and_files_do_not_wait(browser: Client, odile: User) -> None:
    photo = SimpleUploadedFile("photo.jpg", b"...")
    page = interrupted(
        browser, "/compte/mot-de-passe/", old_password=PASSWORD, new_password1="nouveau", note="x", photo=photo
    )
    waiting = sign_in(browser, page).content.decode()
    names = {name for name, _ in fields(waiting)}
    assert names == {"csrfmiddlewaretoken", "note"}
    assert "Les fichiers joints n’ont pas pu attendre" in waiting


def test_a_text_that_is_too_long_is_told_so(browser: Client, odile: User) -> None:
    page = interrupted(browser, "/systeme/decisions/nouveaute/1", note="x" * (resuming.LARGEST + 1))
    assert "Votre texte est trop long pour attendre ici" in page
    assert "kept" not in dict(fields(page))
    long = interrupted(browser, "/systeme/decisions/nouveaute/1", note="é" * (resuming.LARGEST - 10))
    assert len(long) < 50_000, "it travels compressed"
    assert sign_in(browser, long).status_code == 200


@pytest.mark.parametrize("forged", ["", "x", "W10:1abc:zzz", None])
def test_only_what_we_signed_comes_back(browser: Client, odile: User, forged: str | None) -> None:
    page = interrupted(browser, "/systeme/decisions/nouveaute/1", note=TEXT)
    told = dict(fields(page))
    told["kept"] = told["kept"][:-2] + "aa" if forged is None else forged
    answer = browser.post("/connexion/", told | {"username": "Bureau@exemple.ca", "password": PASSWORD})
    assert answer.status_code == 302


def test_whoever_renounces_goes_back_to_the_page_of_the_form(browser: Client, odile: User) -> None:
    browser.get("/connexion/")
    told = {"note": TEXT, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "seen": "0123456789abcdef"}
    for referer, page in (
        ("http://testserver/systeme/decisions/?a=1", "/systeme/decisions/?a=1"),
        ("https://ailleurs.example/", "/"),
        ("", "/"),
    ):
        answer = browser.post("/systeme/decisions/nouveaute/1", told, headers={"Referer": referer})
        asked = answer.content.decode()
        assert dict(fields(asked))["next"] == page
    waiting = sign_in(browser, asked).content.decode()
    assert '<a class="btn" href="/">Renoncer</a>' in waiting
    assert "0123456789abcdef</li>" not in waiting, "shown is what a person wrote; all of it is sent"
    assert ("seen", "0123456789abcdef") in list(fields(waiting))


def test_it_does_not_wait_for_ever(browser: Client, odile: User) -> None:
    page = interrupted(browser, "/systeme/decisions/nouveaute/1", note=TEXT)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert sign_in(browser, page).status_code == 302


def test_a_forged_form_is_refused_and_does_not_wait(browser: Client) -> None:
    answer = browser.post("/systeme/decisions/nouveaute/1", {"note": "forgé"})
    assert answer.status_code == 403
    assert "kept" not in answer.content.decode()


def test_a_fragment_is_asked_to_reload(client: Client) -> None:
    answer = client.post("/systeme/decisions/nouveaute/1", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
