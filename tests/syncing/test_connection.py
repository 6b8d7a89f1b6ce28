"""This installation's access to Gazelle: which credential wins, and tokens that live in the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from syncing import connection, leases
from syncing.connection import DatabaseStore
from syncing.fetching import oauth
from syncing.fetching.errors import MissingCredentials, RefreshRefused, TokenStoreUnreadable
from syncing.fetching.tokens import Tokens
from syncing.fetching.transport import Reply
from syncing.models import GazelleConnection, Lease

pytestmark = pytest.mark.django_db
TOKENS = Tokens("access-0", "refresh-0", datetime(2026, 3, 4, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _plain_settings(settings: Settings) -> None:
    settings.GAZELLE_API_URL = "https://gazelle.test/graphql/private/"
    settings.GAZELLE_TOKEN_URL = "https://gazelle.test/developer/oauth/token"
    settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET = "our-id", "our-secret"
    settings.GAZELLE_API_KEY = settings.GAZELLE_ACCESS_TOKEN = settings.GAZELLE_REFRESH_TOKEN = ""


@pytest.fixture
def store() -> DatabaseStore:
    store = DatabaseStore()
    store.save(TOKENS)
    return store


def row() -> GazelleConnection:
    return GazelleConnection.objects.get()


def test_the_api_key_wins_over_tokens(settings: Settings, store: DatabaseStore) -> None:
    settings.GAZELLE_API_KEY = "a-key"
    with connection.transport() as transport:
        assert transport.credentials.header() == ("x-gazelle-api-key", "a-key")
    assert connection.situation().kind == "api_key"


def test_tokens_of_the_database_serve_without_a_key(store: DatabaseStore) -> None:
    with connection.transport() as transport:
        assert transport.credentials.header() == ("Authorization", "Bearer access-0")
    assert connection.situation().kind == "oauth"


def test_nothing_at_all_is_said_before_the_first_request() -> None:
    with pytest.raises(MissingCredentials) as caught:
        connection.transport()
    assert "/systeme/gazelle/" in caught.value.action
    assert connection.situation().kind == "none"


def test_tokens_of_the_environment_seed_the_store_once(settings: Settings) -> None:
    settings.GAZELLE_ACCESS_TOKEN, settings.GAZELLE_REFRESH_TOKEN = "seed-a", "seed-r"
    assert connection.situation().kind == "oauth"
    assert DatabaseStore().load() == Tokens("seed-a", "seed-r")

    DatabaseStore().save(Tokens("renewed", "r"))

    assert DatabaseStore().load() == Tokens("renewed", "r")


def test_tokens_are_encrypted_at_rest(store: DatabaseStore) -> None:
    for token in (row().access_token, row().refresh_token):
        assert b"access" not in bytes(token)
        assert b"refresh" not in bytes(token)
    assert store.load() == TOKENS


def test_a_new_key_still_reads_what_the_old_one_wrote(settings: Settings, store: DatabaseStore) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_ENCRYPTION_KEYS]
    assert store.load() == TOKENS


def test_a_lost_key_is_our_fault_not_a_refusal(settings: Settings, store: DatabaseStore) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(TokenStoreUnreadable, match="ne se déchiffrent plus"):
        connection.transport()
    assert row().refused_at is None


def test_a_refusal_is_remembered_since_its_first_instant_and_cleared_by_a_renewal(
    store: DatabaseStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        store.refused("révoquée")
    first = row().refused_at
    store.refused("encore")
    assert (row().refused_at, row().refused_reason) == (first, "encore")
    assert connection.situation().refused
    assert [record.message for record in caplog.records][:1] == ["gazelle_refused_tokens"]

    store.save(TOKENS)

    assert (row().refused_at, row().refused_reason) == (None, "")
    assert row().refreshed_at is not None
    assert not connection.situation().refused


def test_a_revoked_refresh_token_is_told_and_remembered(store: DatabaseStore) -> None:
    def post(url: str, fields: Mapping[str, str]) -> Reply:
        return Reply(400, b'{"error": "invalid_grant"}')

    credentials = oauth.OAuth(store, "https://x.test/token", "i", "s", post=post)

    with pytest.raises(RefreshRefused):
        credentials.renew(credentials.header())

    assert "invalid_grant" in row().refused_reason
    assert store.load() == TOKENS
    assert not Lease.objects.exists()


def test_a_renewal_asks_gazelle_with_the_lease_held_and_gives_it_back(store: DatabaseStore) -> None:
    held: list[str] = []

    def post(url: str, fields: Mapping[str, str]) -> Reply:
        held.extend(Lease.objects.values_list("name", flat=True))
        return Reply(200, b'{"access_token": "access-1"}')

    credentials = oauth.OAuth(store, "https://x.test/token", "i", "s", post=post)

    assert credentials.renew(credentials.header()) == ("Authorization", "Bearer access-1")
    assert held == [connection.LOCK]
    assert not Lease.objects.exists()
    assert store.load() == Tokens("access-1", "refresh-0")


def test_whoever_waits_for_the_lease_finds_the_tokens_renewed(
    store: DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds the lease; while we wait it saves its tokens and lets go."""
    other = "elsewhere:1:x"
    assert leases.acquire(connection.LOCK, other, connection.LOCK_DURATION)

    def meanwhile(seconds: float) -> None:
        store.save(Tokens("access-by-other", "r"))
        leases.release(connection.LOCK, other)

    monkeypatch.setattr("syncing.connection.time.sleep", meanwhile)
    credentials = oauth.OAuth(store, "https://x.test/token", "i", "s", post=_never)

    assert credentials.renew(("Authorization", "Bearer access-0")) == ("Authorization", "Bearer access-by-other")


