"""The authorization-code grant, refreshes and their refusals."""

from __future__ import annotations

import time
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from gazelle_site.sandbox import Sandbox, Served, Switches, serve
from tests.sandbox.asking import Client

BACK = "http://127.0.0.1:1/systeme/gazelle/retour"
ONE = "{ allUsers { id } }"


def authorize(client: Client, **more: str) -> str:
    asked = {"client_id": client.served.client_id, "response_type": "code", "redirect_uri": BACK, "state": "s1", **more}
    reply = client.request("GET", f"/developer/oauth/authorize?{urlencode(asked)}")
    assert reply.status == 302
    query = parse_qs(urlsplit(reply.headers["location"]).query)
    assert query["state"] == [asked["state"]]
    return query["code"][0]


def app(client: Client, grant: str, **more: str) -> dict[str, str]:
    served = client.served
    return {"client_id": served.client_id, "client_secret": served.client_secret, "grant_type": grant, **more}


def exchange(client: Client, code: str, redirect_uri: str = BACK) -> dict[str, Any]:
    reply = client.form(
        "/developer/oauth/token", app(client, "authorization_code", code=code, redirect_uri=redirect_uri)
    )
    return {"status": reply.status, **reply.json}


def test_a_code_is_exchanged_for_tokens_that_open(client: Client) -> None:
    tokens = exchange(client, authorize(client))
    assert tokens["expires_in"] == 7200
    assert abs(int(tokens["created_at"]) - time.time()) < 60
    assert client.graphql(ONE, auth={"Authorization": f"Bearer {tokens['access_token']}"}).status == 200


def test_a_code_works_once(client: Client) -> None:
    code = authorize(client)
    exchange(client, code)
    assert exchange(client, code)["error"] == "invalid_grant"


def test_the_redirect_uri_must_be_the_same(client: Client) -> None:
    answer = exchange(client, authorize(client), BACK + "/ailleurs")
    assert (answer["status"], answer["error"]) == (400, "invalid_grant")


def test_an_unknown_application_is_refused(client: Client) -> None:
    query = urlencode({"client_id": "x", "response_type": "code", "redirect_uri": BACK})
    assert client.request("GET", f"/developer/oauth/authorize?{query}").status == 401
    wrong = app(client, "refresh_token", refresh_token=client.served.refresh_token) | {"client_secret": "x"}
    assert client.form("/developer/oauth/token", wrong).json["error"] == "invalid_client"


def test_client_credentials_are_not_supported(client: Client) -> None:
    reply = client.form("/developer/oauth/token", app(client, "client_credentials"))
    assert (reply.status, reply.json["error"]) == (400, "unsupported_grant_type")


def test_a_refresh_rotates_the_refresh_token(client: Client) -> None:
    old = client.served.refresh_token
    first = client.form("/developer/oauth/token", app(client, "refresh_token", refresh_token=old)).json
    assert first["refresh_token"] != old
    again = client.form("/developer/oauth/token", app(client, "refresh_token", refresh_token=old))
    assert (again.status, again.json["error"]) == (400, "invalid_grant")


def test_a_refresh_may_omit_the_refresh_token_and_leave_the_old_one_good(client: Client, sandbox: Sandbox) -> None:
    sandbox.switches.refresh_rotates = False
    form = app(client, "refresh_token", refresh_token=client.served.refresh_token)
    assert "refresh_token" not in client.form("/developer/oauth/token", form).json
    assert client.form("/developer/oauth/token", form).status == 200


def test_a_revoked_refresh_token_is_an_invalid_grant(client: Client, sandbox: Sandbox) -> None:
    sandbox.tokens.revoke_refresh_tokens()
    form = app(client, "refresh_token", refresh_token=client.served.refresh_token)
    assert client.form("/developer/oauth/token", form).json["error"] == "invalid_grant"


def test_access_tokens_expire() -> None:
    with serve(Sandbox("small", today=date(2026, 3, 10), switches=Switches(token_lifetime=1))) as served:
        client = Client(served)
        auth = {"Authorization": f"Bearer {served.access_token}"}
        assert client.graphql(ONE, auth=auth).status == 200
        time.sleep(1.1)
        assert client.graphql(ONE, auth=auth).status == 401
        form = app(client, "refresh_token", refresh_token=served.refresh_token)
        fresh = client.form("/developer/oauth/token", form).json
        assert fresh["expires_in"] == 1
        assert client.graphql(ONE, auth={"Authorization": f"Bearer {fresh['access_token']}"}).status == 200
        client.close()


@pytest.mark.parametrize("kind", ["status", "html", "cut", "reset"])
def test_the_token_address_can_fail_too(client: Client, served: Served, kind: str) -> None:
    served.faults.add(kind, match="/oauth/token")
    form = app(client, "refresh_token", refresh_token=served.refresh_token)
    if kind == "reset":
        with pytest.raises(ConnectionError):
            client.form("/developer/oauth/token", form)
        return
    reply = client.form("/developer/oauth/token", form)
    assert reply.status == (503 if kind == "status" else 200)
    with pytest.raises((ValueError, KeyError)):
        reply.json["access_token"]
