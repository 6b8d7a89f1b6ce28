"""The log of alerts: each row beside what its message says became of it, what nobody has seen to, and the counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from appointments.alerts.days import day_of, midnight
from appointments.alerts.models import AppointmentAlert
from appointments.notices import UNCONFIRMED
from syncing.models import Message, MessageState
from syncing.rights import Viewer

LATEST = 50


class Entry(NamedTuple):
    """An alert, and the last message that tells it; none when nobody could be reached, or when it was let go."""

    alert: AppointmentAlert
    message: Message | None

    @property
    def state(self) -> str:
        """A word for programs; « sent » only by the server's own answer."""
        if not self.alert.address:
            return "unreachable"
        return self.message.state if self.message else "forgotten"


class Share(NamedTuple):
    """How many alerts one technician was told."""

    technician: str
    last_7: int
    last_30: int
    total: int
    waiting: int


class Counts(NamedTuple):
    """Of what this viewer may see."""

    last_7: int
    last_30: int
    total: int
    waiting: int
    by_hand: int
    shares: list[Share]


def pending(*, viewer: Viewer, now: datetime) -> list[Entry]:
    """What nobody has seen to: today and after by day and hour, then what is past, the latest first."""
    rows = AppointmentAlert.objects.visible_to(viewer).filter(acknowledged_at=None)
    today = midnight(day_of(now))
    coming = rows.filter(start__gte=today).order_by("start", "pk")[:LATEST]
    return entries(coming) + entries(rows.filter(start__lt=today).order_by("-start", "-pk")[:LATEST])


def latest(*, viewer: Viewer, technician: str = "") -> list[Entry]:
    """What was told last, by whom it was seen to."""
    rows = AppointmentAlert.objects.visible_to(viewer).select_related("acknowledged_by", "user")
    rows = rows.filter(technician=technician) if technician else rows
    return entries(rows.order_by("-created_at", "-pk")[:LATEST])


def counts(*, viewer: Viewer, now: datetime) -> Counts:
    """Seven and thirty days are real days before this instant."""
    rows = AppointmentAlert.objects.visible_to(viewer)
    figures = {
        "last_7": Count("pk", filter=Q(created_at__gte=now - timedelta(days=7))),
        "last_30": Count("pk", filter=Q(created_at__gte=now - timedelta(days=30))),
        "total": Count("pk"),
        "waiting": Count("pk", filter=Q(acknowledged_at=None)),
        "by_hand": Count("pk", filter=~Q(trigger="scheduler")),
    }
    of_all = rows.aggregate(**figures)
    each = rows.order_by("technician__search_key", "technician").values("technician", "technician__full_name")
    shares = [_share(dict(row)) for row in each.annotate(**figures)]
    return Counts(**of_all, shares=shares)


def _share(row: dict[str, Any]) -> Share:
    name = row["technician__full_name"] or row["technician"]
    return Share(name, row["last_7"], row["last_30"], row["total"], row["waiting"])


def entries(rows: QuerySet[AppointmentAlert]) -> list[Entry]:
    """These alerts with their messages, in one more query."""
    found = list(rows)
    told = _messages(row.cause for row in found)
    return [Entry(row, told.get(row.cause)) for row in found]


def acknowledge(pk: int, *, viewer: Viewer, by: User) -> AppointmentAlert | None:
    """Somebody has seen to it; who was first stays written. None for an alert that this viewer may not see."""
    row = AppointmentAlert.objects.visible_to(viewer).filter(pk=pk).first()
    if row is not None:
        AppointmentAlert.objects.filter(pk=pk, acknowledged_at=None).update(
            acknowledged_at=timezone.now(), acknowledged_by=by
        )
    return row


def _messages(causes: Iterable[str]) -> dict[str, Message]:
    """The last message of each cause: one that was sent again by hand is a new one."""
    rows = Message.objects.filter(kind=UNCONFIRMED, cause__in=list(causes)).exclude(state=MessageState.SUPERSEDED)
    return {message.cause: message for message in rows.order_by("number", "pk")}
