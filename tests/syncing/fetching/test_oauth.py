"""Tokens: renewed once for everybody, kept whole, and every refusal told apart from our own store's faults."""

from __future__ import annotations

import json
import multiprocessing
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from syncing.fetching.errors import (
    ApplicationRefused,
    FetchError,
    MissingCredentials,
    NotJson,
    RefreshRefused,
    ServerFault,
    TokenRefused,
    TokenStoreUnreadable,
    TooManyRequests,
    UnexpectedStatus,
    WrongAddress,
)
from syncing.fetching.oauth import ApiKey, OAuth, Post
from syncing.fetching.tokens import FileStore, MemoryStore, Tokens, TokenStore
from syncing.fetching.transport import Reply
from tests.syncing.fetching.scripted import ScriptedGazelle, data, raw

TOKEN_URL = "https://gazelle.test/developer/oauth/token"
QUERY = "query q { user { id } }"


class TokenAddress:
    """The token address: issues numbered tokens, remembers what it was asked."""

    def __init__(self, **fixed: object) -> None:
        self.fixed = fixed
        self.asked: list[Mapping[str, str]] = []
        self._lock = threading.Lock()

    def __call__(self, url: str, fields: Mapping[str, str]) -> Reply:
        assert url == TOKEN_URL
        with self._lock:
            self.asked.append(dict(fields))
            number = len(self.asked)
        answer = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 7200}
        answer |= self.fixed
        return Reply(200, json.dumps({name: value for name, value in answer.items() if value != "absent"}).encode())


def oauth(store: TokenStore, post: Post) -> OAuth:
    return OAuth(store, TOKEN_URL, "our-id", "our-secret", post=post)


