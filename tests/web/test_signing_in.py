"""The door: tries are counted, links are used once, a session is seen and ended."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from syncing.people import accounts
from syncing.people.models import ChangeRecord, OpenSession
from syncing.people.sessions import browser, client_address, network
from tests.web.people import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "vingt-deux marteaux neufs"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


def sign_in(client: Client, password: str = PASSWORD, username: str = "Bureau@exemple.ca", **more: Any) -> Any:
    return client.post("/connexion/", {"username": username, "password": password}, **more)


def told(answer: Any) -> str:
    return " ".join(re.findall(r'id="refus">.*?<span>(.*?)</span>', answer.content.decode(), re.DOTALL))


# -- too many tries ----------------------------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 11, 20, 19, 0, 30, tzinfo=UTC), tick=False)
def test_five_mistakes_make_a_pause_that_says_until_when(client: Client) -> None:
    person("Bureau")
    plain = "Adresse ou mot de passe inexact."
    for expected in (
        plain,
        f"{plain} Il reste 3 essais avant une pause de 15 min.",
        f"{plain} Il reste 2 essais avant une pause de 15 min.",
        f"{plain} Il reste 1 essai avant une pause de 15 min.",
    ):
        answer = sign_in(client, "non")
        assert (answer.status_code, told(answer)) == (200, expected.replace("15 min", "15\u00a0min"))
    paused = "Trop d’essais. Réessayez à 14\u00a0h\u00a016, ou demandez à l’administration de lever l’attente."
    for password in ("non", PASSWORD, "non"):
        answer = sign_in(client, password)
        assert (answer.status_code, told(answer)) == (429, paused)


def test_the_pause_ends_when_it_was_said_to(client: Client) -> None:
    person("Bureau")
    with time_machine.travel(datetime(2026, 11, 20, 19, 0, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            sign_in(client, "non")
        clock.shift(timedelta(minutes=10))
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client).status_code == 302


@pytest.mark.parametrize("night", ["2026-03-08T06:55:00+00:00", "2026-11-01T05:55:00+00:00"])
def test_a_pause_over_a_clock_change_lasts_as_long(client: Client, night: str) -> None:
    person("Bureau")
    with time_machine.travel(datetime.fromisoformat(night), tick=False) as clock:
        for _ in range(5):
            sign_in(client, "non")
        clock.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=1, seconds=1))
        assert sign_in(client).status_code == 302


def test_mistakes_of_one_lock_out_nobody_else_of_the_office(client: Client) -> None:
    person("Bureau")
    person("Administration")
    for _ in range(5):
        sign_in(client, "non")
    assert sign_in(client).status_code == 429
    assert sign_in(client, username="Administration@exemple.ca").status_code == 302


def test_a_stranger_who_guesses_does_not_lock_out_the_person(client: Client) -> None:
    person("Bureau")
    for _ in range(6):
        sign_in(client, "non", REMOTE_ADDR="203.0.113.9")
    assert sign_in(client).status_code == 302


def test_capitals_and_other_browsers_open_no_new_tries(client: Client) -> None:
    person("Bureau")
    for name in (
        "bureau@exemple.ca",
        "BUREAU@exemple.ca",
        "Bureau@Exemple.ca",
        "bureau@EXEMPLE.ca",
        "bureaU@exemple.ca",
    ):
        sign_in(client, "non", name, headers={"User-Agent": name})
    assert sign_in(client).status_code == 429


def test_an_unknown_address_is_answered_like_a_known_one(client: Client) -> None:
    person("Bureau")
    for _ in range(6):
        known, unknown = sign_in(client, "non"), sign_in(client, "non", "personne@exemple.ca")
        assert (known.status_code, told(known)) == (unknown.status_code, told(unknown))


def test_a_good_password_forgets_the_mistakes(client: Client) -> None:
    person("Bureau")
    for _ in range(4):
        sign_in(client, "non")
    assert sign_in(client, username="bureau@EXEMPLE.ca").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_the_administration_lifts_the_pause(client: Client) -> None:
    account, chief = person("Bureau"), person("Administration")
    for _ in range(5):
        sign_in(client, "non")
    admin = Client()
    admin.force_login(chief)
    assert "En attente après des essais" in admin.get(reverse("admin:auth_user_changelist")).content.decode()
    admin.post(reverse("admin:auth_user_gesture", args=[account.pk, "debloquer"]))
    assert sign_in(client).status_code == 302
    assert ChangeRecord.objects.get(user=chief).change_message == "Attente de connexion levée."


def test_no_password_is_kept_of_a_failed_try(client: Client) -> None:
    sign_in(client, "mon-secret-mal-tapé")
    attempt = AccessAttempt.objects.get()
    assert "mon-secret" not in f"{attempt.post_data}{attempt.get_data}"


# -- links -------------------------------------------------------------------------------------------------------------


def link_of(message: Any) -> str:
    found = re.search(r"http://testserver(/\S+)", str(message.body))
    assert found
    return found[1]


def choose(client: Client, link: str, password: str = NEW) -> Any:
    there = client.get(link, follow=True)
    if not there.redirect_chain:
        return there
    form = there.redirect_chain[-1][0]
    return client.post(form, {"new_password1": password, "new_password2": password}, follow=True)


def test_a_forgotten_password_is_replaced_by_mail_once(client: Client) -> None:
    account = person("Bureau")
    User.objects.update(email="odile@exemple.ca")
    away = Client()
    away.force_login(account)
    page = client.post(reverse("ask-link"), {"email": "Odile@exemple.ca"}, follow=True).content.decode()
    assert "Regardez vos courriels" in page
    [message] = mail.outbox
    assert message.subject == "Choisir un nouveau mot de passe — Assistant Gazelle"
    assert message.to == ["odile@exemple.ca"]
    assert "Votre mot de passe est enregistré. Connectez-vous." in choose(client, link_of(message)).content.decode()
    assert sign_in(Client(), NEW).status_code == 302
    assert away.get("/").status_code == 302, "whoever held the former password is out"
    assert "Ce lien ne vaut plus." in choose(Client(), link_of(message)).content.decode()


def test_asking_tells_nobody_who_has_an_account(client: Client) -> None:
    person("Bureau")
    User.objects.update(email="odile@exemple.ca")
    pages = [
        client.post(reverse("ask-link"), {"email": email}, follow=True).content
        for email in ("odile@exemple.ca", "personne@exemple.ca")
    ]
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("asked", "later", "valid"),
    [
        ("2026-11-20T20:00:00+00:00", timedelta(days=2, hours=23), True),
        ("2026-11-20T20:00:00+00:00", timedelta(days=3, hours=2), False),
        ("2026-03-08T06:59:00+00:00", timedelta(minutes=2), True),
        ("2026-11-01T05:59:00+00:00", timedelta(minutes=2), True),
        ("2026-10-31T12:00:00+00:00", timedelta(days=3, hours=2), False),
    ],
)
def test_a_link_lasts_three_days_whatever_the_clocks_do(
    client: Client, asked: str, later: timedelta, valid: bool
) -> None:
    person("Bureau")
    User.objects.update(email="odile@exemple.ca")
    with time_machine.travel(datetime.fromisoformat(asked), tick=False) as clock:
        client.post(reverse("ask-link"), {"email": "odile@exemple.ca"})
        clock.shift(later)
        page = client.get(link_of(mail.outbox[0]), follow=True).content.decode()
        assert ("Choisir un mot de passe" in page) == valid
        assert ("Ce lien ne vaut plus." in page) != valid


def test_a_link_of_a_closed_account_opens_nothing(client: Client) -> None:
    account, chief = person("Bureau"), person("Administration")
    User.objects.filter(pk=account.pk).update(email="odile@exemple.ca")
    client.post(reverse("ask-link"), {"email": "odile@exemple.ca"})
    accounts.close(account, by=chief)
    assert "Ce lien ne vaut plus." in choose(client, link_of(mail.outbox[0])).content.decode()
    client.post(reverse("ask-link"), {"email": "odile@exemple.ca"})
    assert len(mail.outbox) == 1


def test_a_weak_password_is_refused_in_french_and_the_link_still_holds(client: Client) -> None:
    person("Bureau")
    User.objects.update(email="odile@exemple.ca")
    client.post(reverse("ask-link"), {"email": "odile@exemple.ca"})
    page = choose(client, link_of(mail.outbox[0]), "court").content.decode()
    assert "Ce mot de passe est trop court" in page
    assert "enregistré" in choose(client, link_of(mail.outbox[0])).content.decode()


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_person_sees_her_sessions_and_ends_one(client: Client) -> None:
    person("Bureau")
    phone = Client(headers={"User-Agent": IPHONE}, REMOTE_ADDR="203.0.113.77")
    sign_in(phone)
    sign_in(client, headers={"User-Agent": FIREFOX})
    page = client.get("/compte/").content.decode()
    assert "Safari, iPhone" in page
    assert "Firefox, Windows" in page
    assert "203.0.113.x" in page
    assert "203.0.113.77" not in page
    keys = OpenSession.objects.values_list("session_key", flat=True)
    assert not any(key in page for key in keys)
    handle = re.findall(r'name="session" value="(\w+)"', page)
    assert len(handle) == 1, "the one in use is not offered"
    client.post("/compte/session/", {"session": handle[0]})
    assert phone.get("/")["Location"].startswith("/connexion/")
    assert client.get("/").status_code == 200
    again = client.post("/compte/session/", {"session": handle[0]}, follow=True).content.decode()
    assert "Cette session était déjà fermée." in again


def test_nobody_ends_the_session_of_somebody_else(client: Client) -> None:
    person("Bureau")
    chief = Client()
    chief.force_login(person("Administration"))
    sign_in(client)
    other = OpenSession.objects.get(user__username="Administration@exemple.ca").handle
    client.post("/compte/session/", {"session": other})
    assert chief.get("/").status_code == 200


def test_a_new_password_ends_every_other_session(client: Client) -> None:
    person("Bureau")
    sign_in(other := Client())
    sign_in(client)
    told = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    page = client.post("/compte/mot-de-passe/", told, follow=True).content.decode()
    assert "Vos autres sessions sont fermées." in page
    assert other.get("/").status_code == 302
    assert OpenSession.objects.count() == 1
    assert ChangeRecord.objects.get().change_message == "Mot de passe changé."


def test_a_wrong_former_password_changes_nothing(client: Client) -> None:
    person("Bureau")
    sign_in(client)
    told = {"old_password": "non", "new_password1": NEW, "new_password2": NEW}
    page = client.post("/compte/mot-de-passe/", told).content.decode()
    assert 'aria-invalid="true"' in page
    assert sign_in(Client()).status_code == 302


def test_a_session_lasts_two_weeks_after_its_last_use(client: Client) -> None:
    person("Bureau")
    with time_machine.travel(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), tick=False) as clock:
        sign_in(client)
        for _ in range(3):
            clock.shift(timedelta(days=13, hours=23))
            assert client.get("/").status_code == 200
        clock.shift(timedelta(days=14, minutes=1))
        assert client.get("/").status_code == 302


def test_a_page_that_refreshes_itself_is_not_somebody_at_work(client: Client) -> None:
    person("Bureau")
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC), tick=False) as clock:
        sign_in(client)
        seen = OpenSession.objects.get().seen_at
        clock.shift(timedelta(hours=1))
        client.get("/systeme/", headers={"HX-Request": "true"})
        assert OpenSession.objects.get().seen_at == seen
        client.get("/systeme/")
        assert OpenSession.objects.get().seen_at == timezone.now()


def test_signing_out_forgets_the_session(client: Client) -> None:
    person("Bureau")
    sign_in(client)
    client.post("/deconnexion/")
    assert not OpenSession.objects.filter(user__isnull=False).exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        (CHROME, "Chrome, Android"),
        ("curl", "Appareil inconnu"),
    ],
)
def test_a_device_is_named_as_its_owner_would(agent: str, name: str) -> None:
    assert browser(agent) == name


@pytest.mark.parametrize(
    ("address", "shown"), [("203.0.113.77", "203.0.113.x"), ("2001:db8:1:2::3", "2001:db8:1::"), ("", ""), ("x", "")]
)
def test_an_address_is_kept_without_its_end(address: str, shown: str) -> None:
    assert network(address) == shown


def test_behind_the_proxy_the_address_is_the_one_it_wrote(rf: Any, settings: Any) -> None:
    asked = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.5"})
    assert client_address(asked) == "10.0.0.1", "without a proxy of ours, anybody may write that header"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client_address(asked) == "203.0.113.5"


# -- the first day -----------------------------------------------------------------------------------------------------


def test_the_first_administrator_comes_from_the_command(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="bruno@exemple.ca", email="bruno@exemple.ca", interactive=False)
    assert sign_in(client, username="bruno@exemple.ca").status_code == 302
    for page in ("/", "/systeme/", "/admin/", "/systeme/gazelle/", reverse("admin:auth_user_add")):
        assert client.get(page).status_code == 200, page
    assert "propriétaire" in client.get("/compte/").content.decode()
