"""The database itself is down: nothing can be queued, and the owner must know all the same.

Said at most once per outage, straight to OWNER_EMAIL and the Slack room. That it was said is a small file, written
before the sending: what crashes in between is not said twice.
"""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from syncing import french
from syncing.models import Message, MessageLevel
from syncing.notices import FAILURE
from syncing.notifying.audience import writable
from syncing.notifying.mailing import new_message_id, send_mail
from syncing.notifying.outcomes import Accepted
from syncing.notifying.queueing import NoRecipient, notify
from syncing.notifying.webhook import send_to_room

logger = logging.getLogger(__name__)
OVER = f"Rétabli{french.NBSP}: la base de données répond."
BODY = """Constaté {seen}. Les pages disent qu’elle est injoignable.
Rien n’est perdu : ce qui est lu de Gazelle attend sur le disque.

Prochain pas : vérifiez le serveur de la base et DATABASE_URL. Un avis dira quand elle répond de nouveau."""


def is_down() -> bool:
    """Whether a new connection gets no answer: a lock, or a table that is missing, is not an outage."""
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return True
    return False


def say_down() -> str:
    """Tell the owner, unless it was told already; what came of it, in words."""
    now = timezone.now()
    logger.critical("database_down")
    if not _first_to_say(now):
        return "c’est déjà dit"
    message = Message(
        level=MessageLevel.FAULT,
        subject=f"En panne{french.NBSP}: la base de données ne répond plus.",
        body=BODY.format(seen=french.day_and_clock(now, now)),
        address=writable(settings.OWNER_EMAIL),
        message_id=new_message_id(),
    )
    ways = [send_mail] if message.address else []
    ways += [send_to_room] if settings.SLACK_WEBHOOK_URL else []
    taken = [way for way in ways if isinstance(way(message), Accepted)]
    if not taken:
        logger.critical("database_down_and_nobody_told")
        return "personne n’a pu être avisé"
    return "le propriétaire est avisé"


def say_over() -> None:
    """The database answers: if its outage was told, so is its end, like any other message."""
    told = _mark()
    if not told.exists():
        return
    since = datetime.fromisoformat(told.read_text("ascii"))
    now = timezone.now()
    body = f"La base de données répond de nouveau. Elle ne répondait plus {french.since(since, now)}."
    try:
        notify(FAILURE, f"database:{since.isoformat()}", subject=OVER, body=body, ends=True)
    except NoRecipient:
        logger.warning("nobody_to_tell", extra={"cause": "database"})
    told.unlink(missing_ok=True)


def _first_to_say(now: datetime) -> bool:
    try:
        _mark().parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(_mark(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as mark:
            mark.write(now.isoformat())
    except OSError:  # said already, or no disk to remember it on: then silence is better than a mail a minute
        return False
    return True


def _mark() -> Path:
    """Beside the pages that wait for the database: the one place that every installation gives us to write to."""
    return Path(settings.RAW_DATA_DIR) / "database_outage"
