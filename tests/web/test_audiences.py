"""Every page, for every kind of person, on a record drawn at random: whoever it is not for learns nothing from it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.models import Client as Customer
from clients.models import Technician
from invoicing.models import Invoice
from syncing.models import MirroredModel
from syncing.rights import Audience
from tests.web.people import all_roles, everything_read
from tests.web.routes import Route, admin_models, routes
from tests.web.test_admin import make

pytestmark = pytest.mark.django_db
CANARIES = ("code au coffret 4321", "Éloïse", "9\u202f876\u202f543,21", "987654321")
ROWS = 3
OPENS: dict[str, set[Audience]] = {
    "visitor": {Audience.ANYONE},
    "no role": {Audience.ANYONE},
    "closed": {Audience.ANYONE},
    "Technicien": {Audience.ANYONE, Audience.MEMBERS},
    "Bureau": {Audience.ANYONE, Audience.MEMBERS, Audience.OFFICE},
    "Administration": {Audience.ANYONE, Audience.MEMBERS, Audience.OFFICE, Audience.ADMINISTRATION},
    "owner": {Audience.ANYONE, Audience.MEMBERS, Audience.OFFICE, Audience.ADMINISTRATION},
}
DOOR = {
    "/connexion/",
    "/connexion/lien/",
    "/connexion/lien/envoye/",
    "/connexion/mot-de-passe/<uidb64>/<token>/",
    "/deconnexion/",
    "/admin/login/",
    "/api/v6/health",
    "/api/v6/watch",
}


def signed_in(who: str) -> Client:
    all_roles()
    browser = Client()
    if who == "owner":
        browser.force_login(User.objects.create_superuser("owner@exemple.ca"))
    elif who != "visitor":
        account = User.objects.create_user(f"{who}.actrice@exemple.ca")
        account.groups.set(Group.objects.filter(name="Administration" if who == "closed" else who))
        browser.force_login(account)
        if who == "closed":
            User.objects.filter(pk=account.pk).update(is_active=False)
        if who == "Technicien":
            Technician.objects.create(id="usr_own", login=account)
    return browser


@pytest.fixture
def records() -> dict[type[Any], list[object]]:
    """Rows of every table of the back-office, with words that must not come out."""
    everything_read()
    found: dict[type[Any], list[object]] = {}
    for model in admin_models():
        if issubclass(model, MirroredModel):
            for rank in range(ROWS):
                model._default_manager.create(id=f"x_{rank}", raw_data={"nom": "Éloïse"})
        elif not model._default_manager.exists():
            make(model)
    Customer.objects.update(preference_notes=CANARIES[0], personal_notes=CANARIES[0])
    Invoice.objects.update(total=987654321, due_total=987654321)
    for model in admin_models():
        found[model] = list(model._default_manager.values_list("pk", flat=True)[:ROWS])
    return found


@pytest.mark.parametrize("route", routes(), ids=str)
def test_every_address_says_for_whom_it_is(route: Route) -> None:
    assert route.audience is not None, f"{route}: say it with a decorator of syncing.access, or `audience` on the admin"


def test_a_visitor_sees_the_door_and_the_health_and_nothing_else() -> None:
    assert {route.template for route in routes() if route.audience is Audience.ANYONE} == DOOR


def refused(answer: Any) -> bool:
    """Sent to the door, to an address that judges by itself, or told no."""
    away = answer.get("Location", "")
    sent_away = away.startswith(("/connexion/?", "/admin/login/?")) or away == "/admin/" or away.endswith("/change/")
    return sent_away or answer.status_code in (401, 403, 405)


@pytest.mark.parametrize("who", OPENS)
def test_nobody_opens_what_is_not_for_him(who: str, records: dict[type[Any], list[object]]) -> None:
    dice, browser, opened = random.Random(), signed_in(who), 0
    for route in routes():
        path = route.path(dice.choice(records[route.model]) if route.model and records[route.model] else "x_1")
        answer = browser.get(path)
        assert refused(answer) or route.audience in OPENS[who], (who, path)
        assert answer.status_code < 500, (who, path)
        opened += not refused(answer)
        if Audience.OFFICE not in OPENS[who]:
            body = answer.content.decode(errors="replace")
            assert [word for word in CANARIES if word in body] == [], (who, path)
    assert opened >= len(OPENS[who]) * 2  # and what is for him is there


@pytest.mark.parametrize("who", ["visitor", "no role", "closed", "Technicien", "Bureau"])
def test_nobody_changes_what_is_not_for_him(who: str, records: dict[type[Any], list[object]]) -> None:
    dice, browser = random.Random(), signed_in(who)
    for route in routes():
        if route.audience in OPENS[who]:
            continue
        path = route.path(dice.choice(records[route.model]) if route.model and records[route.model] else "x_1")
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post(path, {"_save": "1", "name": "x", "email": "x@exemple.ca", "roles": "Administration"})
        assert refused(answer), (who, path, answer.status_code)
        written = [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert [sql for sql in written if "syncing_opensession" not in sql] == [], (who, path)


@pytest.mark.parametrize("who", ["visitor", "no role", "closed", "Technicien"])
def test_a_page_that_does_not_exist_tells_as_little_as_one_that_is_closed(
    who: str, records: dict[type[Any], list[object]], settings: Any
) -> None:
    browser: Client = signed_in(who)
    ask: Callable[[str], Any] = browser.get
    known = ask("/admin/clients/client/x_1/change/")
    unknown = ask("/admin/clients/client/nobody/change/")
    assert known.status_code == unknown.status_code
    assert refused(known)