def accepting(token: str) -> Callable[[httpx2.Request], httpx2.Response]:
    """A Gazelle that knows one access token."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        good = request.headers.get("authorization") == f"Bearer {token}"
        return data(user={"id": "usr_1"}) if good else raw(b"", 401)

    return answer


def test_a_401_renews_the_token_once_and_replays_the_request_once() -> None:
    store, address = MemoryStore(Tokens("old", "refresh-0")), TokenAddress()
    gazelle = ScriptedGazelle(accepting("access-1"))

    answer = gazelle.transport(oauth(store, address)).execute(QUERY)

    assert answer.data == {"user": {"id": "usr_1"}}
    assert [request.headers["authorization"] for request in gazelle.seen] == ["Bearer old", "Bearer access-1"]
    assert all("x-gazelle-api-key" not in request.headers for request in gazelle.seen)
    assert address.asked == [
        {
            "client_id": "our-id",
            "client_secret": "our-secret",
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
        }
    ]
    assert store.tokens.refresh == "refresh-1"


def test_a_renewed_token_that_is_refused_too_is_not_renewed_again() -> None:
    address = TokenAddress()
    gazelle = ScriptedGazelle(accepting("nobody's"))

    with pytest.raises(TokenRefused, match="HTTP 401"):
        gazelle.transport(oauth(MemoryStore(Tokens("old", "r")), address)).execute(QUERY)
    assert (len(gazelle.seen), len(address.asked)) == (2, 1)


def test_a_mutation_is_replayed_after_a_renewal_because_401_means_that_nothing_was_done() -> None:
    gazelle = ScriptedGazelle(accepting("access-1"))

    gazelle.transport(oauth(MemoryStore(Tokens("old", "r")), TokenAddress())).execute("mutation m { x }")

    assert len(gazelle.seen) == 2


def test_threads_that_meet_the_401_together_renew_once() -> None:
    store, address = MemoryStore(Tokens("old", "refresh-0")), TokenAddress()
    credentials, together, headers = oauth(store, address), threading.Barrier(8), []

    def renew() -> None:
        refused = credentials.header()
        together.wait()
        headers.append(credentials.renew(refused))

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(address.asked) == 1
    assert set(headers) == {("Authorization", "Bearer access-1")}


def test_the_store_is_read_once_until_gazelle_refuses() -> None:
    store = MemoryStore(Tokens("old", "refresh-0"))
    credentials = oauth(store, TokenAddress())
    assert credentials.header() == ("Authorization", "Bearer old")
    store.tokens = Tokens("renewed elsewhere")

    assert credentials.header() == ("Authorization", "Bearer old")
    assert credentials.renew(credentials.header()) == ("Authorization", "Bearer renewed elsewhere")
    assert credentials.header() == ("Authorization", "Bearer renewed elsewhere")


def test_an_answer_without_a_refresh_token_keeps_the_old_one() -> None:
    store = MemoryStore(Tokens("old", "refresh-0"))

    oauth(store, TokenAddress(refresh_token="absent")).renew(("Authorization", "Bearer old"))

    assert store.tokens == Tokens("access-1", "refresh-0", store.tokens.expires_at)


def test_tokens_seeded_with_a_refresh_token_alone_are_renewed_first() -> None:
    store = MemoryStore(Tokens("", "refresh-0"))

    assert oauth(store, TokenAddress()).header() == ("Authorization", "Bearer access-1")


@pytest.mark.parametrize("expires_in", ["absent", None, True, -5, 0, "soon", [], {}, 1e400, 10**40, "1" * 400])
def test_any_announced_lifetime_is_survived(expires_in: object) -> None:
    store = MemoryStore(Tokens("old", "r"))

    oauth(store, TokenAddress(expires_in=expires_in)).renew(("Authorization", "Bearer old"))

    assert store.tokens.access == "access-1"
    assert store.tokens.expires_at is None


@pytest.mark.parametrize("expires_in", [3600, 3600.0, "3600"])
def test_a_sensible_lifetime_is_remembered(expires_in: object) -> None:
    store = MemoryStore(Tokens("old", "r"))

    oauth(store, TokenAddress(expires_in=expires_in)).renew(("Authorization", "Bearer old"))

    assert store.tokens.expires_at is not None
    assert abs(store.tokens.expires_at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("reply", "expected", "kept_as_refusal"),
    [
        (Reply(400, b'{"error": "invalid_grant"}'), RefreshRefused, True),
        (Reply(401, b'{"error": "invalid_client"}'), ApplicationRefused, True),
        (Reply(401, b""), ApplicationRefused, True),
        (Reply(400, b'{"error": "unsupported_grant_type"}'), ApplicationRefused, True),
        (Reply(429, b"", retry_after=3), TooManyRequests, False),
        (Reply(503, b""), ServerFault, False),
        (Reply(404, b"<html>"), WrongAddress, False),
        (Reply(418, b"{"), UnexpectedStatus, False),
        (Reply(200, b"<html>"), NotJson, False),
        (Reply(200, b'{"access_token": ""}'), NotJson, False),
        (Reply(200, b"[]"), NotJson, False),
    ],
)
def test_each_refusal_of_the_token_address_is_told_apart_and_loses_no_token(
    reply: Reply, expected: type[FetchError], kept_as_refusal: bool
) -> None:
    store = MemoryStore(Tokens("old", "refresh-0"))

    with pytest.raises(expected):
        oauth(store, lambda url, fields: reply).renew(("Authorization", "Bearer old"))

    assert store.tokens == Tokens("old", "refresh-0")
    assert bool(store.reason) is kept_as_refusal


def test_a_token_that_nobody_could_keep_is_not_asked_for() -> None:
    address = TokenAddress()
    store = MemoryStore(Tokens("old", "refresh-0"), can_save=False)

    with pytest.raises(TokenRefused) as caught:
        oauth(store, address).renew(("Authorization", "Bearer old"))

    assert "--token-file" in caught.value.action
    assert address.asked == []


def test_an_unknown_refresh_token_asks_to_connect_again() -> None:
    with pytest.raises(RefreshRefused) as caught:
        oauth(MemoryStore(Tokens("old")), TokenAddress()).renew(("Authorization", "Bearer old"))
    assert "/systeme/gazelle/" in caught.value.action


def test_an_application_without_its_secret_is_told_so_before_any_request() -> None:
    address = TokenAddress()
    with pytest.raises(ApplicationRefused, match="GAZELLE_CLIENT_SECRET"):
        OAuth(MemoryStore(Tokens("a", "r")), TOKEN_URL, "our-id", "", post=address).renew(("Authorization", "Bearer a"))
    assert address.asked == []


def test_an_authorization_code_is_traded_for_tokens() -> None:
    address = TokenAddress()

    tokens = oauth(MemoryStore(Tokens("a")), address).exchange_code("the-code", "https://us.test/retour")

    assert (tokens.access, tokens.refresh) == ("access-1", "refresh-1")
    assert address.asked[0]["grant_type"] == "authorization_code"
    assert address.asked[0]["redirect_uri"] == "https://us.test/retour"


def test_an_empty_api_key_is_no_credential() -> None:
    with pytest.raises(MissingCredentials):
        ApiKey("")


def test_tokens_never_show_in_a_representation() -> None:
    assert "secret" not in repr(Tokens("secret-a", "secret-b"))


# -- the file store ----------------------------------------------------------------------------------------------------


def test_a_token_file_is_readable_by_its_owner_only_and_comes_back_whole(tmp_path: Path) -> None:
    store, tokens = FileStore(tmp_path / "tokens.json"), Tokens("a", "r", datetime(2026, 1, 2, tzinfo=UTC))

    store.save(tokens)

    assert store.load() == tokens
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tokens.json"]


def test_a_token_file_made_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"access_token": "a", "refresh_token": null, "expires_in": 7200, "expires_at": "soon"}')

    assert FileStore(path).load() == Tokens("a")


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'{"access_token": ""}', b'{"access_token": 1}', b"\xff"])
def test_a_damaged_token_file_is_our_fault_not_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tokens.json"
    path.write_bytes(content)

    with pytest.raises(TokenStoreUnreadable):
        FileStore(path).load()


def test_a_missing_token_file_falls_back_on_its_seed(tmp_path: Path) -> None:
    assert FileStore(tmp_path / "t", seed=Tokens("a")).load() == Tokens("a")
    with pytest.raises(MissingCredentials, match="n’existe pas"):
        FileStore(tmp_path / "t").load()


def test_tokens_that_cannot_be_written_leave_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path / "tokens.json")
    store.save(Tokens("a", "r"))
    monkeypatch.setattr("os.fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(TokenStoreUnreadable, match="disque est plein"):
        store.save(Tokens("b", "s"))

    assert store.load() == Tokens("a", "r")
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


def _renew_in_a_process(path: Path, asked: Path) -> None:
    def post(url: str, fields: Mapping[str, str]) -> Reply:
        with asked.open("a") as file:
            file.write("asked\n")
        return Reply(200, b'{"access_token": "access-1"}')

    oauth(FileStore(path), post).renew(("Authorization", "Bearer old"))


def test_processes_that_meet_the_401_together_renew_once(tmp_path: Path) -> None:
    path, asked = tmp_path / "tokens.json", tmp_path / "asked"
    FileStore(path).save(Tokens("old", "r"))
    context = multiprocessing.get_context("spawn")

    processes = [context.Process(target=_renew_in_a_process, args=(path, asked)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)

    assert asked.read_text() == "asked\n"
    assert FileStore(path).load() == Tokens("access-1", "r")


@pytest.fixture(autouse=True)
def _no_leftover_threads() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before
