"""Each fault looks to the client as it looks in the wild, and only where and when it was asked for."""

from __future__ import annotations

import http.client
import json
import time
from datetime import date

import pytest

from gazelle_site.sandbox import FAULT_KINDS, Sandbox, Served, serve
from tests.sandbox.asking import Client, Reply

PAGE = """query($after: String) { allClients(first: 5, after: $after) {
  totalCount nodes { id } edges { node { id } } pageInfo { hasNextPage endCursor } } }"""


def is_json(reply: Reply) -> bool:
    try:
        json.loads(reply.body)
    except ValueError:
        return False
    return True


def test_a_status_comes_with_its_headers(client: Client, served: Served) -> None:
    served.faults.add("status", code=429, headers={"Retry-After": "2"}, match="allClients")
    reply = client.graphql(PAGE)
    assert (reply.status, reply.headers["retry-after"]) == (429, "2")
    assert client.graphql(PAGE).status == 200


def test_html_with_a_good_status(client: Client, served: Served) -> None:
    served.faults.add("html")
    reply = client.graphql(PAGE)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert not is_json(reply)


def test_bytes_that_are_not_utf8(client: Client, served: Served) -> None:
    served.faults.add("not_utf8")
    with pytest.raises(UnicodeDecodeError):
        client.graphql(PAGE).body.decode()


def test_a_body_cut_in_half_with_an_honest_length(client: Client, served: Served) -> None:
    whole = client.graphql(PAGE).body
    served.faults.add("cut")
    reply = client.graphql(PAGE)
    assert reply.body == whole[: len(whole) // 2]
    assert not is_json(reply)


def test_a_length_that_promises_too_much(client: Client, served: Served) -> None:
    served.faults.add("wrong_length")
    with pytest.raises(http.client.IncompleteRead):
        client.graphql(PAGE)
    client.close()
    assert client.graphql(PAGE).status == 200


def test_a_connection_reset(client: Client, served: Served) -> None:
    served.faults.add("reset")
    with pytest.raises(ConnectionResetError):
        client.graphql(PAGE)
    client.close()
    assert client.graphql(PAGE).status == 200
    assert served.requests[0].status is None


def test_an_answer_that_hangs(client: Client, served: Served) -> None:
    served.faults.add("hang", seconds=0.3)
    begun = time.monotonic()
    assert client.graphql(PAGE).status == 200
    assert time.monotonic() - begun >= 0.3


def test_stopping_does_not_wait_for_a_hanging_answer() -> None:
    begun = time.monotonic()
    with serve(Sandbox("small", today=date(2026, 3, 10))) as served:
        served.faults.add("hang", seconds=60)
        client = Client(served)
        client.connection.timeout = 0.2
        with pytest.raises(TimeoutError):
            client.graphql(PAGE)
        client.close()
    assert time.monotonic() - begun < 10


def test_graphql_errors_without_data(client: Client, served: Served) -> None:
    served.faults.add("graphql_error", message="Internal server error")
    answer = client.graphql(PAGE).json
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "Internal server error"


def test_partial_data_with_errors(client: Client, served: Served) -> None:
    served.faults.add("partial")
    answer = client.graphql(PAGE).json
    assert answer["data"]["allClients"]["nodes"][0] is None
    assert answer["data"]["allClients"]["nodes"][1]["id"]
    assert answer["errors"][0]["path"] == ["allClients", "nodes", 0]


def test_an_empty_list_that_looks_like_a_mass_deletion(client: Client, served: Served) -> None:
    served.faults.add("empty", times=2)
    page = client.ask(PAGE)["allClients"]
    assert page == {"totalCount": 0, "nodes": [], "edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert client.ask("{ allUsers { id } }") == {"allUsers": []}


def test_a_cursor_that_repeats_itself(client: Client, served: Served) -> None:
    after = client.ask(PAGE)["allClients"]["pageInfo"]["endCursor"]
    served.faults.add("repeat_cursor")
    info = client.ask(PAGE, {"after": after})["allClients"]["pageInfo"]
    assert info == {"hasNextPage": True, "endCursor": after}


def test_a_total_that_lies(client: Client, served: Served) -> None:
    served.faults.add("lying_total", by=-3)
    assert client.ask(PAGE)["allClients"]["totalCount"] == 37


def test_null_nodes_here_and_there(client: Client, served: Served) -> None:
    served.faults.add("null_nodes", every=2)
    page = client.ask(PAGE)["allClients"]
    assert [node is None for node in page["nodes"]] == [True, False, True, False, True]
    assert [edge["node"] is None for edge in page["edges"]] == [True, False, True, False, True]


def test_a_fault_waits_for_its_request_and_stops_after_its_times(client: Client, served: Served) -> None:
    served.faults.add("status", times=2, after=1, match="allClients", code=500)
    assert client.graphql("{ allUsers { id } }").status == 200
    assert [client.graphql(PAGE).status for _ in range(4)] == [200, 500, 500, 200]
    assert [fault.kind for fault in served.faults.applied] == ["status", "status"]


def test_an_endless_fault_lasts_until_it_is_cleared(client: Client, served: Served) -> None:
    served.faults.add("status", times=None, code=503)
    assert [client.graphql(PAGE).status for _ in range(3)] == [503, 503, 503]
    served.faults.clear()
    assert client.graphql(PAGE).status == 200


def test_a_payload_fault_does_not_wear_out_on_the_token_address(client: Client, served: Served) -> None:
    served.faults.add("graphql_error")
    client.form("/developer/oauth/token", {"grant_type": "client_credentials"})
    assert "errors" in client.graphql(PAGE).json


def test_an_unknown_kind_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="panne"):
        sandbox.faults.add("meteor")
    assert len(FAULT_KINDS) == 13
