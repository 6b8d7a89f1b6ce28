"""What is to be told becomes rows: one cause gives each recipient one message, repeated only when it changes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from syncing.digests import digest, raw_bytes, storable_text
from syncing.models import Channel, Message, MessageLevel, MessageState
from syncing.notifying.audience import ROOM, Recipient, audience, writable
from syncing.notifying.kinds import kinds
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)

FLAPPING = timedelta(hours=1)
"""A cause that comes back this soon after its end is one that comes and goes."""
PATIENCE = timedelta(minutes=10)
"""What comes and goes is told only when it stays this long."""
BREAKS = re.compile(r"[\x00- \x7f-\x9f]+")
"""What a header cannot carry, and plain spaces; those that do not break stay."""
ANSWERABLE = (MessageState.FAILED, MessageState.UNCERTAIN)
"""What a person may send again, or settle."""


class NoRecipient(SyncError):
    """Nobody would receive it: nothing was written."""

    code = "no_recipient"
    action = "Donnez OWNER_EMAIL dans les réglages, ou une adresse et un rôle au compte de la personne."


class WrongAddress(SyncError):
    """An address that no mail can reach: nothing was written."""

    code = "wrong_address"
    action = "Corrigez l’adresse du compte."


class NotAnswerable(SyncError):
    """The message is not, or no longer, one that waits for a person's answer."""

    code = "not_answerable"
    action = "Rechargez la page : son état a changé."


def notify(
    kind: str,
    cause: str,
    *,
    subject: str,
    body: str,
    facts: Iterable[str] | None = None,
    level: MessageLevel = MessageLevel.INFO,
    to: Iterable[Recipient] | None = None,
    not_before: datetime | None = None,
    ends: bool = False,
) -> list[Message]:
    """Queue a message for each recipient who was not told the same of this cause; those queued are returned.

    `cause` names what happened, the same at each call; `facts` are what must change for it to be told again, subject
    and body when left out; `ends` says that it is over, of a cause that was told by another road. Raises NoRecipient,
    WrongAddress or UnknownKind, and then wrote nothing.
    """
    told = kinds()[kind]
    recipients = audience(told.name) if to is None else list(to)
    if not recipients:
        raise NoRecipient(f"L’avis « {told.label} » n’a aucun destinataire.")
    for one in recipients:
        if one != ROOM and (not one.address or one.address != writable(one.address)):
            raise WrongAddress(f"« {one.address} » n’est pas une adresse de courriel.")
    known = digest(raw_bytes(sorted(facts) if facts is not None else [subject, body]))
    draft = Message(
        kind=told.name, cause=cause, level=level, subject=_line(subject), body=_text(body), digest=known, ends=ends
    )
    return _number(draft, recipients, not_before)


def over(kind: str, cause: str, *, subject: str, body: str) -> list[Message]:
    """Tell the end of a lasting cause to those who were told of it; what had not left yet never will."""
    with transaction.atomic():
        waiting = _of_family(kind).filter(cause=cause, state=MessageState.PENDING, ends=False)
        waiting.update(state=MessageState.SUPERSEDED)
        queued: list[Message] = []
        for message in list(_last_told(kind).filter(cause=cause, ends=False)):
            draft = Message(
                kind=message.kind, cause=cause, subject=_line(subject), body=_text(body), digest="", ends=True
            )
            queued += _number(draft, [_recipient(message)], None)
        return queued


def open_causes(kind: str) -> dict[str, Message]:
    """The causes of a lasting kind, or of its family, whose end was not told; with the last message of one recipient
    about each."""
    return {message.cause: message for message in _last_told(kind).filter(ends=False)}


def resend(message: Message, *, by: User) -> Message:
    """The same message once more, as a new one: what became of the first stays written."""
    with transaction.atomic():
        _answered(message, by)
        draft = Message(
            kind=message.kind, cause=message.cause, level=message.level, subject=message.subject, body=message.body,
            digest=message.digest, ends=message.ends,
        )  # fmt: skip
        return _written(draft, _recipient(message), None)


def settle(message: Message, *, by: User) -> None:
    """A person looked at it and does not want it sent again."""
    _answered(message, by)


def _answered(message: Message, by: User) -> None:
    rows = Message.objects.filter(pk=message.pk, state__in=ANSWERABLE, settled_at=None)
    if not rows.update(settled_at=timezone.now(), settled_by=by):
        raise NotAnswerable("Cet avis n’attend pas de réponse.")
    logger.info("message_settled", extra={"notice": message.pk, "user_id": by.pk})


def _number(draft: Message, recipients: Iterable[Recipient], not_before: datetime | None) -> list[Message]:
    """Write it for each recipient; of two processes that tell the same at once, the second finds it told."""
    recipients = list(recipients)
    for is_last_try in (False, False, True):
        try:
            with transaction.atomic():
                return [m for one in recipients if (m := _written_if_new(draft, one, not_before)) is not None]
        except IntegrityError:
            if is_last_try:
                raise
            logger.info("message_told_twice_at_once", extra={"kind": draft.kind})
    raise AssertionError("unreachable")


def _written_if_new(draft: Message, to: Recipient, not_before: datetime | None) -> Message | None:
    before = _about(draft, to).exclude(state=MessageState.SUPERSEDED).order_by("-number").first()
    if before is not None and (before.digest, before.ends) == (draft.digest, draft.ends):
        return None
    if before is not None and before.ends and timezone.now() - before.created_at < FLAPPING:
        not_before = max(not_before or before.created_at, timezone.now() + PATIENCE)
    _about(draft, to).filter(state=MessageState.PENDING).update(state=MessageState.SUPERSEDED)
    return _written(draft, to, not_before)


def _written(draft: Message, to: Recipient, not_before: datetime | None) -> Message:
    last = _about(draft, to).order_by("-number").values_list("number", flat=True).first() or 0
    now = timezone.now()
    return Message.objects.create(
        kind=draft.kind, cause=draft.cause, level=draft.level, subject=draft.subject, body=draft.body,
        digest=draft.digest, ends=draft.ends, channel=to.channel, address=to.address, user_id=to.user_id,
        number=last + 1, created_at=now, not_before=not_before or now,
    )  # fmt: skip


def _about(draft: Message, to: Recipient) -> QuerySet[Message]:
    return _of_family(draft.kind).filter(cause=draft.cause, channel=to.channel, address=to.address)


def _of_family(kind: str) -> QuerySet[Message]:
    return Message.objects.filter(kind__in=kinds().family(kind))


def _recipient(message: Message) -> Recipient:
    return Recipient(Channel(message.channel), message.address, message.user_id)


def _last_told(kind: str) -> QuerySet[Message]:
    """For each cause and recipient, the last message that was not replaced before it left."""
    told = _of_family(kind).exclude(state=MessageState.SUPERSEDED)
    same = {name: OuterRef(name) for name in ("cause", "channel", "address")}
    return told.filter(~Exists(told.filter(**same, number__gt=OuterRef("number")))).order_by("pk")


def _line(text: str) -> str:
    """A subject is one line, and short enough to be read on a telephone's list."""
    whole = BREAKS.sub(" ", _text(text))
    return whole if len(whole) <= 150 else f"{whole[:149].rstrip()}…"


def _text(text: str) -> str:
    """What comes from outside may hold characters that no column takes."""
    return storable_text(text).strip()
