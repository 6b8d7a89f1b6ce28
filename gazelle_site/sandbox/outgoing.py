"""An HTTP answer before it leaves: its status, body and headers, and the ways of not delivering them properly."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Outgoing:
    """What leaves the server. Times are in seconds: `delay` before the first byte, `drip` to let the body go piece by
    piece, `skew` by which the clock of the Date header is ahead. `reset` sends nothing and cuts the line."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    promised_length: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    skew: float = 0.0
    reset: bool = False


def encode(payload: Any) -> bytes:
    """UTF-8 JSON; a lone surrogate, which UTF-8 cannot say, goes out as its \\uXXXX escape."""
    return ENCODER.encode(payload).encode("utf-8", "backslashreplace")


def as_json(payload: Any, status: int = 200) -> Outgoing:
    """A JSON answer."""
    return Outgoing(status, encode(payload))
