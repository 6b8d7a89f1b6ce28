"""Each fault looks to the client as it looks in the wild. Where and when it strikes is in `test_fault_planning.py`."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from gazelle_site.sandbox import Sandbox, Served, serve
from tests.sandbox.asking import Client, Reply

PAGE = """query($after: String) { allClients(first: 5, after: $after) {
  totalCount nodes { id } edges { node { id } } pageInfo { hasNextPage endCursor } } }"""


WALK = """query($after: String) { allClients(first: 5, after: $after) {
  totalCount nodes { id companyName status lifecycleState createdAt } pageInfo { hasNextPage endCursor } } }"""
CONTACTS = "{ allClients(first: 5) { nodes { id allContacts { nodes { id firstName } } } } }"


def sent(served: Served) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a request for a page."""
    return json.dumps({"query": PAGE}).encode(), {"x-gazelle-api-key": served.api_key}


def first_node(client: Client) -> dict[str, Any]:
    """The first client of a page, whole."""
    node: dict[str, Any] = client.ask(WALK)["allClients"]["nodes"][0]
    return node


def pages(client: Client, size: int) -> list[dict[str, Any]]:
    """Every page of a walk of the clients."""
    found, query, after = [], WALK.replace("first: 5", f"first: {size}"), None
    while True:
        page = client.ask(query, {"after": after})["allClients"]
        found.append(page)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


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


@pytest.mark.parametrize("code", [401, 429, 500, 502, 504])
def test_any_status_without_a_header_more(client: Client, served: Served, code: int) -> None:
    served.faults.add("status", code=code)
    reply = client.graphql(PAGE)
    assert (reply.status, "retry-after" in reply.headers) == (code, False)


def test_retry_after_in_both_its_forms(client: Client, served: Served) -> None:
    served.faults.add("status", code=429, retry_after=3)
    served.faults.add("status", code=429, retry_date=90)
    assert client.graphql(PAGE).headers["retry-after"] == "3"
    until = parsedate_to_datetime(client.graphql(PAGE).headers["retry-after"])
    assert 85 < (until - datetime.now(UTC)).total_seconds() <= 90


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


def test_an_empty_body(client: Client, served: Served) -> None:
    served.faults.add("cut", keep=0)
    reply = client.graphql(PAGE)
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "0")


def test_a_length_that_promises_too_little(client: Client, served: Served) -> None:
    whole = client.graphql(PAGE).body
    served.faults.add("wrong_length", by=-10)
    assert client.graphql(PAGE).body == whole[:-10]
    client.close()
    assert client.graphql(PAGE).body == whole


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


def test_an_answer_lost_after_its_request_was_run(client: Client, served: Served) -> None:
    """Only a request that changes something shows it: the refresh token was used up, and by a plain reset it is not."""
    form = {"client_id": served.client_id, "client_secret": served.client_secret, "grant_type": "refresh_token"}
    form["refresh_token"] = served.refresh_token
    for kind in ("reset", "answer_lost"):
        served.faults.add(kind, match="/oauth/token")
        with pytest.raises(ConnectionError):
            client.form("/developer/oauth/token", form)
        client.close()
    assert client.form("/developer/oauth/token", form).json["error"] == "invalid_grant"
    served.faults.add("answer_lost")
    with pytest.raises(ConnectionError):
        client.graphql(PAGE)


def test_an_access_token_that_expires_in_mid_run_is_renewed_by_its_refresh_token(
    client: Client, served: Served
) -> None:
    bearer = {"Authorization": f"Bearer {served.access_token}"}
    served.faults.add("token_expired", entity="clients", page=2)
    first = client.graphql(PAGE, auth=bearer)
    after = first.json["data"]["allClients"]["pageInfo"]["endCursor"]
    assert [client.graphql(PAGE, {"after": after}, auth=bearer).status for _ in range(2)] == [401, 401]
    form = {"client_id": served.client_id, "client_secret": served.client_secret, "grant_type": "refresh_token"}
    fresh = client.form("/developer/oauth/token", {**form, "refresh_token": served.refresh_token}).json
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert client.graphql(PAGE, {"after": after}, auth=bearer).status == 200


def test_a_body_that_arrives_drop_by_drop(client: Client, served: Served) -> None:
    whole = client.graphql(PAGE).body
    served.faults.add("slow_drip", seconds=0.4)
    client.connection.request("POST", "/graphql/private/", *sent(served))
    begun = time.monotonic()
    response = client.connection.getresponse()
    head = time.monotonic() - begun
    first = response.read(1)
    assert first + response.read() == whole
    assert head < 0.2
    assert time.monotonic() - begun >= 0.35


