"""One message to the team's Slack room, by its webhook, and what Slack said of it.

The only module that speaks to Slack, and, with the transport towards Gazelle, the only one that imports the HTTP
library. The webhook's address is a secret: it is in no message, no error and no log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
from django.conf import settings

from syncing.models import Message
from syncing.notifying.outcomes import Accepted, Doubtful, NotSent, Outcome, Refused, TryLater

ANSWER = 15.0  # seconds for the connection, and for the answer
KEPT = 200  # characters of Slack's answer, which is one word
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # Slack reads the rest as it is


def send_to_room(message: Message) -> Outcome:
    """Post it; Slack has no id to give, its 200 is the receipt."""
    if settings.SCHEDULER_ENV == "staging":
        return NotSent("Non envoyé : en préproduction, les avis sont composés et rien ne part.")
    if not settings.SLACK_WEBHOOK_URL:
        return NotSent("Non envoyé : SLACK_WEBHOOK_URL n’est plus dans les réglages.")
    text = f"*{message.subject.translate(ESCAPES)}*\n{message.body.translate(ESCAPES)}"
    try:
        answer = httpx2.post(settings.SLACK_WEBHOOK_URL, json={"text": text}, timeout=ANSWER)
    except (httpx2.ConnectError, httpx2.ConnectTimeout):
        return TryLater("Slack ne répond pas.")
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
        return Refused("SLACK_WEBHOOK_URL ne peut pas être lue.")
    except httpx2.TransportError:
        return Doubtful("Slack n’a pas répondu après avoir reçu l’avis.")
    return _judged(answer)


def _judged(answer: httpx2.Response) -> Outcome:
    status, words = answer.status_code, " ".join(answer.text[:KEPT].split())
    if status == httpx2.codes.OK:
        request = answer.headers.get("x-slack-req-id", "")
        return Accepted(" ".join(filter(None, ("200", words, request))))
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        asked = _retry_after(answer.headers.get("Retry-After", ""))
        return TryLater("Slack demande de ralentir (HTTP 429).", after=asked)
    if status >= 500:
        return TryLater(f"Slack est en panne (HTTP {status}).")
    return Refused(f"Slack refuse l’avis (HTTP {status} {words}) : vérifiez SLACK_WEBHOOK_URL.")


def _retry_after(value: str) -> float:
    """Seconds, given as such or as a date; 0 when unreadable."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return 0.0
