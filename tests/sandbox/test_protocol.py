"""The door: paths, headers, bodies."""

from __future__ import annotations

import json

import pytest
from graphql import get_introspection_query

from gazelle_site.sandbox import Sandbox, Served, serve
from tests.sandbox.asking import Client

ONE = "{ allClients(first: 1) { nodes { id } } }"


def test_the_api_key_opens(client: Client) -> None:
    assert client.graphql(ONE).status == 200


def test_the_access_token_opens(client: Client, served: Served) -> None:
    assert client.graphql(ONE, auth={"Authorization": f"Bearer {served.access_token}"}).status == 200


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"x-gazelle-api-key": "wrong"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic c2FuZGJveA=="},
        {"Authorization": "Bearer sandbox-access-token", "x-gazelle-api-key": "sandbox-api-key"},
    ],
)
def test_anything_else_is_refused_with_401_in_json(client: Client, auth: dict[str, str]) -> None:
    reply = client.graphql(ONE, auth=auth)
    assert (reply.status, reply.json) == (401, {"error": "Unauthorized"})


def test_the_trailing_slash_matters(client: Client, served: Served) -> None:
    body = json.dumps({"query": ONE}).encode()
    assert client.request("POST", "/graphql/private", body, {"x-gazelle-api-key": served.api_key}).status == 404


def test_other_paths_and_methods_find_nothing(client: Client) -> None:
    assert client.request("GET", "/graphql/private/").status == 404
    assert client.request("POST", "/nowhere", b"{}").status == 404


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"query": 3}', b'{"query": "{x}", "variables": [1]}', b"\xff"]
)
def test_a_body_that_is_no_request_is_a_400(client: Client, served: Served, body: bytes) -> None:
    assert client.request("POST", "/graphql/private/", body, {"x-gazelle-api-key": served.api_key}).status == 400


def test_one_connection_serves_many_requests(client: Client) -> None:
    client.graphql(ONE)
    first = client.connection.sock
    client.graphql(ONE)
    assert client.connection.sock is first


def test_stopping_hangs_up_the_connections_kept_alive(sandbox: Sandbox) -> None:
    with serve(sandbox) as served:
        client = Client(served)
        client.graphql(ONE)
    with pytest.raises((ConnectionError, OSError)):
        client.graphql(ONE)
    client.close()


def test_introspection_is_open_and_hides_the_deprecated_argument(client: Client) -> None:
    types = client.ask(get_introspection_query())["__schema"]["types"]
    root = next(each for each in types if each["name"] == "PrivateQuery")
    pianos = next(each for each in root["fields"] if each["name"] == "allPianos")
    assert "clientId" not in [arg["name"] for arg in pianos["args"]]


def test_introspection_may_ride_with_data(client: Client) -> None:
    query = "query($t: String!) { __type(name: $t) { name } allUsers { id __typename } __typename }"
    data = client.ask(query, {"t": "PrivateUser"})
    assert data["__type"] == {"name": "PrivateUser"}
    assert data["allUsers"][0]["__typename"] == "PrivateUser"
    assert data["__typename"] == "PrivateQuery"


def test_mutations_are_refused_with_a_clear_error(client: Client, sandbox: Sandbox) -> None:
    victim = sandbox.ids("clients")[0]
    error = client.error(f'mutation {{ deleteClient(id: "{victim}") {{ isDeleted }} }}')
    assert "lecture seule" in error["message"]
    assert victim in sandbox.ids("clients")


def test_the_request_is_in_the_log_when_its_answer_arrives(client: Client, served: Served) -> None:
    client.graphql("query($a: String) { allUsers { id } allClients(after: $a) { totalCount } }", {"a": None})
    assert served.requests.count == 1
    assert served.requests[-1].variables == {"a": None}
    assert served.requests[-1].status == 200
    assert served.requests.matching("allUsers")
