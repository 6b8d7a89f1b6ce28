"""Findings about the messages themselves: refused, in doubt, not leaving, or going nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from syncing import french
from syncing.models import Message, MessageState
from syncing.monitoring.finding import Finding, Level, admin_list

OVERDUE = timedelta(minutes=15)
"""A message is looked at every minute: one that is due for longer has nobody to send it."""
LOST = "Un avis n’est pas parti."
DOUBT = "Un avis est peut-être perdu."
LEAVING_NOWHERE = ("filebased", "console", "dummy", "locmem")


def findings(now: datetime) -> Iterator[Finding]:
    """One query."""
    in_flight = Q(state__in=(MessageState.PENDING, MessageState.SENDING))
    unanswered = Q(settled_at=None, state__in=(MessageState.FAILED, MessageState.UNCERTAIN))
    counted = Message.objects.filter(in_flight | unanswered).aggregate(
        failed=Count("pk", filter=Q(state=MessageState.FAILED)),
        uncertain=Count("pk", filter=Q(state=MessageState.UNCERTAIN) | _lapsed(now)),
        overdue=Count("pk", filter=Q(state=MessageState.PENDING, not_before__lt=now - OVERDUE)),
    )
    if failed := counted["failed"]:
        told = french.counted(failed, "avis n’a pas pu être envoyé", "avis n’ont pas pu être envoyés")
        yield _finding("messages_failed", f"{told}.", failed, "Lire la cause", MessageState.FAILED, LOST)
    if uncertain := counted["uncertain"]:
        told = french.counted(uncertain, "avis est incertain", "avis sont incertains")
        cause = f"{told}{french.NBSP}: remis au serveur, sans réponse de sa part."
        yield _finding("messages_uncertain", cause, uncertain, "Renvoyer ou classer", MessageState.UNCERTAIN, DOUBT)
    if overdue := counted["overdue"]:
        told = french.counted(overdue, "avis devait partir", "avis devaient partir")
        cause = f"{told} il y a plus de 15{french.NBSP}min."
        yield Finding(
            "messages_waiting", Level.WATCH, cause, "Faites tourner l’envoi chaque minute.",
            command="python manage.py notify", count=overdue,
        )  # fmt: skip
    if settings.SCHEDULER_ENV == "production" and settings.EMAIL_BACKEND.split(".")[-2] in LEAVING_NOWHERE:
        cause = "Aucun serveur de courriel n’est réglé : les avis restent dans des fichiers."
        yield Finding("messages_nowhere", Level.WATCH, cause, "Donnez EMAIL_URL dans les réglages.")


def _finding(code: str, cause: str, count: int, action: str, state: MessageState, title: str) -> Finding:
    url = admin_list("syncing.Message", f"etat={state.value}&classe=non")
    return Finding(code, Level.FAULT, cause, action, url, count=count, title=title)


def _lapsed(now: datetime) -> Q:
    """Being sent by somebody who died: said at once, whoever notices it later."""
    return Q(state=MessageState.SENDING, claimed_until__lte=now)
