"""Messages leave: each is claimed, written down as leaving, sent, and then written down with what was answered.

That it is leaving is committed before the first byte: whatever dies in between, the message is found « incertain »
once its claim lapses. It is shown, and never sent again unasked.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from syncing.models import Channel, Message, MessageState
from syncing.notifying.mailing import new_message_id, send_mail
from syncing.notifying.outcomes import Accepted, Doubtful, NotSent, Outcome, Refused, TryLater
from syncing.notifying.webhook import send_to_room

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=5)  # a dozen exchanges with a mail server, each given up after EMAIL_TIMEOUT (15 s)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""Between tries: what lasts longer than a day does not pass by itself."""
LONGEST_ASKED = timedelta(hours=12)  # a server that asks to wait longer is asked again anyway
TIRED = 3  # messages put off in one call: a server that is out of order must not hold the caller for each of them
AT_ONCE = 50  # messages one call sends: a worker's slice, the next minute takes the rest


def deliver(limit: int = AT_ONCE) -> Mapping[MessageState, int]:
    """Send what is due, oldest first; how many ended in which state. Several processes may do so at once."""
    found: Counter[MessageState] = Counter()
    found[MessageState.UNCERTAIN] += _give_up_lapsed()
    for _ in range(limit):
        message = None if found[MessageState.PENDING] >= TIRED else _claim()
        if message is None:
            break
        found[_record(message, _sent(message))] += 1
    return +found


def waiting(now: datetime) -> list[Message]:
    """What `deliver` would send now, in that order."""
    return list(_due(now))


def _due(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=MessageState.PENDING, not_before__lte=now).order_by("not_before", "pk")


def _give_up_lapsed() -> int:
    """Messages whose sender died while they were leaving."""
    lapsed = Message.objects.filter(state=MessageState.SENDING, claimed_until__lte=timezone.now())
    count = lapsed.update(
        state=MessageState.UNCERTAIN,
        last_error="L’envoi s’est arrêté en chemin : on ne sait pas si l’avis a été reçu.",
    )
    if count:
        logger.error("messages_uncertain", extra={"count": count})
    return count


def _claim() -> Message | None:
    """The next one due, ours alone: whoever changes the row first has it."""
    while True:
        now = timezone.now()
        message = _due(now).first()
        if message is None:
            return None
        message.attempts, message.message_id = message.attempts + 1, new_message_id()
        # Durable: it is committed before the sending begins, or refuses to begin.
        with transaction.atomic(durable=True):
            ours = Message.objects.filter(pk=message.pk, state=MessageState.PENDING, attempts=message.attempts - 1)
            if ours.update(
                state=MessageState.SENDING, claimed_until=now + CLAIM, attempts=message.attempts,
                message_id=message.message_id,
            ):  # fmt: skip
                return message


def _sent(message: Message) -> Outcome:
    try:
        return send_mail(message) if message.channel == Channel.MAIL else send_to_room(message)
    except Exception as error:  # the edge of one message: a surprise must not stop the others, nor be sent twice
        logger.exception("message_surprise", extra={"notice": message.pk})
        return Doubtful(f"Erreur imprévue pendant l’envoi ({type(error).__name__}) ; elle est au journal.")


def _record(message: Message, outcome: Outcome) -> MessageState:
    """Write what became of it; also over « incertain », if the answer came after the claim had lapsed."""
    now = timezone.now()
    told: dict[str, object] = {"claimed_until": None, "last_error": "", "receipt": ""}
    match outcome:
        case Accepted(receipt):
            told |= {"state": MessageState.SENT, "receipt": receipt, "sent_at": now}
        case NotSent(why):
            told |= {"state": MessageState.NOT_SENT, "last_error": why}
        case Doubtful(why):
            told |= {"state": MessageState.UNCERTAIN, "last_error": why}
        case Refused(why):
            told |= {"state": MessageState.FAILED, "last_error": why}
        case TryLater(why, after) if message.attempts <= len(PAUSES):
            asked = timedelta(seconds=min(after, LONGEST_ASKED.total_seconds()))
            pause = max(PAUSES[message.attempts - 1], asked)
            told |= {"state": MessageState.PENDING, "last_error": why, "not_before": now + pause}
        case TryLater(why):
            tries = f"{message.attempts} essais en plus de 17 heures"
            told |= {"state": MessageState.FAILED, "last_error": f"{why} Abandonné après {tries}."}
    state = MessageState(str(told["state"]))
    rows = Message.objects.filter(pk=message.pk, message_id=message.message_id, settled_at=None)
    rows.filter(state__in=(MessageState.SENDING, MessageState.UNCERTAIN)).update(**told)
    _log(message, state)
    return state


def _log(message: Message, state: MessageState) -> None:
    """Which message, and what became of it: never to whom, nor what it says."""
    level = logging.ERROR if state in (MessageState.FAILED, MessageState.UNCERTAIN) else logging.INFO
    known = {"notice": message.pk, "kind": message.kind, "channel": message.channel, "attempts": message.attempts}
    logger.log(level, "message_delivered", extra=known | {"state": state.value})
