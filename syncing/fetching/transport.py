"""The only door to Gazelle: one POST after another, paced, timed, retried and counted.

No other module imports the HTTP library.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import httpx2
import stamina

from syncing.fetching.answers import Answer, beginning, read_answer
from syncing.fetching.errors import (
    CutAnswer,
    EmptyAnswer,
    FetchError,
    NotJson,
    ServerFault,
    TokenRefused,
    TooManyRequests,
    UnexpectedStatus,
    Unreachable,
    UnreadableAnswer,
    UnsendableCredentials,
    WrongAddress,
)
from syncing.fetching.pacing import Pacing, is_loopback

logger = logging.getLogger(__name__)
# A retry is business as usual: our own INFO line says so, the library's WARNING would look like a finding.
stamina.instrumentation.set_on_retry_hooks(())

CONNECT, READ = 10.0, 25.0  # seconds; the slowest pages seen take a few seconds
WHOLE_ANSWER = 300.0  # seconds; a server that drips never exceeds the time between two bytes
TOKEN_ANSWER = 15.0  # seconds, for the connection and for the answer: over well before the lock of 60 s lapses

SENDABLE = re.compile(r"[!-~](?:[\t -~]*[!-~])?")  # what HTTP carries in a header

Header = tuple[str, str]


class Credentials(Protocol):
    """What opens the door; the kind of credential is carried explicitly by its header."""

    def header(self) -> Header:
        """The one header to send, such as `("Authorization", "Bearer …")`; raises MissingCredentials."""

    def renew(self, refused: Header) -> Header:
        """Another header after Gazelle answered 401 to `refused`; raises TokenRefused or RefreshRefused."""


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How often a read is tried, and how long between: exponential from `initial` to `longest`, with jitter."""

    attempts: int = 4
    initial: float = 0.5
    longest: float = 20.0
    jitter: float = 1.0
    patience: float = 30.0
    """Seconds after which no other try begins: with the last one, a fault is known within a minute."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, read to its end."""

    status: int
    body: bytes
    retry_after: float = 0.0
    location: str = ""


