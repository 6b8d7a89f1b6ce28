"""Somebody else holds the same rows, for real, by another connection: nothing half done, nothing typed lost."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from threading import Event

import pytest
from django.db import connection
from django.test import Client

from clients.models import Client as Customer
from syncing.decisions import Postponed, carry_out
from syncing.joining import merge
from syncing.models import Acceptance, Redirect
from syncing.registry import Registry
from tests.toyshop.models import Maker, Toy
from tests.toyshop.sync import ENTITIES
from tests.web.people import all_roles, person

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = "200ms"
WHY = "Le client a déménagé.\nOn garde la fiche « telle quelle »."
SENTENCE = "Quelqu’un d’autre écrit au même endroit."
WRITING = "UPDATE clients_client SET version = version WHERE id = 'x_unknown'"
LEASES = {
    "postgresql": "LOCK TABLE syncing_lease IN ACCESS EXCLUSIVE MODE",
    "sqlite": "UPDATE syncing_lease SET owner = owner",
}
"""What the reconciler writes first."""
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer: two transactions never wait for each other"
)


@pytest.fixture
def impatient() -> Iterator[None]:
    """PostgreSQL gives a lock up sooner than the site does; SQLite in memory does not wait at all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
    yield
    connection.close()


@contextmanager
def held(statement: str) -> Iterator[None]:
    """Another program writes, and does not finish."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
        yield
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def office(client: Client, impatient: None) -> Client:
    all_roles()
    client.force_login(person("Bureau"))
    return client


@pytest.fixture
def path() -> str:
    """Where a provisional record of the house is accepted."""
    Customer.objects.create(id="x_unknown", is_placeholder=True)
    return "/systeme/acceptees/clients/x_unknown/accepter"


def sent_again(body: str) -> tuple[str, dict[str, str]]:
    """What the button of the page sends, and where."""
    action = re.search(r'<form class="acts" method="post" action="([^"]*)">', body)
    fields = re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', body, re.DOTALL)
    assert action is not None
    return action[1], {name: unescape(value) for name, value in fields}


def test_a_decision_that_met_a_lock_is_kept_on_the_page_and_passes_when_it_is_free(office: Client, path: str) -> None:
    with held(WRITING):
        answer = office.post(path, {"why": WHY, "password": "secret"})
        body = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SENTENCE in body
    assert "secret" not in body
    assert not Acceptance.objects.exists()
    where, fields = sent_again(body)
    assert (where, fields) == (path, {"why": WHY})
    assert office.post(where, fields).status_code == 302
    assert Acceptance.objects.get().why == WHY


def test_the_button_of_the_page_passes_the_check_against_forgery(impatient: None, path: str) -> None:
    all_roles()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("Bureau"))
    strict.get("/compte/")
    token = strict.cookies["csrftoken"].value
    with held(WRITING):
        body = strict.post(path, {"why": WHY, "csrfmiddlewaretoken": token}).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert found is not None
    where, fields = sent_again(body)
    assert strict.post(where, fields | {"csrfmiddlewaretoken": found[1]}).status_code == 302
    assert Acceptance.objects.count() == 1


def test_a_fragment_asks_for_the_whole_page(office: Client, path: str) -> None:
    with held(WRITING):
        answer = office.post(path, {"why": WHY}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (503, "true")


def test_what_follows_a_decision_that_is_taken_is_left_to_the_next_reading(impatient: None) -> None:
    registry = Registry(ENTITIES)
    with held(LEASES[connection.vendor]), pytest.raises(Postponed) as postponed:
        carry_out(registry["makers"], "La décision est prise.", registry=registry)
    assert str(postponed.value) == f"La décision est prise. {SENTENCE}"


@on_postgresql
def test_a_merge_that_a_deadlock_ended_is_made_all_the_same_and_once() -> None:
    all_roles()
    Maker.objects.create(id="mak_a")
    Maker.objects.create(id="mak_b", is_placeholder=True)
    Toy.objects.create(id="toy_1", maker_id="mak_b")
    registry, has_first, odile = Registry(ENTITIES), Event(), person("Bureau")

    def crosswise() -> None:
        """The second row first: then the one that the merge has taken while it waits for ours."""
        other = connection.copy()
        other.set_autocommit(False)
        try:
            with other.cursor() as cursor:
                lock = "SELECT 1 FROM toyshop_maker WHERE id = %s FOR UPDATE"
                cursor.execute(lock, ["mak_b"])
                has_first.set()
                time.sleep(0.3)  # the merge waits by now: it is the first to find out, and the one that is ended
                cursor.execute(lock, ["mak_a"])
        finally:
            other.rollback()
            other.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(crosswise)
        assert has_first.wait(5)
        before = deadlocks()
        merge(registry["makers"], "mak_b", "mak_a", by=odile, registry=registry)
        other.result(10)
    assert Redirect.objects.count() == 1
    assert Toy.objects.get().maker_id == "mak_a"
    for _ in range(50):  # the server counts its deadlocks a moment later
        if deadlocks() > before:
            return
        time.sleep(0.1)
    raise AssertionError("the two never met: this test shows nothing")


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        row: tuple[int] = cursor.fetchone()
    return row[0]
