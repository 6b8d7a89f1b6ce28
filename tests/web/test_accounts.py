"""The administration invites, gives roles, closes: in its name; nobody lifts himself, the house is never left alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from clients import services
from clients.models import Technician
from gazelle_site.management.commands.demo import ACCOUNTS, make_demo_accounts
from syncing.people import accounts, tokens, trail
from syncing.people.accounts import NotDone
from syncing.people.models import AccessToken, ChangeRecord, OpenSession
from tests.web.people import PASSWORD, all_roles, person

pytestmark = pytest.mark.django_db
INVITE = "admin:auth_user_add"
Commits = Callable[..., Any]


@pytest.fixture
def chief() -> User:
    all_roles()
    return person("Administration", first_name="Bruno")


@pytest.fixture
def admin(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


@pytest.fixture
def simon() -> Technician:
    return Technician.objects.create(id="usr_simon", full_name="Simon Arcand")


def invite(admin: Client, commits: Commits, email: str = "Margot@exemple.ca", **more: Any) -> Any:
    told = {"email": email, "first_name": "Margot", "last_name": "Roy", "roles": ["Bureau"], "_save": "1"}
    with commits(execute=True):
        return admin.post(reverse(INVITE), told | more, follow=True)


def save(admin: Client, account: User, **more: Any) -> str:
    told = {"email": account.email, "first_name": account.first_name, "last_name": "", "_save": "1"}
    return admin.post(change(account), told | more, follow=True).content.decode()


def change(account: User) -> str:
    return reverse("admin:auth_user_change", args=[account.pk])


def press(admin: Client, account: User, gesture: str) -> str:
    return admin.post(reverse("admin:auth_user_gesture", args=[account.pk, gesture]), follow=True).content.decode()


def roles(account: User) -> list[str]:
    return sorted(account.groups.values_list("name", flat=True))


# -- inviting ----------------------------------------------------------------------------------------------------------


def test_an_invitation_opens_an_account_that_only_its_mail_can_enter(
    admin: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    invite(admin, django_capture_on_commit_callbacks)
    margot = User.objects.get(username="margot@exemple.ca")
    assert (margot.email, roles(margot), margot.has_usable_password()) == ("margot@exemple.ca", ["Bureau"], False)
    [message] = mail.outbox
    assert message.subject == "Votre accès à l’Assistant Gazelle"
    assert message.to == ["margot@exemple.ca"]
    assert "Bruno vous ouvre un accès" in message.body
    assert "Invitation envoyée" in admin.get(reverse("admin:auth_user_changelist")).content.decode()
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link
    hers = Client()
    form = hers.get(link[1], follow=True).redirect_chain[-1][0]
    hers.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    hers.post("/connexion/", {"username": "margot@exemple.ca", "password": PASSWORD})
    assert "Margot" in hers.get("/").content.decode()
    assert "Ce lien ne vaut plus." in Client().get(link[1], follow=True).content.decode()


def test_a_technician_is_invited_as_somebody_of_gazelle(
    admin: Client, simon: Technician, django_capture_on_commit_callbacks: Commits
) -> None:
    page = invite(admin, django_capture_on_commit_callbacks, roles=["Technicien"]).content.decode()
    assert "Choisissez qui c’est dans Gazelle" in page
    assert not mail.outbox
    invite(admin, django_capture_on_commit_callbacks, roles=["Technicien"], technician=simon.pk)
    simon.refresh_from_db()
    assert simon.login is not None
    assert simon.login.username == "margot@exemple.ca"


@pytest.mark.parametrize("email", ["Administration@exemple.ca", "ADMINISTRATION@EXEMPLE.CA"])
def test_an_address_has_one_account(admin: Client, django_capture_on_commit_callbacks: Commits, email: str) -> None:
    page = invite(admin, django_capture_on_commit_callbacks, email).content.decode()
    assert "Un compte existe déjà pour administration@exemple.ca." in page
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_refuses_leaves_the_account_and_says_what_to_do(admin: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # the discard port: refused at once
    page = invite(admin, lambda execute: nullcontext()).content.decode()
    assert "n’est pas partie" in page
    margot = User.objects.get(username="margot@exemple.ca")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "L’invitation est partie à margot@exemple.ca." in press(admin, margot, "inviter")
    assert len(mail.outbox) == 1


def test_only_the_last_invitation_opens(admin: Client, django_capture_on_commit_callbacks: Commits) -> None:
    invite(admin, django_capture_on_commit_callbacks)
    press(admin, User.objects.get(username="margot@exemple.ca"), "inviter")
    first, last = (re.search(r"http://testserver(/\S+)", str(message.body)) for message in mail.outbox)
    assert first
    assert last
    assert "Ce lien ne vaut plus." in Client().get(first[1], follow=True).content.decode()
    assert "Choisir un mot de passe" in Client().get(last[1], follow=True).content.decode()


def test_whoever_lost_her_invitation_asks_for_another_link(
    admin: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    invite(admin, django_capture_on_commit_callbacks)
    Client().post(reverse("ask-link"), {"email": "margot@exemple.ca"})
    assert len(mail.outbox) == 2


# -- roles -------------------------------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_with_the_values_before_and_after(admin: Client, chief: User) -> None:
    odile = person("Bureau")
    save(admin, odile, roles=["Administration", "Bureau"])
    assert roles(odile) == ["Administration", "Bureau"]
    entry = ChangeRecord.objects.get(user=chief)
    assert trail.changes(entry) == [("Rôles", "Bureau", "Administration et Bureau")]
    page = admin.get(reverse("admin:syncing_changerecord_changelist")).content.decode()
    assert "Rôles\u00a0: «\u00a0Bureau\u00a0» → «\u00a0Administration et Bureau\u00a0»" in page


def test_a_corrected_name_is_recorded_and_an_unchanged_form_is_not(admin: Client, chief: User) -> None:
    odile = person("Bureau")
    save(admin, odile, roles=["Bureau"])
    assert not ChangeRecord.objects.exists()
    save(admin, odile, roles=["Bureau"], first_name="Odette")
    assert trail.changes(ChangeRecord.objects.get()) == [("Prénom", "Odile", "Odette")]


def test_nobody_lifts_himself(admin: Client, chief: User) -> None:
    person("Bureau")
    save(admin, chief, roles=["Administration", "Bureau", "Technicien"])
    assert roles(chief) == ["Administration"]
    with pytest.raises(NotDone, match="vos propres rôles"):
        accounts.give_roles(chief, ["Bureau"], by=chief)


def test_the_last_of_the_administration_is_neither_demoted_nor_closed(chief: User) -> None:
    other = person("Bureau")
    for act in (
        lambda: accounts.close(chief, by=other),
        lambda: accounts.give_roles(chief, ["Bureau"], by=other),
    ):
        with pytest.raises(NotDone, match="dernière personne de l’administration"):
            act()
    assert User.objects.get(pk=chief.pk).is_active
    invited = accounts.invite(email="n@exemple.ca", first_name="", last_name="", roles=["Administration"], by=chief)
    with pytest.raises(NotDone, match="dernière personne"):
        accounts.close(chief, by=invited)  # somebody who never came administers nothing
    invited.set_password(PASSWORD)
    invited.save()
    accounts.close(chief, by=invited)
    assert not User.objects.get(pk=chief.pk).is_active


def test_the_page_says_why_the_last_one_stays(client: Client, chief: User) -> None:
    owner = User.objects.create_superuser("owner@exemple.ca")  # by command, without a password
    client.force_login(owner)
    page = save(client, chief, roles=["Bureau"])
    assert "C’est la dernière personne de l’administration" in page
    assert roles(chief) == ["Administration"]


def test_the_administration_cannot_touch_an_owner(admin: Client) -> None:
    owner = User.objects.create_superuser("owner@exemple.ca", password=PASSWORD)
    page = admin.get(change(owner)).content.decode()
    assert 'name="_save"' not in page
    assert "Propriétaire" in page
    assert admin.post(change(owner), {"email": "mien@exemple.ca", "_save": "1"}).status_code == 403
    assert "Rien n’a été fait" in press(admin, owner, "fermer")
    owner.refresh_from_db()
    assert (owner.is_active, owner.email) == (True, "")


def test_a_new_address_is_what_one_signs_in_with(admin: Client) -> None:
    odile = person("Bureau")
    save(admin, odile, roles=["Bureau"], email="Odile.Fortier@exemple.ca")
    assert User.objects.get(pk=odile.pk).username == "odile.fortier@exemple.ca"


# -- closing -----------------------------------------------------------------------------------------------------------


def test_a_closed_account_is_out_at_once(admin: Client, chief: User) -> None:
    odile = person("Bureau")
    hers = Client()
    hers.force_login(odile)
    hers.get("/")
    token, secret = tokens.create(name="p", owner=odile, scopes=[], expires_at=None, by=chief)
    assert "L’accès est fermé" in press(admin, odile, "fermer")
    assert hers.get("/systeme/")["Location"].startswith("/connexion/")
    assert not OpenSession.objects.filter(user=odile).exists()
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v6/me").status_code == 401
    assert "L’accès est rouvert" in press(admin, odile, "rouvrir")
    assert program.get("/api/v6/me").status_code == 401, "what was revoked stays so"
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert hers.get("/").status_code == 302


def test_sessions_of_somebody_else_are_ended_from_her_page(admin: Client) -> None:
    odile = person("Bureau")
    hers = Client(headers={"User-Agent": "Mozilla/5.0 (Windows) Firefox/140"})
    hers.force_login(odile)
    hers.get("/")
    assert "Firefox, Windows" in admin.get(change(odile)).content.decode()
    assert "1 session fermée." in press(admin, odile, "deconnecter")
    assert hers.get("/").status_code == 302


def test_nobody_closes_himself(admin: Client, chief: User) -> None:
    person("Bureau").groups.set(Group.objects.filter(name="Administration"))
    assert "Rien n’a été fait" in press(admin, chief, "fermer")
    with pytest.raises(NotDone, match="votre propre accès"):
        accounts.close(chief, by=chief)


def test_what_is_done_twice_says_so(chief: User) -> None:
    odile = person("Bureau")
    accounts.close(odile, by=chief)
    with pytest.raises(NotDone, match="déjà fermé"):
        accounts.close(odile, by=chief)
    accounts.reopen(odile, by=chief)
    with pytest.raises(NotDone, match="déjà ouvert"):
        accounts.reopen(odile, by=chief)
    with pytest.raises(NotDone, match="déjà choisi son mot de passe"):
        accounts.renew_invitation(odile, by=chief)


def test_a_gesture_on_nobody_is_a_missing_page(admin: Client) -> None:
    for key in ("999999", "nobody"):
        assert admin.post(reverse("admin:auth_user_gesture", args=[key, "fermer"])).status_code == 404


def test_a_gesture_needs_a_post(admin: Client) -> None:
    odile = person("Bureau")
    assert admin.get(reverse("admin:auth_user_gesture", args=[odile.pk, "fermer"])).status_code == 405


# -- who one is in gazelle ---------------------------------------------------------------------------------------------


def test_two_accounts_are_never_one_person_of_gazelle(chief: User, simon: Technician) -> None:
    first, second = person("Bureau"), person("Technicien")
    assert services.link_login(technician=simon, account=first, by=chief)
    assert not services.link_login(technician=simon, account=first, by=chief)
    with pytest.raises(NotDone, match="Simon Arcand est déjà relié à un autre compte"):
        services.link_login(technician=simon, account=second, by=chief)
    assert services.link_login(technician=None, account=first, by=chief)
    assert services.link_login(technician=simon, account=second, by=chief)
    told = [trail.changes(entry)[0] for entry in ChangeRecord.objects.order_by("pk")]
    assert told == [
        ("Dans Gazelle", "personne", "Simon Arcand"),
        ("Dans Gazelle", "Simon Arcand", "personne"),
        ("Dans Gazelle", "personne", "Simon Arcand"),
    ]


def test_the_demo_technician_is_the_one_of_the_stand_in() -> None:
    all_roles()
    make_demo_accounts()
    Technician.objects.create(id="usr_1", full_name="Simon Arcand")
    make_demo_accounts()
    assert Technician.objects.get().login == User.objects.get(username="simon.arcand@exemple.ca")
    assert User.objects.count() == len(ACCOUNTS)


# -- the journal -------------------------------------------------------------------------------------------------------


def test_the_journal_is_read_by_the_administration_and_written_by_nobody(admin: Client, chief: User) -> None:
    odile = person("Bureau")
    accounts.close(odile, by=chief)
    entry = ChangeRecord.objects.get()
    page = reverse("admin:syncing_changerecord_change", args=[entry.pk])
    shown = admin.get(page).content.decode()
    assert "Bruno" in shown
    assert "« ouvert » → « fermé »" in shown.replace("\u00a0", " ")
    assert 'name="_save"' not in shown
    assert admin.post(page, {"change_message": "rien"}).status_code == 403
    delete = reverse("admin:syncing_changerecord_delete", args=[entry.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    assert ChangeRecord.objects.count() == 1


def test_a_long_value_is_kept_short() -> None:
    account = person("Bureau")
    trail.record(account, account, changes=[trail.Change("Notes", "a" * 5000, "b")])
    assert len(ChangeRecord.objects.get().change_message) < 500


# -- two at once -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_demote_each_other_leave_one_administrator() -> None:
    """Both wait for the same row."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time, and a database in memory refuses the second instead of letting him wait")
    all_roles()
    one, two = person("Administration"), person("Bureau")
    two.groups.set(Group.objects.filter(name="Administration"))
    start, refusals = threading.Barrier(2), []

    def demote(account: User, by: User) -> None:
        try:
            start.wait()
            accounts.give_roles(account, ["Bureau"], by=by)
        except NotDone as refused:
            refusals.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    assert User.objects.filter(groups__name="Administration").count() == 1
    assert not AccessToken.objects.exists()