class Transport:
    """Sends queries to one address under one credential; usable by several threads.

    `requests` and `seconds` (waiting for Gazelle) count everything since its creation.
    """

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        pacing: Pacing | None = None,
        retries: Retries | None = None,
        timeout: float = READ,
        client: httpx2.Client | None = None,
    ) -> None:
        if not urlsplit(api_url).path.endswith("/"):
            raise WrongAddress(f"L’adresse de Gazelle doit finir par une barre oblique : {api_url}")
        self.api_url = api_url
        self.credentials = credentials
        self.pacing = pacing or Pacing.towards(api_url)
        self.retries = retries or Retries()
        self.requests = 0
        self.seconds = 0.0
        self._client = client or _client(api_url, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def execute(self, query: str, variables: Mapping[str, object] | None = None) -> Answer:
        """The answer to one query, partial ones included; raises a FetchError.

        A read is tried again on faults that may pass. A mutation is never repeated by itself: only the caller knows
        whether doing it twice is harmless.
        """
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        if query.lstrip().startswith("mutation"):
            return self._once(body)
        for attempt in stamina.retry_context(
            on=self._worth_another_try,
            attempts=self.retries.attempts,
            timeout=self.retries.patience,
            wait_initial=self.retries.initial,
            wait_max=self.retries.longest,
            wait_jitter=self.retries.jitter,
        ):
            with attempt:
                return self._once(body)
        raise AssertionError("unreachable")  # stamina raises the last fault itself

    def _worth_another_try(self, error: Exception) -> bool:
        if not isinstance(error, FetchError) or not error.retryable or self.pacing.held() > self.retries.patience:
            return False  # when Gazelle asks for a longer pause, the next run takes over and people know meanwhile
        logger.info("gazelle_fault_may_pass", extra={"code": error.code})
        return True

    def _once(self, body: bytes) -> Answer:
        header = self.credentials.header()
        reply = self._post(body, header)
        if reply.status == httpx2.codes.UNAUTHORIZED:
            # 401 means that nothing was done: replaying once under a renewed token is safe, for a mutation too.
            reply = self._post(body, self.credentials.renew(header))
        if reply.status in (httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE):
            self.pacing.slow_down(reply.retry_after)
        _refuse_status(self.api_url, reply)
        try:
            return read_answer(reply.body)
        except TooManyRequests:
            self.pacing.slow_down()
            raise

    def _post(self, body: bytes, header: Header) -> Reply:
        if not SENDABLE.fullmatch(header[1]):
            raise UnsendableCredentials("La clé ou le jeton de Gazelle contient des caractères qui ne s’envoient pas.")
        self.pacing.wait()
        headers = dict([header, ("Content-Type", "application/json"), ("Accept", "application/json")])
        self.requests += 1
        started = time.monotonic()
        try:
            reply = _send(self._client, self.api_url, content=body, headers=headers)
        finally:
            self.seconds += time.monotonic() - started
        return reply


def post_form(url: str, fields: Mapping[str, str]) -> Reply:
    """A form-encoded POST to the token address; raises Unreachable or CutAnswer, never on a status."""
    with _client(url, TOKEN_ANSWER) as client:
        headers = {"Accept": "application/json"}
        return _send(client, url, content=None, headers=headers, fields=fields, within=TOKEN_ANSWER)


def _client(url: str, timeout: float) -> httpx2.Client:
    # A proxy named in the environment has no business between two programs of one machine.
    return httpx2.Client(timeout=httpx2.Timeout(timeout, connect=CONNECT), trust_env=not is_loopback(url))


def _send(
    client: httpx2.Client,
    url: str,
    *,
    content: bytes | None,
    headers: Mapping[str, str],
    fields: Mapping[str, str] | None = None,
    within: float | None = None,
) -> Reply:
    host = urlsplit(url).netloc
    data = dict(fields) if fields else None
    try:
        with client.stream("POST", url, content=content, data=data, headers=dict(headers)) as response:
            return Reply(
                response.status_code,
                _read_to_end(response, host, WHOLE_ANSWER if within is None else within),
                _retry_after(response.headers.get("Retry-After", "")),
                response.headers.get("Location", ""),
            )
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        raise Unreachable(f"{host} ne répond pas : {_cause(error)}.", sent=False) from None
    except httpx2.TimeoutException:
        raise Unreachable(f"{host} n’a pas répondu à temps.") from None
    except (httpx2.RemoteProtocolError, httpx2.DecodingError):
        raise CutAnswer(f"{host} a coupé la réponse avant la fin.") from None
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
        raise WrongAddress(f"Cette adresse ne peut pas être lue : {url}") from None
    except httpx2.LocalProtocolError:
        # The library quotes the header it refuses, and one of ours is a secret: its words are not repeated.
        raise Unreachable(f"La requête pour {host} n’a pas pu être écrite.") from None
    except httpx2.TransportError as error:
        raise Unreachable(f"La connexion à {host} s’est rompue : {_cause(error)}.") from None


def _read_to_end(response: httpx2.Response, host: str, within: float) -> bytes:
    deadline = time.monotonic() + within
    received = bytearray()
    for chunk in response.iter_bytes():
        received += chunk
        if time.monotonic() > deadline:
            raise Unreachable(f"{host} répond trop lentement : rien de complet en {within:.0f} s.")
    return bytes(received)


def _refuse_status(url: str, reply: Reply) -> None:
    status, host = reply.status, urlsplit(url).netloc
    if status == httpx2.codes.OK:
        return
    if status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        raise TokenRefused(f"Gazelle refuse l’accès de cette connexion (HTTP {status}).")
    if status in (httpx2.codes.NOT_FOUND, httpx2.codes.METHOD_NOT_ALLOWED):
        raise WrongAddress(f"Rien ne répond en GraphQL à {url} (HTTP {status}).")
    if 300 <= status < 400:
        raise WrongAddress(f"{url} renvoie ailleurs (HTTP {status}) : {beginning(reply.location) or 'sans dire où'}.")
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        raise TooManyRequests(f"{host} demande de ralentir (HTTP 429).")
    if status >= 500:
        raise ServerFault(f"{host} est en panne (HTTP {status}).")
    with suppress(CutAnswer, EmptyAnswer, NotJson, UnreadableAnswer):
        read_answer(reply.body)  # some servers say what is wrong with a query under HTTP 400
    raise UnexpectedStatus(f"{host} a répondu HTTP {status}.")


def _retry_after(value: str) -> float:
    """Seconds asked for by a Retry-After header, given in seconds or as an HTTP date; 0 when unreadable."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        instant = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(0.0, (instant - datetime.now(UTC)).total_seconds())


def _cause(error: BaseException) -> str:
    """What the system said, in words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "ce nom d’hôte est inconnu"
        if isinstance(cause, ConnectionRefusedError):
            return "la connexion est refusée"
        cause = cause.__cause__ or cause.__context__
    return "délai de connexion dépassé" if isinstance(error, httpx2.TimeoutException) else beginning(str(error))
