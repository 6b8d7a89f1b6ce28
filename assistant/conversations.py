"""One question in a conversation: limit, understand, answer, remember, log; for the page, the API and the commands."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from django.contrib.auth.models import User
from django.utils import timezone

from assistant.answering import UNREADABLE, answer
from assistant.answering.memory import Memory
from assistant.models import GROUPED_BY, Question
from assistant.replies import Reply
from assistant.selectors import Opening, Thread, opening
from assistant.understanding import Refused, understand
from assistant.understanding.results import Asker, Turn, Understood
from assistant.vocabularies import technician_of, vocabulary
from syncing.access import is_office, viewer_of
from syncing.folding import fold
from syncing.french import COMPANY_ZONE
from syncing.people.models import AccessToken
from syncing.rights import Audience
from syncing.vocabulary import SyncError

A_MINUTE = timedelta(minutes=1)
QUESTIONS_A_MINUTE = 30  # nobody types as fast; a program that loops is stopped before it is felt
NUMBER_BITS = 52  # of a conversation's number, drawn at random: JavaScript reads no longer one exactly


class NotAnswered(SyncError):
    """A question that is not answered; `status` is what HTTP says."""

    action = "Rien n’a été retenu."

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Said:
    """A reply, what the conversation remembers after it, and how the question was understood."""

    reply: Reply
    memory: Memory
    understood: Understood


def asker_of(account: User) -> Asker:
    """Who asks: the technician that the account is linked to, if any, and whether it has the rights of the office."""
    return Asker(technician=technician_of(account), office=is_office(account))


def reply_to(
    typed: str,
    *,
    account: User,
    now: datetime,
    memory: Memory | None = None,
    turns: Sequence[Turn] = (),
    opened: Opening | None = None,
) -> Said:
    """What the assistant answers, without writing anything; `opened` spares it what was read of the asker already.

    Raises NotAnswered when there is nothing to understand.
    """
    started, memory = perf_counter(), memory or Memory()
    asker = Asker(technician=opened.technician, office=is_office(account)) if opened else asker_of(account)
    try:
        understood = understand(
            typed,
            vocabulary=vocabulary(now, opened.words if opened else None),
            now=now.astimezone(COMPANY_ZONE).replace(tzinfo=None),
            asker=asker,
            history=turns,
            previous=memory.last,
        )
    except Refused as refused:
        raise NotAnswered(refused.code, str(refused)) from None
    found = answer(understood, viewer=viewer_of(account), asker=asker, now=now, memory=memory)
    milliseconds = round((perf_counter() - started) * 1000)
    reply = Reply.of(typed, understood, found, now=now, milliseconds=milliseconds)
    return Said(reply, memory.after(understood, found), understood)


def ask(
    typed: str,
    *,
    account: User,
    conversation: int | None = None,
    token: AccessToken | None = None,
    now: datetime | None = None,
) -> Question:
    """Answer in a conversation, a new one when none is named or it is not this person's; returns the line of the log.

    Raises NotAnswered: nothing to understand, too many questions at once, or data that cannot be read.
    """
    now, viewer = now or timezone.now(), viewer_of(account)
    opened = opening(
        account=account, viewer=viewer, token=token.pk if token else None, since=now - A_MINUTE, thread=conversation
    )
    if opened.asked >= QUESTIONS_A_MINUTE:
        raise NotAnswered("too_many", "Trop de questions à la fois. Attendez une minute.", status=429)
    thread = opened.thread or Thread(secrets.randbits(NUMBER_BITS) + 1)
    memory = Memory.from_json(thread.memory)
    said = reply_to(typed, account=account, now=now, memory=memory, turns=thread.said, opened=opened)
    reply = said.reply
    if reply.code == UNREADABLE:
        raise NotAnswered(UNREADABLE, reply.answer, status=503)
    return Question.objects.create(
        account=account,
        token=token,
        thread=thread.pk,
        as_office=viewer.is_among(Audience.OFFICE),
        text=typed.strip(),
        key=fold(typed)[:GROUPED_BY],
        intent=reply.intent,
        slots=reply.slots,
        outcome=reply.outcome,
        source=reply.source,
        shown=reply.shown,
        total=reply.total,
        milliseconds=reply.timing_ms,
        reply=reply.model_dump(mode="json"),
        memory=said.memory.to_json(),
        asked_at=now,
    )
