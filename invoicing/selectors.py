"""Reads of bills: those of a client, and those that wait to be paid."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from invoicing.models import Invoice
from syncing.rights import Viewer

AWAITING = ("OPEN", "OVERDUE")
NOT_BILLED = ("DRAFT", "DELETED", "CANCELED")


def unpaid(*, viewer: Viewer, today: date, client: str = "", overdue_days_gt: int | None = None) -> list[Invoice]:
    """The bills that wait to be paid, the longest due first; those without a due date come last; one query."""
    rows = _bills(viewer).filter(status__in=AWAITING).filter(Q(due_total__gt=0) | Q(due_total=None))
    if client:
        rows = rows.filter(client=client)
    waiting = list(rows.order_by(F("due_on").asc(nulls_last=True), "number", "id"))
    if overdue_days_gt is None:
        return waiting
    return [one for one in waiting if one.due_on and (today - one.due_on).days > overdue_days_gt]


def invoices(*, viewer: Viewer, client: str = "", number: int | None = None) -> QuerySet[Invoice]:
    """Bills with their client, newest first; drafts, cancelled and deleted ones only when asked by number."""
    rows = _bills(viewer)
    rows = rows.exclude(status__in=NOT_BILLED) if number is None else rows.filter(number=number)
    if client:
        rows = rows.filter(client=client)
    return rows.order_by("-number", "-id")


def _bills(viewer: Viewer) -> QuerySet[Invoice]:
    return Invoice.objects.visible_to(viewer).present().lightly("client")
