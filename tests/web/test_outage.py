"""A database that is down, for real: a process of its own against a closed port and a vanished file."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from gazelle_site.outage import outage
from syncing.registry import PROJECT, entities

ASK = """
import json, sys, time
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"Host": "localhost"})
if sys.argv[1] == "signed-in":
    client.cookies["sessionid"] = "a-session-from-before"
told = []
for path in sys.argv[2:]:
    start = time.monotonic()
    answer = client.get(path)
    told.append([path, answer.status_code, time.monotonic() - start, answer.content.decode(), dict(answer.items())])
print(json.dumps(told))
"""


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(database: str, visitor: str, *paths: str) -> list[Any]:
    environment = os.environ | {"DATABASE_URL": database, "SECRET_KEY": "tests-only"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(PROJECT), *filter(None, sys.path)])}
    done = subprocess.run(  # our own interpreter, our own text
        [sys.executable, "-c", ASK, visitor, *paths],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    told: list[Any] = json.loads(done.stdout)
    return told


@pytest.fixture(params=["closed port", "silent machine", "sqlite"])
def gone(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "silent machine":
        return "postgres://gazelle:x@192.0.2.1:5432/gazelle"  # reserved for documentation: nobody is there
    if request.param == "closed port":
        return f"postgres://gazelle:x@127.0.0.1:{closed_port()}/gazelle"
    return f"sqlite:///{tmp_path / 'removed.sqlite3'}"


@pytest.mark.parametrize("visitor", ["anonymous", "signed-in"])
def test_every_page_is_a_503_that_says_since_when(gone: str, visitor: str) -> None:
    for path, status, seconds, page, headers in ask(gone, visitor, "/", "/connexion/", "/systeme/", "/admin/"):
        assert status == 503, path
        assert seconds < 1, path
        assert "Base de données injoignable depuis" in page
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Retry-After"]


def test_health_keeps_its_shape(gone: str) -> None:
    [(_, status, seconds, body, _headers)] = ask(gone, "anonymous", "/api/v6/health")
    assert status == 503
    assert seconds < 1
    told = json.loads(body)
    assert {name: one["status"] for name, one in told.items()} == {entity.name: "failing" for entity in entities()}


@pytest.mark.django_db
def test_the_moment_of_the_first_refusal_is_kept_until_it_answers_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> bool:
        raise OperationalError("refused")

    with monkeypatch.context() as patch:
        patch.setattr("gazelle_site.outage.OpenSession.objects.exists", down)
        assert client.get("/connexion/").status_code == 503
        since = outage.since
        assert since is not None
        assert client.get("/connexion/").status_code == 503
        assert outage.since == since
    assert client.get("/connexion/").status_code == 503, "answered from memory for a moment"
    monkeypatch.setattr("gazelle_site.outage.PAUSE_SECONDS", 0)
    time.sleep(0.01)
    assert client.get("/connexion/").status_code == 200
    assert outage.since is None


@pytest.mark.django_db
def test_a_lock_is_not_an_outage(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.web.people import person

    def locked(*args: object) -> None:
        raise OperationalError("database is locked")

    client.force_login(person("Bureau"))
    client.raise_request_exception = False
    monkeypatch.setattr("syncing.views.overview", locked)
    answer = client.get("/systeme/")
    assert answer.status_code == 503
    assert "Quelqu’un d’autre écrit au même endroit." in answer.content.decode()
    assert outage.since is None
