"""An HTTP answer before it leaves, and what a fault does to it. The one place where faults are applied."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from gazelle_site.sandbox.faults import TRANSPORT_KINDS, Fault, spoil

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
MAINTENANCE = "<!doctype html><title>Maintenance</title><p>We'll be right back.</p>"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Outgoing:
    """Status, body and headers; then the ways of not delivering them properly."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    promised_length: int | None = None
    delay: float = 0.0
    reset: bool = False


def encode(payload: Any) -> bytes:
    """UTF-8 JSON; a lone surrogate, which UTF-8 cannot say, goes out as its \\uXXXX escape."""
    return ENCODER.encode(payload).encode("utf-8", "backslashreplace")


def as_json(payload: Any, status: int = 200) -> Outgoing:
    """A JSON answer."""
    return Outgoing(status, encode(payload))


def suffer(fault: Fault | None, payload: dict[str, Any], variables: dict[str, Any]) -> Outgoing:
    """The answer as it leaves: the payload spoiled, or the bytes."""
    if fault is not None and fault.kind not in TRANSPORT_KINDS:
        payload = spoil(fault, payload, variables)
    answer = as_json(payload)
    return answer if fault is None else mistreat(fault, answer)


def mistreat(fault: Fault, answer: Outgoing) -> Outgoing:
    """The transport faults."""
    data = fault.data
    if fault.kind == "status":
        headers = {str(name): str(value) for name, value in (data.get("headers") or {}).items()}
        body = str(data.get("body", '{"error":"unavailable"}')).encode()
        return Outgoing(int(data.get("code", 503)), body, headers=headers)
    if fault.kind == "html":
        return Outgoing(200, str(data.get("body", MAINTENANCE)).encode(), content_type=HTML_TYPE)
    if fault.kind == "not_utf8":
        return replace(answer, body='{"data":{"allClients":{"nodes":[{"companyName":"Été"}]}}}'.encode("latin-1"))
    if fault.kind == "cut":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    if fault.kind == "wrong_length":
        return replace(answer, promised_length=len(answer.body) + int(data.get("by", 1000)))
    if fault.kind == "hang":
        return replace(answer, delay=float(data.get("seconds", 1.0)))
    return replace(answer, reset=fault.kind == "reset")
