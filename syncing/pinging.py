"""The dead man's switch: a service outside is told that all is well, and cries when it no longer hears it."""

from __future__ import annotations

import httpx2

ANSWER = 10.0  # seconds


def ping(address: str, *, well: bool) -> str:
    """Tell it; « …/fail » says at once that something is wrong. Why it could not be told, or "".

    The address opens a door by itself: it is in no message.
    """
    try:
        answer = httpx2.get(address if well else f"{address.rstrip('/')}/fail", timeout=ANSWER)
    except httpx2.HTTPError as error:
        return f"Le service de veille ne répond pas ({type(error).__name__})."
    return "" if answer.is_success else f"Le service de veille a répondu {answer.status_code}."