def _never(url: str, fields: Mapping[str, str]) -> Reply:
    raise AssertionError("nobody should ask again")


def test_a_lease_left_by_a_dead_machine_lapses(store: DatabaseStore) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    Lease.objects.create(name=connection.LOCK, owner="gone:1:x", acquired_at=long_ago, expires_at=long_ago)
    with store.lock():
        assert Lease.objects.get().owner != "gone:1:x"


def test_waiting_for_the_lease_ends(store: DatabaseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leases.acquire(connection.LOCK, "elsewhere:1:x", connection.LOCK_DURATION)
    monkeypatch.setattr(connection, "LOCK_WAIT", 0.0)
    monkeypatch.setattr("syncing.connection.time.sleep", lambda seconds: None)

    with pytest.raises(TokenStoreUnreadable, match="plus d’une minute"), store.lock():
        pass


def test_the_authorization_page_is_beside_the_token_address() -> None:
    url = connection.authorize_url("st te", "https://us.test/retour")
    assert url == (
        "https://gazelle.test/developer/oauth/authorize?client_id=our-id&response_type=code"
        "&redirect_uri=https%3A%2F%2Fus.test%2Fretour&state=st+te"
    )


def test_connecting_replaces_everything_and_says_by_whom(
    store: DatabaseStore, django_user_model: type[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Mapping[str, str]] = []

    def post(url: str, fields: Mapping[str, str]) -> Reply:
        asked.append(fields)
        return Reply(200, b'{"access_token": "new-a", "refresh_token": "new-r"}')

    store.refused("révoquée")
    monkeypatch.setattr(connection, "OAuth", _oauth_with(post))
    user = django_user_model.objects.create_user("odile")

    connection.connect("the-code", user, "https://us.test/retour")

    assert (asked[0]["code"], asked[0]["redirect_uri"]) == ("the-code", "https://us.test/retour")
    assert store.load() == Tokens("new-a", "new-r")
    assert (row().connected_by, row().refreshed_at, row().refused_at, row().refused_reason) == (user, None, None, "")


def test_a_refused_code_changes_nothing(
    store: DatabaseStore, django_user_model: type[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "OAuth", _oauth_with(lambda url, fields: Reply(400, b'{"error": "invalid_grant"}')))
    with pytest.raises(RefreshRefused):
        connection.connect("used", django_user_model.objects.create_user("odile"), "https://us.test/retour")
    assert store.load() == TOKENS
    assert row().connected_by is None


def _oauth_with(post: oauth.Post) -> object:
    def build(store: DatabaseStore, url: str, client_id: str, client_secret: str) -> oauth.OAuth:
        return oauth.OAuth(store, url, client_id, client_secret, post=post)

    return build


def test_opening_a_transport_costs_one_query(
    store: DatabaseStore, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        connection.transport().close()


@pytest.fixture(autouse=True)
def _no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncing.fetching.transport._send", _no_connection)


def _no_connection(*args: object, **named: object) -> None:
    raise AssertionError("a socket was opened")
