"""Telling the office and the technicians of a new alert: one message for one cause."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from clients.mailboxes import mailbox
from clients.models import Technician
from pianos.maintenance.models import MaintenanceAlert
from pianos.notices import ASSIGNED, MAINTENANCE
from syncing import french
from syncing.alerting import address
from syncing.notifying.queueing import NoRecipient, WrongAddress, notify

logger = logging.getLogger(__name__)

FRESH = timedelta(days=14)
"""An older note is on the page; a mail about it would be news to nobody."""
MANY = 5
"""More at once, as on the first scan, are told in one message."""


def tell(opened: Sequence[MaintenanceAlert], now: datetime) -> None:
    """What cannot be told never stops the scan: the page shows it."""
    fresh = [one for one in opened if now - one.last_told_at <= FRESH]
    try:
        if len(fresh) > MANY:
            _tell_many(fresh)
        else:
            for alert in fresh:
                _tell_one(alert, now)
    except (NoRecipient, WrongAddress) as error:
        logger.warning("alerts_not_told", extra={"reason": str(error)})


def tell_assigned(alert: MaintenanceAlert, technician: Technician, now: datetime) -> bool:
    """To the technician it was given to, and nobody else; False when he cannot be written to."""
    recipient = mailbox(technician, ASSIGNED)
    if recipient is None:
        return False
    queued = notify(
        ASSIGNED,
        f"maintenance:{alert.pk}:{technician.pk}",
        subject=f"Une alerte d’entretien vous est confiée : {alert.type}, {where(alert)}",
        body="\n".join(_lines(alert, now)),
        to=[recipient],
    )
    return bool(queued)


def _tell_one(alert: MaintenanceAlert, now: datetime) -> None:
    notify(
        MAINTENANCE,
        f"maintenance:{alert.pk}",
        subject=f"Alerte d’entretien : {alert.type}, {where(alert)}",
        body="\n".join(_lines(alert, now)),
        facts=[alert.type_id, where(alert)],
    )


def _tell_many(alerts: Sequence[MaintenanceAlert]) -> None:
    lines = [f"{alert.type}, {where(alert)}" for alert in alerts]
    page = address(reverse("alertes-entretien"))
    notify(
        MAINTENANCE,
        f"maintenance:{min(alert.pk for alert in alerts)}-{max(alert.pk for alert in alerts)}",
        subject=f"{french.counted(len(alerts), 'alerte', 'alertes')} d’entretien à voir",
        body="\n".join([*lines, "", page]),
    )


def where(alert: MaintenanceAlert) -> str:
    """« Yamaha C7, Scène, Théâtre du Lac »: what is known of it."""
    piano = alert.piano
    client = (piano.client if piano else None) or alert.client
    parts = [str(piano) if piano else "", piano.location if piano else "", str(client) if client else ""]
    return ", ".join(part for part in parts if part) or "lieu inconnu"


def _lines(alert: MaintenanceAlert, now: datetime) -> list[str]:
    words = alert.mentions.filter(is_open=True).values_list("words", flat=True).first() or ""
    return [
        where(alert),
        f"« {words} »",
        f"Note du {french.day(alert.observed_at, now)}.",
        "",
        address(reverse("alerte-entretien", args=[alert.pk])),
    ]
