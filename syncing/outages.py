"""The database is down, or locked by another program: nothing can be queued, and the owner must know all the same.

Said at most once per outage, straight to OWNER_EMAIL and the Slack room; `marks` remembers that it was.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from syncing import french, marks
from syncing.models import Message, MessageLevel
from syncing.notices import FAILURE
from syncing.notifying.audience import writable
from syncing.notifying.mailing import new_message_id, send_mail
from syncing.notifying.outcomes import Accepted
from syncing.notifying.queueing import NoRecipient, notify
from syncing.notifying.webhook import send_to_room

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """How one trouble is told, and its end."""

    subject: str
    body: str
    over: str
    again: str
    was: str


WORDS = {
    marks.DOWN: Words(
        "ne répond plus",
        """Constaté {seen}. Les pages disent qu’elle est injoignable.
Rien n’est perdu : ce qui est lu de Gazelle attend sur le disque.

Prochain pas : vérifiez le serveur de la base et DATABASE_URL. Un avis dira quand elle répond de nouveau.""",
        "répond",
        "répond de nouveau",
        "ne répondait plus",
    ),
    marks.LOCKED: Words(
        "est verrouillée",
        """Constaté {seen}. Un autre programme la tient : les pages se lisent, rien ne s’y écrit.
Rien n’est perdu : ce qui est lu de Gazelle attend sur le disque.

Prochain pas : fermez le programme qui la tient (sauvegarde, console, autre copie du site). Un avis dira quand elle
est libre de nouveau.""",
        "est libre",
        "est libre de nouveau",
        "était verrouillée",
    ),
}


def is_down() -> bool:
    """Whether a new connection gets no answer: a lock, or a table that is missing, is not an outage."""
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return True
    return False


def say(trouble: str) -> str:
    """Tell the owner, unless it was told already; what came of it, in words."""
    now, words = timezone.now(), WORDS[trouble]
    logger.critical("database_unusable", extra={"trouble": trouble})
    if not marks.mark(trouble, now):
        return "c’est déjà dit"
    message = Message(
        level=MessageLevel.FAULT,
        subject=f"En panne{french.NBSP}: la base de données {words.subject}.",
        body=words.body.format(seen=french.day_and_clock(now, now)),
        address=writable(settings.OWNER_EMAIL),
        message_id=new_message_id(),
    )
    ways = [send_mail] if message.address else []
    ways += [send_to_room] if settings.SLACK_WEBHOOK_URL else []
    taken = [way for way in ways if isinstance(way(message), Accepted)]
    if not taken:
        logger.critical("database_unusable_and_nobody_told", extra={"trouble": trouble})
        return "personne n’a pu être avisé"
    return "le propriétaire est avisé"


def say_over() -> None:
    """The database takes what it is given: if its outage was told, so is its end, like any other message."""
    told = marks.standing()
    if told is None:
        return
    since = told.since
    words = WORDS[told.trouble]
    body = f"La base de données {words.again}. Elle {words.was} {french.since(since, timezone.now())}."
    subject = f"Rétabli{french.NBSP}: la base de données {words.over}."
    try:
        notify(FAILURE, f"database:{since.isoformat()}", subject=subject, body=body, ends=True)
    except NoRecipient:
        logger.warning("nobody_to_tell", extra={"cause": "database"})
    marks.forget()
