"""Connections: complete, without duplicates, in any page size, forwards and backwards, while the data move."""

from __future__ import annotations

import base64

import pytest

from gazelle_site.sandbox import Sandbox, Switches
from tests.sandbox.asking import Client

ROOTS = {
    "allClients": "clients",
    "allPianos": "pianos",
    "allEventsBatched": "appointments",
    "allTimelineEntries": "timeline",
    "allInvoices": "invoices",
    "allEstimates": "estimates",
}


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
@pytest.mark.parametrize("root", ROOTS)
def test_a_walk_gives_every_record_once(client: Client, sandbox: Sandbox, root: str, size: int) -> None:
    if size == 1 and root == "allTimelineEntries":
        size = 3
    ids = [node["id"] for node in client.walk(root, size=size)]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(sandbox.ids(ROOTS[root]))


def test_a_walk_goes_past_an_id_that_utf8_cannot_say(client: Client, sandbox: Sandbox) -> None:
    odd = sandbox.create("clients", id="cli_\ud800", companyName="Étrange")
    assert odd in [node["id"] for node in client.walk("allClients", size=1)]


@pytest.mark.parametrize("root", ROOTS)
def test_without_first_everything_comes_at_once_and_total_count_agrees(client: Client, root: str) -> None:
    page = client.ask(f"{{ {root} {{ totalCount nodes {{ id }} edges {{ cursor node {{ id }} }} }} }}")[root]
    assert page["totalCount"] == len(page["nodes"]) == len(page["edges"])
    assert page["nodes"] == [edge["node"] for edge in page["edges"]]


@pytest.mark.parametrize("root", ROOTS)
def test_a_backward_walk_gives_the_same_records(client: Client, root: str) -> None:
    forward = [node["id"] for node in client.walk(root)]
    backward: list[str] = []
    before = None
    while True:
        query = (
            f"query($b: String) {{ {root}(last: 9, before: $b) "
            "{ nodes { id } pageInfo { hasPreviousPage startCursor } } }"
        )
        page = client.ask(query, {"b": before})[root]
        backward = [node["id"] for node in page["nodes"]] + backward
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        before = page["pageInfo"]["startCursor"]
    assert backward == forward


@pytest.mark.parametrize(
    ("root", "name", "argument", "child"),
    [
        ("allClients", "allContacts", "includeArchived: true", "id"),
        ("allClients", "allPianos", "status: [ACTIVE, INACTIVE, TEMPORARY_STORAGE]", "id"),
        ("allInvoices", "allInvoiceItems", "", "id"),
        ("allInvoices", "allInvoicePayments", "", "id"),
        ("allEventsBatched", "allEventPianos", "", "piano { id }"),
        ("allEventsBatched", "allServiceItems", "", "id"),
    ],
)
def test_nested_connections_are_connections_too(
    client: Client, root: str, name: str, argument: str, child: str
) -> None:
    alone = f"({argument})" if argument else ""
    whole = client.ask(f"{{ {root} {{ nodes {{ {name}{alone} {{ totalCount nodes {{ {child} }} }} }} }} }}")[root]
    cut = client.ask(
        f"{{ {root} {{ nodes {{ {name}(first: 1 {argument}) "
        f"{{ nodes {{ {child} }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"
    )[root]
    pairs = [(one[name], full[name]) for one, full in zip(cut["nodes"], whole["nodes"], strict=True)]
    assert any(full["nodes"] for _, full in pairs)
    for one, full in pairs:
        assert one["nodes"] == full["nodes"][:1]
        assert one["pageInfo"]["hasNextPage"] == (full["totalCount"] > 1)
        assert one["pageInfo"]["endCursor"] == (one["edges"][0]["cursor"] if one["edges"] else None)


def test_contacts_of_one_client_are_walked_by_their_own_cursor(client: Client) -> None:
    query = """query($id: String, $after: String) { client(id: $id) { allContacts(first: 1, after: $after,
               includeArchived: true) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    owner = client.ask("{ allClients(first: 1) { nodes { id } } }")["allClients"]["nodes"][0]["id"]
    found, after = [], None
    while True:
        page = client.ask(query, {"id": owner, "after": after})["client"]["allContacts"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(found) == len(set(found)) == page["totalCount"]


def test_an_unknown_cursor_is_a_graphql_error(client: Client) -> None:
    invented = base64.b64encode(b"3:cli_0000000000000000").decode()
    for cursor in ("pas un curseur", invented):
        error = client.error("query($c: String) { allClients(first: 2, after: $c) { totalCount } }", {"c": cursor})
        assert "Invalid cursor" in error["message"]


def test_a_negative_first_is_refused(client: Client) -> None:
    assert "non-negative" in client.error("{ allClients(first: -1) { totalCount } }")["message"]


def test_first_zero_is_an_empty_page_that_promises_more(client: Client) -> None:
    page = client.ask("{ allClients(first: 0) { nodes { id } pageInfo { hasNextPage endCursor } } }")["allClients"]
    assert page == {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}


def test_a_maximum_page_size_can_be_set(client: Client, sandbox: Sandbox) -> None:
    sandbox.switches.max_first = 10
    assert len(client.ask("{ allClients(first: 500) { nodes { id } } }")["allClients"]["nodes"]) == 10
    assert len(client.ask("{ allClients { nodes { id } } }")["allClients"]["nodes"]) == 10
    assert len(list(client.walk("allClients", size=500))) == 40


def test_a_cursor_survives_the_deletion_of_its_record(client: Client, sandbox: Sandbox) -> None:
    query = "query($a: String) { allClients(first: 5, after: $a) { nodes { id } pageInfo { endCursor } } }"
    first = client.ask(query)["allClients"]
    sandbox.delete("clients", first["nodes"][-1]["id"])
    second = client.ask(query, {"a": first["pageInfo"]["endCursor"]})["allClients"]
    whole = [node["id"] for node in client.ask("{ allClients { nodes { id } } }")["allClients"]["nodes"]]
    assert [node["id"] for node in second["nodes"]] == whole[4:9]


def test_a_walk_loses_nothing_when_rows_arrive_before_its_cursor(client: Client, sandbox: Sandbox) -> None:
    owner, before = sandbox.ids("clients")[0], set(sandbox.ids("timeline"))
    seen = []
    for rank, node in enumerate(client.walk("allTimelineEntries", size=50)):
        seen.append(node["id"])
        if rank % 60 == 0:
            sandbox.create("timeline", client=owner, summary="Arrivée pendant la lecture")
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_the_same_query_is_compiled_once_for_all_its_pages(sandbox: Sandbox) -> None:
    query = "query($a: String, $n: Int) { allClients(first: $n, after: $a) { nodes { id } pageInfo { endCursor } } }"
    for first in (5, 6, 7):
        after = sandbox.answer(query, {"n": first})["data"]["allClients"]["pageInfo"]["endCursor"]
        sandbox.answer(query, {"n": first, "a": after})
    assert len(sandbox.engine._compiled) == 1


def test_switches_can_be_given_at_the_start() -> None:
    small = Sandbox("small", switches=Switches(max_first=3))
    assert len(small.answer("{ allClients { nodes { id } } }")["data"]["allClients"]["nodes"]) == 3
