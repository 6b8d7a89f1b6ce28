"""The stand-in Gazelle, in a process of its own: its work must not be counted as ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from syncing.fetching.oauth import ApiKey
from syncing.fetching.transport import Transport
from syncing.registry import PROJECT

TODAY = "2026-11-20"  # always the same data


@dataclass(frozen=True)
class StandIn:
    """Where it answers, and our way in."""

    url: str
    key: str
    door: Transport


@contextmanager
def stand_in(size: str) -> Iterator[StandIn]:
    command = [sys.executable, "manage.py", "sandbox", "--port=0", f"--size={size}", f"--today={TODAY}"]
    served = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    try:
        said: dict[str, str] = {}
        while "GAZELLE_API_KEY" not in said or "GAZELLE_API_URL" not in said:
            name, _, value = next(served.stdout).strip().partition("=")
            said[name] = json.loads(value) if value.startswith('"') else value
        url, key = said["GAZELLE_API_URL"], said["GAZELLE_API_KEY"]
        with Transport(url, ApiKey(key)) as door:
            yield StandIn(url, key, door)
    finally:
        served.terminate()
        served.wait()
