"""The whole fetching pillar against the stand-in Gazelle, over loopback: its traps and its faults."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gazelle_site.sandbox.sandbox import Sandbox
from gazelle_site.sandbox.server import Served, serve
from syncing.fetching.errors import (
    ApplicationRefused,
    CursorRefused,
    CursorRepeated,
    CutAnswer,
    FetchError,
    NotJson,
    NotUtf8,
    QueryRefused,
    RefreshRefused,
    ServerFault,
    TokenRefused,
    TooManyRequests,
    Unreachable,
    WrongAddress,
)
from syncing.fetching.oauth import ApiKey, OAuth
from syncing.fetching.pages import Page, plan, read_one, walk
from syncing.fetching.spool import Spool
from syncing.fetching.tokens import MemoryStore, Tokens
from syncing.fetching.transport import Credentials, Retries, Transport
from syncing.registry import Entity
from syncing.vocabulary import Mode
from tests.syncing.fetching.declared import CLIENTS, REGISTRY, TIMELINE, USERS

ONCE = Retries(attempts=1, initial=0, longest=0, jitter=0)
THRICE = Retries(attempts=3, initial=0, longest=0, jitter=0)


@pytest.fixture
def gazelle() -> Iterator[Served]:
    with serve(Sandbox("small")) as served:
        yield served


def transport(
    gazelle: Served, credentials: Credentials | None = None, *, retries: Retries = THRICE, timeout: float = 5.0
) -> Transport:
    """Closed by `read`, or by a `with` of the test."""
    return Transport(gazelle.graphql_url, credentials or ApiKey(gazelle.api_key), retries=retries, timeout=timeout)


def tokens(gazelle: Served, store: MemoryStore | None = None) -> OAuth:
    store = store or MemoryStore(Tokens(gazelle.access_token, gazelle.refresh_token))
    return OAuth(store, gazelle.token_url, gazelle.client_id, gazelle.client_secret)


def read(
    open_transport: Transport, entity: Entity, mode: Mode = Mode.FULL, size: int = 10, since: datetime | None = None
) -> list[Page]:
    with open_transport:
        decided = plan(entity, REGISTRY, mode, since=since, page_size=size)
        return list(walk(open_transport, decided, leg="1"))


def ids(pages: list[Page]) -> list[str]:
    return [str(node["id"]) for page in pages for node in page.nodes if isinstance(node, dict)]


@pytest.mark.parametrize("entity", [USERS, CLIENTS, TIMELINE], ids=lambda entity: entity.name)
def test_every_record_of_a_list_is_read_once(gazelle: Served, entity: Entity) -> None:
    pages = read(transport(gazelle), entity)

    assert sorted(ids(pages)) == sorted(gazelle.sandbox.ids(entity.name))
    assert {page.total for page in pages} <= {None, len(ids(pages))}
    assert [fault for page in pages for fault in page.faults] == []


def test_nested_records_are_all_there_at_both_depths(gazelle: Served) -> None:
    clients = gazelle.sandbox.ids("clients")
    for number in range(5):
        gazelle.sandbox.create("contacts", client=clients[0], firstName=f"Contact {number}")

    pages = read(transport(gazelle), CLIENTS)

    found: dict[str, list[str]] = {}
    for page in pages:
        for node in page.nodes:
            assert isinstance(node, dict)
            held = node["allContacts"]
            assert held["pageInfo"]["hasNextPage"] is False
            assert len(held["nodes"]) == held["totalCount"]
            found[node["id"]] = [contact["id"] for contact in held["nodes"]]
            for contact in held["nodes"]:
                assert len(contact["allPhones"]["nodes"]) == contact["allPhones"]["totalCount"]
    assert sorted(contact for held in found.values() for contact in held) == sorted(
        gazelle.sandbox.ids("contacts", hidden=True)
    )
    assert len(found[clients[0]]) > 2  # more than one page of two
    assert sum(page.requests for page in pages) > len(pages)


def test_a_server_that_caps_pages_is_still_read_to_its_end(gazelle: Served) -> None:
    gazelle.sandbox.switches.max_first = 7
    assert len(ids(read(transport(gazelle), TIMELINE, size=100))) == len(gazelle.sandbox.ids("timeline"))


def test_a_window_brings_only_what_is_recent(gazelle: Served) -> None:
    since = datetime.now(UTC) - timedelta(days=30)

    pages = read(transport(gazelle), TIMELINE, Mode.INCREMENTAL, size=100, since=since)

    instants = [node["occurredAt"] for page in pages for node in page.nodes if isinstance(node, dict)]
    assert 0 < len(instants) < len(gazelle.sandbox.ids("timeline"))
    assert min(datetime.fromisoformat(str(instant)) for instant in instants) >= since - timedelta(seconds=1)
    assert read(transport(gazelle), CLIENTS, Mode.RECENT, since=since) != []


def test_a_walk_resumes_where_it_stopped_even_when_the_record_under_the_cursor_left(gazelle: Served) -> None:
    full = plan(TIMELINE, REGISTRY, Mode.FULL, page_size=10)
    with transport(gazelle) as first:
        page = next(walk(first, full, leg="1"))
    last = page.nodes[-1]
    assert isinstance(last, dict)
    gazelle.sandbox.delete("timeline", str(last["id"]))

    with transport(gazelle) as second:
        rest = list(walk(second, full, leg="1", cursor=page.end_cursor, number=2))

    assert rest[0].number == 2
    assert sorted([*ids([page]), *ids(rest)]) == sorted([*gazelle.sandbox.ids("timeline"), str(last["id"])])


def test_a_foreign_cursor_is_refused_by_name(gazelle: Served) -> None:
    with transport(gazelle) as open_transport, pytest.raises(CursorRefused):
        next(walk(open_transport, plan(TIMELINE, REGISTRY, Mode.FULL), leg="1", cursor="nonsense", number=9))


def test_a_single_read_equals_the_node_of_the_list(gazelle: Served) -> None:
    pages = read(transport(gazelle), CLIENTS)
    for node in pages[0].nodes[:5]:
        assert isinstance(node, dict)
        with transport(gazelle) as open_transport:
            assert read_one(open_transport, CLIENTS, REGISTRY, str(node["id"])) == node


@pytest.mark.parametrize("with_errors", [False, True])
def test_a_single_read_of_an_unknown_id_is_none(gazelle: Served, with_errors: bool) -> None:
    gazelle.sandbox.switches.not_found_errors = with_errors
    with transport(gazelle) as open_transport:
        assert read_one(open_transport, CLIENTS, REGISTRY, "cli_0000000000000000") is None


@pytest.mark.parametrize(
    ("fault", "how", "expected"),
    [
        ("status", {"code": 503}, ServerFault),
        ("status", {"code": 429}, TooManyRequests),
        ("html", {}, NotJson),
        ("not_utf8", {}, NotUtf8),
        ("cut", {}, CutAnswer),
        ("wrong_length", {}, CutAnswer),
        ("reset", {}, Unreachable),
        ("hang", {"seconds": 1.0}, Unreachable),
        ("graphql_error", {}, QueryRefused),
        ("repeat_cursor", {"after": 1, "times": None}, CursorRepeated),
    ],
)
def test_each_fault_of_the_server_is_recognised(
    gazelle: Served, fault: str, how: dict[str, object], expected: type[FetchError]
) -> None:
    gazelle.faults.add(fault, **how)  # type: ignore[arg-type]  # what each kind takes

    with pytest.raises(expected) as caught:
        read(transport(gazelle, retries=ONCE, timeout=0.3), TIMELINE)
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("fault", "how"),
    [("status", {"code": 502}), ("html", {}), ("cut", {}), ("wrong_length", {}), ("reset", {}), ("hang", {})],
)
def test_a_fault_in_the_middle_of_a_walk_costs_one_more_request(
    gazelle: Served, fault: str, how: dict[str, object]
) -> None:
    gazelle.faults.add(fault, after=3, **how)  # type: ignore[arg-type]  # what each kind takes
    open_transport = transport(gazelle, timeout=0.4)

    pages = read(open_transport, TIMELINE)

    assert sorted(ids(pages)) == sorted(gazelle.sandbox.ids("timeline"))
    assert open_transport.requests == len(pages) + 1


def test_partial_data_keeps_the_page_and_says_what_is_missing(gazelle: Served) -> None:
    gazelle.faults.add("partial", after=1)

    first, second, *_ = read(transport(gazelle), TIMELINE)

    assert first.faults == ()
    assert second.nodes[0] is None
    assert len(second.faults) == 1
    assert "allTimelineEntries.nodes.0" in second.faults[0]


def test_null_nodes_and_lying_totals_arrive_as_they_are(gazelle: Served) -> None:
    gazelle.faults.add("null_nodes", every=5)
    gazelle.faults.add("lying_total", by=7)

    first, second, *_ = read(transport(gazelle), TIMELINE)

    assert first.nodes.count(None) == 2
    assert second.total == len(gazelle.sandbox.ids("timeline")) + 7


def test_an_unreachable_port_and_an_unknown_path_are_told_apart(gazelle: Served) -> None:
    query, elsewhere = "query q { user { id } }", Transport(gazelle.base_url + "/graphql/", ApiKey("k"), retries=ONCE)
    with elsewhere, pytest.raises(WrongAddress, match="HTTP 404"):
        elsewhere.execute(query)
    gazelle.stop()
    with transport(gazelle, retries=ONCE) as nobody, pytest.raises(Unreachable, match="est refusée") as caught:
        nobody.execute(query)
    assert caught.value.sent is False


# -- credentials -------------------------------------------------------------------------------------------------------


def test_a_wrong_api_key_is_refused(gazelle: Served) -> None:
    with pytest.raises(TokenRefused, match="clé d’API"):
        read(transport(gazelle, ApiKey("wrong")), USERS)


@pytest.mark.parametrize("rotates", [True, False])
def test_expired_tokens_are_renewed_in_the_middle_of_a_walk(gazelle: Served, rotates: bool) -> None:
    gazelle.sandbox.switches.refresh_rotates = rotates
    store = MemoryStore(Tokens(gazelle.access_token, gazelle.refresh_token))
    with transport(gazelle, tokens(gazelle, store)) as open_transport:
        pages = walk(open_transport, plan(TIMELINE, REGISTRY, Mode.FULL, page_size=50), leg="1")
        found = [next(pages)]
        gazelle.sandbox.tokens.expire_access_tokens()
        found += pages

    assert sorted(ids(found)) == sorted(gazelle.sandbox.ids("timeline"))
    assert open_transport.requests == len(found) + 1
    assert store.tokens.access != gazelle.access_token
    assert (store.tokens.refresh != gazelle.refresh_token) is rotates
    assert store.tokens.expires_at is not None


def test_threads_sharing_expired_tokens_renew_once(gazelle: Served) -> None:
    store = MemoryStore(Tokens(gazelle.access_token, gazelle.refresh_token))
    gazelle.sandbox.tokens.expire_access_tokens()
    together, lengths = threading.Barrier(6), []

    def work() -> None:
        with transport(gazelle, tokens(gazelle, store)) as open_transport:
            together.wait()
            lengths.append(len(open_transport.execute("query q { allUsers { id } }").data))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert lengths == [1] * 6
    assert [request.path for request in gazelle.requests].count("/developer/oauth/token") == 1


def test_revoked_tokens_ask_for_a_new_connection(gazelle: Served) -> None:
    store = MemoryStore(Tokens(gazelle.access_token, gazelle.refresh_token))
    gazelle.sandbox.tokens.expire_access_tokens()
    gazelle.sandbox.tokens.revoke_refresh_tokens()

    with pytest.raises(RefreshRefused) as caught:
        read(transport(gazelle, tokens(gazelle, store)), USERS)

    assert "/systeme/gazelle/" in caught.value.action
    assert "invalid_grant" in store.reason
    assert store.tokens == Tokens(gazelle.access_token, gazelle.refresh_token)


def test_a_wrong_client_secret_is_not_taken_for_a_revocation(gazelle: Served) -> None:
    gazelle.sandbox.tokens.expire_access_tokens()
    store = MemoryStore(Tokens(gazelle.access_token, gazelle.refresh_token))
    with pytest.raises(ApplicationRefused, match="invalid_client"):
        read(transport(gazelle, OAuth(store, gazelle.token_url, gazelle.client_id, "wrong")), USERS)


def test_a_failing_token_address_is_tried_again_and_loses_nothing(gazelle: Served) -> None:
    gazelle.sandbox.switches.refresh_rotates = False  # or the lost answer would have taken the only good token along
    gazelle.sandbox.tokens.expire_access_tokens()
    gazelle.faults.add("status", match="/oauth/token", code=503)

    assert len(ids(read(transport(gazelle, tokens(gazelle)), USERS))) == len(gazelle.sandbox.ids("users"))


# -- to the disk -------------------------------------------------------------------------------------------------------


def test_pages_go_through_the_spool_unchanged_hard_texts_included(gazelle: Served, tmp_path: Path) -> None:
    hard = {"nul": "a\x00b", "lone surrogate": "\ud83d!", "huge": "é" * 5_000_000, "quotes": '« "\\" »\u2028'}
    client = gazelle.sandbox.ids("clients")[0]
    made = {name: gazelle.sandbox.create("timeline", client=client, comment=text) for name, text in hard.items()}
    spool = Spool(tmp_path)

    pages = read(transport(gazelle, timeout=60), TIMELINE, size=100)
    for page in pages:
        spool.write(page)

    assert [spool.read(path) for path in spool.waiting("timeline")] == pages
    comments = {node["id"]: node["comment"] for page in pages for node in page.nodes if isinstance(node, dict)}
    assert {name: comments[record_id] for name, record_id in made.items()} == hard
