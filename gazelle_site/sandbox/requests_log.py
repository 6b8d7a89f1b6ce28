"""The requests a client made: what tests count and look into."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KEPT = 5000


@dataclass(frozen=True)
class Request:
    """One GraphQL or token request as it arrived, with the status it got (None when the line was cut)."""

    path: str
    query: str
    variables: dict[str, Any]
    headers: dict[str, str]
    status: int | None
    fault: str | None


class RequestLog:
    """The last requests, and how many there were in all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self.count = 0

    def add(self, request: Request) -> None:
        """Note one request; the oldest half is dropped when there are too many."""
        with self._lock:
            self.count += 1
            self._requests.append(request)
            if len(self._requests) > KEPT:
                del self._requests[: KEPT // 2]

    def matching(self, text: str) -> list[Request]:
        """Requests whose path or query holds that text."""
        return [each for each in self if text in each.path or text in each.query]

    def clear(self) -> None:
        """Start counting again."""
        with self._lock:
            self.count = 0
            self._requests.clear()

    def __iter__(self) -> Iterator[Request]:
        with self._lock:
            return iter(list(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def __getitem__(self, place: int) -> Request:
        return self._requests[place]
