"""What opens Gazelle: an API key, or OAuth tokens renewed once, under a lock, by whoever meets the first 401."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from syncing.fetching.answers import beginning, decoded
from syncing.fetching.errors import (
    ApplicationRefused,
    CutAnswer,
    MissingCredentials,
    NotJson,
    RefreshRefused,
    ServerFault,
    TokenRefused,
    TooManyRequests,
    UnexpectedStatus,
    UnreadableAnswer,
    WrongAddress,
)
from syncing.fetching.tokens import Tokens, TokenStore
from syncing.fetching.transport import Header, Reply, post_form

LONGEST_LIFE = 10 * 365 * 86_400  # seconds; beyond it `expires_in` is damage, not a promise
APPLICATION_FAULTS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_request"})
Post = Callable[[str, Mapping[str, str]], Reply]


class ApiKey:
    """The key the account's own web pages use; nothing renews it."""

    def __init__(self, key: str) -> None:
        if not key:
            raise MissingCredentials("La clé d’API est vide.")
        self._key = key

    def header(self) -> Header:
        return ("x-gazelle-api-key", self._key)

    def renew(self, refused: Header) -> Header:
        raise TokenRefused(
            "Gazelle refuse la clé d’API (HTTP 401).",
            action="Vérifiez GAZELLE_API_KEY, ou retirez-la et reconnectez Gazelle à la page /systeme/gazelle/.",
        )


class OAuth:
    """Tokens of a store, and the two grants that Gazelle's token address serves."""

    def __init__(
        self, store: TokenStore, token_url: str, client_id: str, client_secret: str, post: Post = post_form
    ) -> None:
        self.store = store
        self._token_url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._post = post
        self._tokens: Tokens | None = None

    def header(self) -> Header:
        # Read once, not before every request: the store may be a database, and a 401 tells when tokens have changed.
        tokens = self._tokens = self._tokens or self.store.load()
        return _bearer(tokens) if tokens.access else self.renew(_bearer(tokens))

    def renew(self, refused: Header) -> Header:
        """Renew once for everybody: whoever comes second finds the tokens changed and uses them."""
        if not self.store.can_save:
            raise TokenRefused(
                "Gazelle refuse le jeton d’accès, et un jeton renouvelé ne pourrait pas être gardé.",
                action="Relancez avec --token-file FICHIER, ou donnez un jeton d’accès récent ou GAZELLE_API_KEY.",
            )
        with self.store.lock():
            tokens = self.store.load()
            if _bearer(tokens) == refused:
                tokens = self._refresh(tokens)
        self._tokens = tokens
        return _bearer(tokens)

    def exchange_code(self, code: str, redirect_uri: str) -> Tokens:
        """The tokens for an authorization code; storing them is the caller's business."""
        return self._grant({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    def _refresh(self, tokens: Tokens) -> Tokens:
        try:
            if not tokens.refresh:
                raise RefreshRefused("Gazelle refuse le jeton d’accès et aucun jeton de renouvellement n’est connu.")
            renewed = self._grant({"grant_type": "refresh_token", "refresh_token": tokens.refresh}, tokens.refresh)
        except (RefreshRefused, ApplicationRefused) as error:
            self.store.refused(str(error))
            raise
        self.store.save(renewed)
        return renewed

    def _grant(self, fields: Mapping[str, str], refresh: str = "") -> Tokens:
        if not self._client_id or not self._client_secret:
            raise ApplicationRefused("GAZELLE_CLIENT_ID ou GAZELLE_CLIENT_SECRET manque.")
        reply = self._post(
            self._token_url, {"client_id": self._client_id, "client_secret": self._client_secret, **fields}
        )
        if reply.status != 200:
            raise _refusal(reply, self._token_url)
        value = decoded(reply.body)
        access = value.get("access_token") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(access, str) or not access:
            raise NotJson("Gazelle a accepté la demande de jeton mais n’en a pas donné.")
        given = value.get("refresh_token")
        # An answer without a refresh token means that the old one stays good.
        return Tokens(access, given if isinstance(given, str) and given else refresh, _expiry(value.get("expires_in")))


def _bearer(tokens: Tokens) -> Header:
    return ("Authorization", f"Bearer {tokens.access}")


def _expiry(expires_in: object) -> datetime | None:
    """When a token of so many seconds lapses; None for any value that is not a sensible number of seconds."""
    if not isinstance(expires_in, int | float | str) or isinstance(expires_in, bool):
        return None
    try:
        seconds = float(expires_in)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(seconds) or not 0 < seconds < LONGEST_LIFE:
        return None
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _refusal(
    reply: Reply, url: str
) -> RefreshRefused | ApplicationRefused | TooManyRequests | ServerFault | WrongAddress | UnexpectedStatus:
    """What a token address meant by a status other than 200."""
    if reply.status == 429:
        return TooManyRequests("Gazelle demande de ralentir (HTTP 429).")
    if reply.status >= 500:
        return ServerFault(f"L’adresse des jetons de Gazelle est en panne (HTTP {reply.status}).")
    try:
        value = decoded(reply.body)
    except (NotJson, CutAnswer, UnreadableAnswer):
        value = None
    error = value.get("error") if isinstance(value, dict) else None
    if error == "invalid_grant":
        return RefreshRefused("Gazelle ne reconnaît plus cette autorisation (invalid_grant) : expirée ou révoquée.")
    if error in APPLICATION_FAULTS or reply.status == 401:
        return ApplicationRefused(f"Gazelle refuse cette application ({beginning(str(error or 'HTTP 401'))}).")
    if reply.status in (404, 405) or 300 <= reply.status < 400:
        return WrongAddress(
            f"Rien ne donne de jetons à {url} (HTTP {reply.status}).",
            action="Corrigez GAZELLE_TOKEN_URL : https://gazelleapp.io/developer/oauth/token.",
        )
    return UnexpectedStatus(f"L’adresse des jetons de Gazelle a répondu HTTP {reply.status}.")