def test_a_clock_that_is_off(client: Client, served: Served) -> None:
    def ahead(reply: Reply) -> float:
        return (parsedate_to_datetime(reply.headers["date"]) - datetime.now(UTC)).total_seconds()

    form = {"client_id": served.client_id, "client_secret": served.client_secret, "grant_type": "refresh_token"}
    served.faults.add("clock_skew", seconds=-7200, match="/oauth/token")
    served.faults.add("clock_skew", seconds=7200, entity="clients")
    reply = client.graphql(PAGE)
    assert 7190 < ahead(reply) < 7210
    assert "data" in reply.json
    assert -10 < ahead(client.graphql(PAGE)) < 10
    reply = client.form("/developer/oauth/token", {**form, "refresh_token": served.refresh_token})
    assert -7210 < ahead(reply) < -7190
    assert -7210 < reply.json["created_at"] - time.time() < -7190


def test_a_whole_server_in_the_future(client: Client, served: Served, sandbox: Sandbox) -> None:
    client.control("switches", clock_skew=86400)
    user = sandbox.ids("clients")[0]
    sandbox.edit("clients", user, companyName="Demain")
    assert sandbox.record("clients", user)["updatedAt"].startswith("2026-03-11")
    assert (parsedate_to_datetime(client.graphql(PAGE).headers["date"]) - datetime.now(UTC)).days in (0, 1)


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


def test_plain_lists_and_their_nulls(client: Client, served: Served) -> None:
    whole = client.ask("{ allUsers { id } }")["allUsers"]
    served.faults.add("partial")
    answer = client.graphql("{ allUsers { id } }").json
    assert answer["data"]["allUsers"] == [None, *whole[1:]]
    assert answer["errors"][0]["path"] == ["allUsers", 0]
    served.faults.add("null_nodes", every=2, limit=2)
    nodes = client.ask("{ allUsers { id } }")["allUsers"]
    assert [place for place, node in enumerate(nodes) if node is None] == [0, 2]


def test_a_cursor_that_is_refused(client: Client, served: Served) -> None:
    served.faults.add("refused_cursor")
    after = client.ask(PAGE)["allClients"]["pageInfo"]["endCursor"]
    refused = client.error(PAGE, {"after": after})
    assert refused == {"message": "Invalid cursor: 'refused'", "path": ["allClients"]}
    assert client.error(PAGE, {"after": "bm9uc2Vuc2U="})["message"].startswith("Invalid cursor")
    assert client.ask(PAGE, {"after": after})["allClients"]["nodes"]


def test_a_record_that_comes_into_the_list_during_a_walk_repeats_a_node(
    client: Client, served: Served, sandbox: Sandbox
) -> None:
    served.faults.add("page_shift", page=3)
    walked = pages(client, 10)
    ids = [[node["id"] for node in page["nodes"]] for page in walked]
    assert ids[2][0] == ids[1][-1]
    assert [page["totalCount"] for page in walked] == [40, 40, 41, 40, 40]
    assert [len(page) for page in ids] == [10, 10, 10, 10, 1]
    assert {each for page in ids for each in page} == set(sandbox.ids("clients"))
    assert sandbox.counts()["clients"] == 40


def test_a_record_that_leaves_the_list_during_a_walk_hides_a_node(
    client: Client, served: Served, sandbox: Sandbox
) -> None:
    served.faults.add("page_shift", by=-1, page="last")
    walked = pages(client, 10)
    ids = [node["id"] for page in walked for node in page["nodes"]]
    assert [page["totalCount"] for page in walked] == [40, 40, 40, 39]
    assert len(ids) == len(set(ids)) == 39
    assert set(ids) < set(sandbox.ids("clients"))


def test_a_shift_as_long_as_the_walk_begins_again_or_finds_nothing(client: Client, served: Served) -> None:
    first = client.ask(PAGE)["allClients"]
    served.faults.add("page_shift", by=5)
    served.faults.add("page_shift", by=-100)
    again, nothing = (
        client.ask(PAGE, {"after": first["pageInfo"]["endCursor"]})["allClients"]["nodes"] for _ in range(2)
    )
    assert (again, nothing) == (first["nodes"], [])


