"""The faults of the line: what is said instead of an answer, and what becomes of the bytes of one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from gazelle_site.sandbox.faults.planning import Hit
from gazelle_site.sandbox.outgoing import HTML_TYPE, Outgoing, as_json

Data = dict[str, Any]


def instead(hit: Hit) -> Outgoing:
    """What is said in place of running the request."""
    return INSTEAD[hit.kind](hit.data)


def delivered(hit: Hit | None, answer: Outgoing) -> Outgoing:
    """The answer as it leaves; untouched unless the fault is one of delivery."""
    return DELIVERY[hit.kind](answer, hit.data) if hit is not None and hit.kind in DELIVERY else answer


def _status(data: Data) -> Outgoing:
    headers = {str(name): str(value) for name, value in data.get("headers", {}).items()}
    if "retry_after" in data:
        headers["Retry-After"] = str(data["retry_after"])
    if "retry_date" in data:
        headers["Retry-After"] = formatdate(time.time() + data["retry_date"], usegmt=True)
    return Outgoing(data["code"], data["body"].encode(), headers=headers)


def _not_utf8(_data: Data) -> Outgoing:
    return Outgoing(200, '{"data":{"allClients":{"nodes":[{"companyName":"Été"}]}}}'.encode("latin-1"))


INSTEAD: dict[str, Callable[[Data], Outgoing]] = {
    "status": _status,
    "html": lambda data: Outgoing(200, data["body"].encode(), content_type=HTML_TYPE),
    "not_utf8": _not_utf8,
    "reset": lambda _data: Outgoing(0, b"", reset=True),
    "token_expired": lambda _data: as_json({"error": "Unauthorized"}, 401),
}

DELIVERY: dict[str, Callable[[Outgoing, Data], Outgoing]] = {
    "cut": lambda answer, data: replace(answer, body=answer.body[: int(len(answer.body) * data["keep"])]),
    "wrong_length": lambda answer, data: replace(answer, promised_length=max(0, len(answer.body) + data["by"])),
    "slow_drip": lambda answer, data: replace(answer, drip=data["seconds"]),
    "hang": lambda answer, data: replace(answer, delay=data["seconds"]),
    "answer_lost": lambda answer, _data: replace(answer, reset=True),
    "clock_skew": lambda answer, data: replace(answer, skew=data["seconds"]),
}
