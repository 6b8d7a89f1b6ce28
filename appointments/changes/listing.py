"""What became of the notices, for the page: from the notice until it is a message, from the message afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, OuterRef, QuerySet, Subquery, TextChoices, Value, When
from django.db.models.functions import Concat

from appointments.changes.kinds import PREFIX
from appointments.changes.models import ChangeNotice, NoticeState
from appointments.models import Appointment
from syncing.models import Message, MessageState
from syncing.rights import Audience, Viewer

SHOWN = 100
"""Notices on one page; the others are counted."""
HEAVY = ("raw_data", "given")
TONES = {"pending": "pending", "held": "watch", "sent": "ok", "skipped": "unknown", "failed": "fault"}


class End(TextChoices):
    """What became of a notice, as the page sorts them."""

    PENDING = "pending", "En attente"
    HELD = "held", "Retenus"
    SENT = "sent", "Envoyés"
    SKIPPED = "skipped", "Ignorés"
    FAILED = "failed", "Non remis"


@dataclass(frozen=True)
class Line:
    """One notice of the page."""

    notice: ChangeNotice
    end: End
    word: str
    reason: str
    sent_at: datetime | None
    message_pk: int | None
    """Of the message to look at when it was not delivered."""

    @property
    def tone(self) -> str:
        # Staging and a site without a mail server deliver nothing: nothing is broken there.
        return "unknown" if self.word == MessageState.NOT_SENT.label else TONES[self.end]

    @property
    def what(self) -> str:
        """« Anne Roy »; the title of the appointment when it has no client."""
        one: Appointment = self.notice.appointment
        return str(one.client) if one.client else one.title or f"Sans titre ({one.pk})"


def notices(*, viewer: Viewer) -> QuerySet[Any]:
    """The notices a viewer may see, newest first, each with `end` and the state of its last message.

    Held ones are for the office alone: a technician would believe a cancellation that may be none.
    """
    last = Message.objects.filter(kind=Concat(Value(PREFIX), OuterRef("kind")), cause=OuterRef("cause"))
    last = last.order_by("-number")
    leaving = (MessageState.PENDING, MessageState.SENDING)
    seen = ChangeNotice.objects.visible_to(viewer)
    if not viewer.is_among(Audience.OFFICE):
        seen = seen.exclude(state=NoticeState.HELD)
    return seen.annotate(
        message_state=Subquery(last.values("state")[:1]),
        message_pk=Subquery(last.values("pk")[:1]),
        message_error=Subquery(last.values("last_error")[:1]),
        sent_at=Subquery(last.values("sent_at")[:1]),
    ).annotate(
        end=Case(
            When(state=NoticeState.PENDING, then=Value(End.PENDING)),
            When(state=NoticeState.HELD, then=Value(End.HELD)),
            When(state=NoticeState.SKIPPED, then=Value(End.SKIPPED)),
            When(message_state__in=leaving, then=Value(End.PENDING)),
            When(message_state=MessageState.SENT, then=Value(End.SENT)),
            default=Value(End.FAILED),
            output_field=CharField(),
        )
    )


def counts(*, viewer: Viewer) -> Mapping[End, int]:
    """How many of each end, zero included."""
    found = dict(notices(viewer=viewer).order_by().values_list("end").annotate(count=Count("pk")))
    return {end: found.get(end, 0) for end in End}


def lines(*, viewer: Viewer, end: End | None = None, limit: int = SHOWN) -> list[Line]:
    """The newest ones, of one end or of all; one query."""
    rows = notices(viewer=viewer).select_related("appointment__client", "technician")
    paths = ("appointment__", "appointment__client__", "technician__")
    rows = rows.defer(*(f"{path}{name}" for path in paths for name in HEAVY))
    if end is not None:
        rows = rows.filter(end=end)
    return [_line(row) for row in rows[:limit]]


def _line(row: Any) -> Line:
    end = End(row.end)
    word = str(NoticeState(row.state).label)
    if row.state == NoticeState.COMPOSED:
        word = str(MessageState(row.message_state).label) if row.message_state else "Message oublié"
    return Line(
        notice=row, end=end, word=word, reason=row.reason or row.message_error or "", sent_at=row.sent_at,
        message_pk=row.message_pk if end is End.FAILED else None,
    )  # fmt: skip