def test_nodes_twice_in_a_page_and_nodes_missing(client: Client, served: Served) -> None:
    whole = client.ask(PAGE)["allClients"]
    served.faults.add("duplicate_nodes", count=2)
    served.faults.add("missing_nodes", count=2)
    twice, missing = (client.ask(PAGE)["allClients"] for _ in range(2))
    assert twice == {
        **whole, "nodes": whole["nodes"] + whole["nodes"][:2], "edges": whole["edges"] + whole["edges"][:2]
    }  # fmt: skip
    assert missing == {**whole, "nodes": whole["nodes"][2:], "edges": whole["edges"][2:]}


def test_an_enum_value_nobody_knows(client: Client, served: Served) -> None:
    whole = first_node(client)
    served.faults.add("new_enum_value")
    served.faults.add("new_enum_value", field="status", value="ASLEEP", count=2)
    assert first_node(client) == {**whole, "status": "FROM_THE_FUTURE"}
    nodes = client.ask(WALK)["allClients"]["nodes"]
    assert [node["status"] == "ASLEEP" for node in nodes] == [True, True, False, False, False]


def test_a_field_nobody_selected(client: Client, served: Served) -> None:
    whole = first_node(client)
    served.faults.add("new_field", name="loyaltyPoints", value={"earned": 12})
    assert first_node(client) == {**whole, "loyaltyPoints": {"earned": 12}}


def test_a_field_that_left_the_schema_has_the_query_refused(client: Client, served: Served) -> None:
    served.faults.add("field_gone", field="companyName")
    assert client.graphql("{ allClients(first: 1) { nodes { id } } }").status == 200
    answer = client.graphql(WALK).json
    real = client.error(WALK.replace("companyName", "motto"))
    assert "data" not in answer
    assert answer["errors"][0]["message"] == real["message"].replace("motto", "companyName")
    assert answer["errors"][0]["extensions"] == {**real["extensions"], "fieldName": "companyName"}
    assert "errors" not in client.graphql(WALK).json


def test_a_value_of_another_type(client: Client, served: Served) -> None:
    whole = first_node(client)
    assert isinstance(whole["companyName"], str)
    served.faults.add("type_change")
    served.faults.add("type_change", field="createdAt", value=[1, {"deep": None}])
    served.faults.add("type_change", field="status", value=None)
    assert first_node(client) == {**whole, "companyName": 12345}
    assert first_node(client) == {**whole, "createdAt": [1, {"deep": None}]}
    assert first_node(client) == {**whole, "status": None}
    served.faults.add("type_change", field="duration")
    query = "{ allEventsBatched(first: 1) { nodes { duration } } }"
    assert isinstance(client.ask(query)["allEventsBatched"]["nodes"][0]["duration"], str)


def test_a_single_read_has_its_faults(client: Client, served: Served, sandbox: Sandbox) -> None:
    query = f'{{ client(clientId: "{sandbox.ids("clients")[0]}") {{ id companyName status }} }}'
    whole = client.ask(query)["client"]
    served.faults.add("type_change", entity="clients", field="companyName", value=5)
    served.faults.add("empty", times=None)  # a list is what it takes
    assert client.ask(query)["client"] == {**whole, "companyName": 5}
    assert client.ask(query)["client"] == whole


def test_records_carried_by_others_suffer_inside_them(client: Client, served: Served) -> None:
    whole = client.ask(CONTACTS)["allClients"]["nodes"]
    assert all(node["allContacts"]["nodes"] for node in whole)
    served.faults.add("type_change", entity="contacts", field="firstName", value=False)
    served.faults.add("missing_nodes", entity="contacts", count=100)
    spoiled, gone = (client.ask(CONTACTS)["allClients"]["nodes"] for _ in range(2))
    assert [node["id"] for node in spoiled] == [node["id"] for node in whole]
    assert {node["allContacts"]["nodes"][0]["firstName"] for node in spoiled} == {False}
    assert [node["allContacts"]["nodes"] for node in gone] == [[], [], [], [], []]


def test_what_only_looks_changed_is_as_it_was_in_the_records(client: Client, served: Served, sandbox: Sandbox) -> None:
    before = sandbox.records("clients")
    for kind in ("empty", "missing_nodes", "duplicate_nodes", "type_change", "new_enum_value", "new_field", "partial"):
        served.faults.add(kind)
        assert client.graphql(WALK).json["data"]["allClients"]["nodes"] != before[:5], kind
    assert sandbox.records("clients") == before
