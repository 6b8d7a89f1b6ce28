"""A fault strikes the requests it was meant for, on the page, as often and as likely as was asked, and no other."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from gazelle_site.sandbox import FAULT_KINDS, Sandbox, Served, serve
from gazelle_site.sandbox.entities import ENTITIES
from tests.sandbox.asking import Client

PAGE = """query($after: String) { allClients(first: 10, after: $after) {
  totalCount nodes { id companyName status } edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
USERS = "{ allUsers { id } }"
TOKEN = "/developer/oauth/token"
QUERIES = {
    "users": USERS,
    "clients": "{ allClients(first: 5) { nodes { id } } }",
    "contacts": "{ allClients(first: 5) { edges { node { allContacts { nodes { id } } } } } }",
    "pianos": "{ allPianos(first: 5) { nodes { id client { id } } } }",
    "measurements": "{ allPianos(first: 5) { nodes { allPianoMeasurements { id } } } }",
    "appointments": "{ allEventsBatched(first: 5) { nodes { id } } }",
    "timeline": "{ allTimelineEntries(first: 5) { nodes { id client { id } piano { id } } } }",
    "service_items": "{ allMasterServiceItems { id } }",
    "invoices": "{ allInvoices(first: 5) { nodes { id client { id } } } }",
    "payments": "{ allInvoices(first: 5) { nodes { allInvoicePayments { nodes { id } } } } }",
    "estimates": "{ allEstimates(first: 5) { nodes { id client { id } } } }",
}


def walk(client: Client) -> list[int]:
    """The status of every page of a walk of the clients; a page refused is asked again."""
    statuses, after = [], None
    while True:
        reply = client.graphql(PAGE, {"after": after})
        statuses.append(reply.status)
        if reply.status != 200:
            continue
        info = reply.json["data"]["allClients"]["pageInfo"]
        if not info["hasNextPage"]:
            return statuses
        after = info["endCursor"]


def cursor(client: Client) -> str:
    found: str = client.ask(PAGE)["allClients"]["pageInfo"]["endCursor"]
    return found


def test_a_fault_waits_for_its_request_and_stops_after_its_times(client: Client, served: Served) -> None:
    served.faults.add("status", times=2, after=1, match="allClients", code=500)
    assert client.graphql(USERS).status == 200
    assert [client.graphql(PAGE).status for _ in range(4)] == [200, 500, 500, 200]
    assert [(hit.kind, hit.entity, hit.page) for hit in served.faults.applied] == [("status", "clients", 1)] * 2
    assert served.faults.waiting == []


def test_an_endless_fault_lasts_until_it_is_cleared(client: Client, served: Served) -> None:
    served.faults.add("status", times=None, code=503)
    assert [client.graphql(PAGE).status for _ in range(3)] == [503, 503, 503]
    served.faults.clear()
    assert client.graphql(PAGE).status == 200


def test_the_first_planned_is_the_first_met_and_one_at_a_time(client: Client, served: Served) -> None:
    served.faults.add("status", code=500)
    served.faults.add("status", code=502)
    assert [client.graphql(PAGE).status for _ in range(3)] == [500, 502, 200]


@pytest.mark.parametrize(("page", "struck"), [(1, 0), (2, 1), (4, 3), ("last", 3)])
def test_a_page_is_told_by_its_cursor_so_asking_again_meets_the_fault_again(
    client: Client, served: Served, page: Any, struck: int
) -> None:
    served.faults.add("status", entity="clients", page=page, times=3)
    expected = [200] * struck + [503, 503, 503] + [200] * (4 - struck)
    assert walk(client) == expected


def test_a_page_keeps_its_place_when_records_come_and_go(client: Client, served: Served, sandbox: Sandbox) -> None:
    after = cursor(client)
    for gone in sandbox.ids("clients")[:3]:
        sandbox.delete("clients", gone)
    served.faults.add("status", page=2)
    served.faults.add("status", page=3)
    assert client.graphql(PAGE, {"after": after}).status == 503
    third = client.ask(PAGE, {"after": after})["allClients"]["pageInfo"]["endCursor"]
    assert client.graphql(PAGE, {"after": third}).status == 503


def test_pages_are_those_the_server_serves(client: Client, served: Served, sandbox: Sandbox) -> None:
    sandbox.switches.max_first = 4
    served.faults.add("status", page="last")
    served.faults.add("status", page=3)
    assert walk(client) == [200, 200, 503, 200, 200, 200, 200, 200, 200, 200, 503, 200]


def test_a_list_without_pages_is_page_one_and_the_last(client: Client, served: Served) -> None:
    served.faults.add("status", page="last", code=500)
    served.faults.add("status", page=1, code=502)
    assert [client.graphql(USERS).status for _ in range(3)] == [500, 502, 200]
    served.faults.add("status", page=1)
    assert client.graphql("{ user { id } }").status == 200, "a single record has no page"


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_entity_is_met_in_its_list_and_nowhere_else(client: Client, served: Served, entity: str) -> None:
    served.faults.add("status", entity=entity, times=None)
    carriers = {"clients": {"contacts"}, "pianos": {"measurements"}, "invoices": {"payments"}}.get(entity, set())
    met = {name for name, query in QUERIES.items() if client.graphql(query).status == 503}
    assert met == {entity, *carriers}
    assert {hit.entity for hit in served.faults.applied} == {entity}


def test_an_entity_is_met_in_its_single_read_under_any_alias(client: Client, served: Served, sandbox: Sandbox) -> None:
    served.faults.add("status", entity="pianos")
    assert client.graphql(f'{{ client(clientId: "{sandbox.ids("clients")[0]}") {{ id }} }}').status == 200
    assert client.graphql(f'{{ it: piano(pianoId: "{sandbox.ids("pianos")[0]}") {{ id }} }}').status == 503


def test_only_the_list_of_the_entity_is_spoiled(client: Client, served: Served) -> None:
    query = "{ allUsers { id } everyone: allClients(first: 2) { nodes { id } } }"
    served.faults.add("empty", entity="clients")
    data = client.ask(query)
    assert (len(data["allUsers"]), data["everyone"]["nodes"]) == (7, [])


def test_the_contacts_that_follow_are_pages_of_their_own(client: Client, served: Served, sandbox: Sandbox) -> None:
    person = sandbox.ids("clients")[0]
    for number in range(8):
        sandbox.create("contacts", client=person, firstName=f"Voix {number}", archived=False)
    query = f"""query($after: String) {{ client(clientId: "{person}") {{
      allContacts(first: 3, after: $after) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }} }}"""
    served.faults.add("page_shift", entity="contacts", times=None)  # met by lists at the root only
    served.faults.add("status", entity="contacts", page=2, code=500)
    served.faults.add("refused_cursor", entity="contacts")
    after = client.ask(query)["client"]["allContacts"]["pageInfo"]["endCursor"]
    assert client.graphql(query, {"after": after}).status == 500
    assert "Invalid cursor" in client.error(query, {"after": after})["message"]
    assert client.ask(query, {"after": after})["client"]["allContacts"]["nodes"]


def test_a_fault_of_cursors_waits_for_one(client: Client, served: Served) -> None:
    served.faults.add("refused_cursor")
    after = cursor(client)
    assert client.graphql(USERS).status == 200
    assert "errors" in client.graphql(PAGE, {"after": after}).json


def test_a_refused_query_reads_nothing(client: Client, served: Served) -> None:
    served.faults.add("empty")
    served.faults.add("status", entity="clients")
    assert client.error("{ allClients { nodes { motto } } }")["extensions"]["code"] == "undefinedField"
    assert served.faults.applied == []


def test_a_fault_of_the_data_does_not_wear_out_on_the_token_address(client: Client, served: Served) -> None:
    served.faults.add("graphql_error")
    served.faults.add("token_expired", match=TOKEN)
    client.form(TOKEN, {"grant_type": "client_credentials"})
    assert "errors" in client.graphql(PAGE).json
    assert len(served.faults.applied) == 1


def statuses(count: int, plan: Callable[[Served], object]) -> list[int | None]:
    """What that many requests met on a fresh server."""
    with serve(Sandbox("small", today=date(2026, 3, 10))) as served:
        plan(served)
        client = Client(served)
        for _ in range(count):
            with suppress(ConnectionError):
                client.graphql(PAGE)
            if served.requests[len(served.requests) - 1].status is None:
                client.close()
        client.close()
        return [request.status for request in served.requests]


def likely(seed: int) -> Callable[[Served], object]:
    def plan(served: Served) -> None:
        served.faults.seed(seed)
        served.faults.add("status", probability=0.3, times=None)

    return plan


def test_the_same_seed_gives_the_same_faults_and_another_gives_others() -> None:
    one, again, other = statuses(100, likely(7)), statuses(100, likely(7)), statuses(100, likely(8))
    assert one == again != other
    assert 15 <= one.count(503) <= 45


def test_a_likely_fault_also_stops_after_its_times() -> None:
    met = statuses(60, lambda served: served.faults.add("status", probability=0.5, times=3))
    assert met.count(503) == 3
    assert met[:3] != [503, 503, 503]


def test_a_mix_strikes_its_share_of_the_requests_with_each_of_its_kinds() -> None:
    kinds: list[Any] = ["reset", {"kind": "status", "code": 429}, {"kind": "status", "code": 500}, "refused_cursor"]

    def plan(served: Served) -> None:
        served.faults.mix(0.3, kinds, seed=3)

    met = statuses(150, plan)
    assert met == statuses(150, plan)
    assert {met.count(status) > 5 for status in (None, 429, 500)} == {True}
    assert 80 <= met.count(200) <= 130


def test_a_mix_of_everything_draws_what_the_request_can_suffer(client: Client, served: Served) -> None:
    served.faults.mix(1, [kind for kind in FAULT_KINDS if kind not in ("hang", "slow_drip")], seed=1)
    for _ in range(60):
        with suppress(ConnectionError, http.client.HTTPException):
            client.graphql(USERS)
        client.close()
    met = {hit.kind for hit in served.faults.applied}
    assert len(served.faults.applied) == 60
    assert met.isdisjoint({"page_shift", "refused_cursor", "repeat_cursor", "lying_total", "new_enum_value"})
    assert {"status", "html", "reset", "cut", "null_nodes", "empty"} <= met


def test_every_kind_can_be_planned_over_http_and_is_met(client: Client, served: Served) -> None:
    after = cursor(client)
    whole = client.graphql(PAGE, {"after": after})
    for kind in FAULT_KINDS:
        values = {"seconds": 0.05} if kind in ("hang", "slow_drip") else {}
        planned = client.control("fault", kind=kind, entity="clients", page=2, times=1, probability=1.0, **values)
        assert (planned.get("kind"), planned.get("data")) == (kind, values), planned
        served.requests.clear()
        with suppress(ConnectionError, http.client.HTTPException):
            met = client.graphql(PAGE, {"after": after})
            assert met.body != whole.body or kind in ("hang", "slow_drip", "clock_skew"), kind
        client.close()
        assert [request.fault for request in served.requests] == [kind]
        assert client.graphql(PAGE, {"after": after}).body == whole.body, kind
    told = client.request("GET", "/control/faults").json
    assert told["waiting"] == []
    assert told["applied"] == [{"kind": kind, "entity": "clients", "page": 2} for kind in FAULT_KINDS]


def test_a_mix_and_a_seed_over_http(client: Client, served: Served) -> None:
    planned = client.control("mix_faults", probability=0.5, kinds=["html", {"kind": "status", "code": 429}], seed=5)
    assert planned["choices"] == [{"kind": "html", "data": {}}, {"kind": "status", "data": {"code": 429}}]
    first = [client.graphql(PAGE).headers["content-type"] for _ in range(20)]
    assert client.control("seed_faults", seed=5) == {"seed": 5}
    assert [client.graphql(PAGE).headers["content-type"] for _ in range(20)] == first
    assert len(set(first)) == 2
    assert client.request("GET", "/control/faults").json["waiting"] == [planned]


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({}, "n’est pas une panne connue ; choix : status, html"),
    ({"kind": "meteor"}, "« meteor » n’est pas une panne connue"),
    ({"kind": ["cut"]}, "n’est pas une panne connue"),
    ({"kind": "reset", "seconds": 3}, "La panne « reset » n’a pas de réglage « seconds » ; choix : aucun"),
    ({"kind": "hang", "second": 3}, "choix : seconds"),
    ({"kind": "hang", "self": 3}, "choix : seconds"),
    ({"kind": "hang", "seconds": "3"}, "doit être un nombre de secondes, 0 ou plus, pas '3'"),
    ({"kind": "hang", "seconds": -1}, "doit être un nombre de secondes"),
    ({"kind": "hang", "seconds": True}, "doit être un nombre de secondes"),
    ({"kind": "status", "code": 99}, "doit être un statut HTTP"),
    ({"kind": "status", "headers": "Retry-After: 1"}, "doit être un objet"),
    ({"kind": "cut", "keep": 1.5}, "doit être un nombre entre 0 et 1"),
    ({"kind": "null_nodes", "every": 0}, "doit être un entier, 1 ou plus"),
    ({"kind": "page_shift", "by": 0}, "doit être un entier autre que 0"),
    ({"kind": "html", "body": 5}, "doit être un texte"),
    ({"kind": "cut", "times": 0}, "« times » doit être un entier, 1 ou plus, ou null"),
    ({"kind": "cut", "after": -1}, "« after » doit être"),
    ({"kind": "cut", "match": 5}, "« match » doit être un texte"),
    ({"kind": "cut", "entity": "unicorns"}, "« unicorns » n’est pas une entité ; choix : users, clients"),
    ({"kind": "cut", "entity": ["clients"]}, "n’est pas une entité"),
    ({"kind": "cut", "page": 0}, "« page » doit être un entier, 1 ou plus, ou « last »"),
    ({"kind": "cut", "page": "first"}, "« page » doit être"),
    ({"kind": "cut", "probability": 10}, "« probability » doit être un nombre entre 0 et 1"),
    ({"kind": "type_change", "entity": "clients", "field": "motto"}, "« clients » n’a pas de champ « motto »"),
]


@pytest.mark.parametrize(("values", "said"), MISTAKES)
def test_what_cannot_be_planned_is_refused_in_clear_words(
    client: Client, served: Served, values: dict[str, Any], said: str
) -> None:
    assert said in client.request("POST", "/control/fault", json.dumps(values).encode()).json["error"]
    assert served.faults.waiting == []


@pytest.mark.parametrize(
    ("verb", "values", "said"),
    [
        ("mix_faults", {}, "veut « probability »"),
        ("mix_faults", {"probability": 0.1, "times": 2}, "ne prend que"),
        ("mix_faults", {"probability": 2}, "entre 0 et 1"),
        ("mix_faults", {"probability": 0.1, "kinds": "cut"}, "doit être une liste de pannes"),
        ("mix_faults", {"probability": 0.1, "kinds": []}, "au moins une panne"),
        ("mix_faults", {"probability": 0.1, "kinds": ["meteor"]}, "n’est pas une panne connue"),
        ("mix_faults", {"probability": 0.1, "kinds": [5]}, "un nom ou un objet avec « kind »"),
        ("mix_faults", {"probability": 0.1, "kinds": [{"kind": "cut", "keep": 9}]}, "entre 0 et 1"),
        ("mix_faults", {"probability": 0.1, "seed": "x"}, "« seed » doit être un entier"),
        ("seed_faults", {}, "il faut « seed »"),
        ("seed_faults", {"seed": 1.5}, "« seed » doit être un entier"),
    ],
)
def test_mixes_and_seeds_too(client: Client, served: Served, verb: str, values: dict[str, Any], said: str) -> None:
    assert said in client.control(verb, **values)["error"]
    assert served.faults.waiting == []


def test_the_object_refuses_the_same_mistakes(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="panne"):
        sandbox.faults.add("meteor")
    with pytest.raises(ValueError, match="page"):
        sandbox.faults.add("cut", page=-1)
