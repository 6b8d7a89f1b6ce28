"""A Gazelle that answers what it was told to, one reply after another: for answers no honest server gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import httpx2

from syncing.fetching.oauth import ApiKey
from syncing.fetching.pacing import Pacing
from syncing.fetching.transport import Credentials, Retries, Transport

API_URL = "https://gazelle.test/graphql/private/"
AT_ONCE = Retries(attempts=3, initial=0, longest=0, jitter=0)

Scripted = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


class ScriptedGazelle:
    """Replies in order; the last one serves for ever. `seen` keeps what was asked."""

    def __init__(self, *replies: Scripted) -> None:
        self.replies = list(replies)
        self.seen: list[httpx2.Request] = []
        self.clock = Clock()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    @property
    def variables(self) -> list[dict[str, object]]:
        return [json.loads(request.content)["variables"] for request in self.seen]

    def transport(
        self, credentials: Credentials | None = None, *, interval: float = 0.0, retries: Retries = AT_ONCE
    ) -> Transport:
        return Transport(
            API_URL,
            credentials or ApiKey("a-key"),
            pacing=Pacing(interval, clock=self.clock, sleep=self.clock.sleep),
            retries=retries,
            client=httpx2.Client(transport=httpx2.MockTransport(self)),
        )


def said(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """A JSON answer."""
    return httpx2.Response(status, content=json.dumps(value).encode(), headers=dict(headers or {}))


def data(**fields: object) -> httpx2.Response:
    """An answer with data and no error."""
    return said({"data": fields})


def raw(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    return httpx2.Response(status, content=body, headers=dict(headers or {}))


def connection(nodes: list[object], *, end: str | None = None, more: bool = False, total: int = 0) -> dict[str, object]:
    """A Relay connection as Gazelle answers it."""
    return {
        "totalCount": total or len(nodes),
        "pageInfo": {"hasNextPage": more, "endCursor": end},
        "nodes": nodes,
    }
