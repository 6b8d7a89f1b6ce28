"""How fast we ask: Gazelle tolerates about four pages a second on one connection, and publishes no limit."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

INTERVAL = 0.1  # seconds; a page takes about 0.25 s to come, so this only stops bursts of small answers
SLOWED_FROM = 0.25  # after a first 429, the speed that production use has shown to be tolerated
SLOWEST = 2.0
CALM = 50  # requests without complaint before speeding up again
LONGEST_HOLD = 120.0  # a job lasts ten minutes at most: a longer Retry-After is left to the next run


def is_loopback(url: str) -> bool:
    """Whether the address is this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Pacing:
    """A minimum interval between requests, in seconds, shared by every thread that uses it."""

    def __init__(
        self,
        interval: float = INTERVAL,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = self.interval = interval
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._calm = 0
        self._lock = threading.Lock()

    @classmethod
    def towards(cls, url: str) -> Pacing:
        """Our usual pace; none towards this very machine."""
        return cls(0.0 if is_loopback(url) else INTERVAL)

    def wait(self) -> None:
        """Sleep until the next request may leave."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next)
            self._next = slot + self.interval
            self._calm += 1
            if self._calm > CALM and self.interval > self.base:
                self.interval, self._calm = max(self.base, self.interval / 2), 0
        if slot > now:
            self._sleep(slot - now)

    def held(self) -> float:
        """Seconds before the next request may leave."""
        with self._lock:
            return max(0.0, self._next - self._clock())

    def slow_down(self, seconds: float = 0.0) -> None:
        """After a complaint: nothing leaves for `seconds` (at most LONGEST_HOLD), and the pace is halved."""
        with self._lock:
            self._calm = 0
            self.interval = min(max(self.interval * 2, SLOWED_FROM), SLOWEST)
            self._next = max(self._next, self._clock() + min(max(seconds, self.interval), LONGEST_HOLD))
