"""A person can play the office over HTTP, and start the server from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from gazelle_site.sandbox import Sandbox
from tests.sandbox.asking import Client


def test_every_verb_of_the_control_interface(client: Client, sandbox: Sandbox) -> None:
    first, second, third = sandbox.ids("clients")[6:9]
    assert client.control("counts")["clients"] == 40
    assert client.control("ids", entity="clients")[6] == first
    assert client.control("edit", entity="clients", id=first, fields={"companyName": "Neuf"})["companyName"] == "Neuf"
    made = client.control("create", entity="clients", fields={"companyName": "École"})["id"]
    assert client.control("record", entity="clients", id=made)["companyName"] == "École"
    assert client.control("delete", entity="clients", id=made) == {"deleted": made}
    event = sandbox.ids("appointments")[0]
    assert client.control("cancel_event", id=event) == {"canceled": event}
    assert client.control("merge_clients", source=second, target=third) == {"kept": third}
    one, other = sandbox.ids("pianos")[:2]
    assert client.control("merge_pianos", source=one, target=other) == {"kept": other}
    assert client.control("switches", max_first=50)["max_first"] == 50
    assert len(client.control("records", entity="users")) == 7
    assert client.control("fault", kind="status", code=503, match="allUsers")["data"] == {"code": 503}
    assert client.graphql("{ allUsers { id } }").status == 503
    assert client.control("clear_faults") == {"cleared": True}
    assert client.control("expire_tokens") == {"expired": True}
    assert client.control("revoke_tokens") == {"revoked": True}


def test_reading_verbs_answer_a_get_and_the_others_do_not(client: Client, sandbox: Sandbox) -> None:
    assert client.request("GET", "/control/ids?entity=users").json == sandbox.ids("users")
    assert client.request("GET", f"/control/cancel_event?id={sandbox.ids('appointments')[0]}").status == 404


def test_mistakes_are_explained(client: Client) -> None:
    assert "choix" in client.control("dance")["error"]
    assert "n’existe pas" in client.control("edit", entity="clients", id="cli_x", fields={})["error"]
    assert "réglage" in client.control("switches", colour=1)["error"]
    assert "panne" in client.control("fault", kind="meteor")["error"]
    assert client.request("POST", "/control/edit", b"[]").status == 400


def test_the_command_prints_the_settings_and_serves_until_interrupted() -> None:
    command = [sys.executable, "manage.py", "sandbox", "--port=0", "--size=small", "--today=2026-03-10", "--api-key=k1"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # ours
        assert process.stdout is not None
        lines = dict(process.stdout.readline().strip().split("=", 1) for _ in range(7))
        address = urlsplit(lines["GAZELLE_API_URL"])
        connection = HTTPConnection(address.netloc, timeout=10)
        body = json.dumps({"query": "{ user { fullName } }"})
        connection.request("POST", address.path, body, {"x-gazelle-api-key": lines["GAZELLE_API_KEY"]})
        assert json.loads(connection.getresponse().read())["data"]["user"]["fullName"] == "Bruno Lachance"
        connection.close()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert process.returncode == 0
    assert lines["GAZELLE_API_KEY"] == "k1"
    assert set(lines) >= {"GAZELLE_TOKEN_URL", "GAZELLE_CLIENT_ID", "GAZELLE_CLIENT_SECRET", "GAZELLE_REFRESH_TOKEN"}
