"""What the jobs do, from the check in Gazelle to what their journal says; and how a person asks for alerts by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from appointments.alerts.checking import BeingRead, Check, NeverRead, check, unchecked
from appointments.alerts.days import day_of, in_full
from appointments.alerts.selecting import NOT_VISITS, Verdict
from appointments.alerts.sending import DayIsOver, Order, Sent, send
from syncing import french
from syncing.scheduling.booking import AlreadyAsked, ask, poke
from syncing.scheduling.declaring import Done, Later, jobs
from syncing.scheduling.models import JobRun, Trigger
from syncing.scheduling.running import Work, at_hand

BY_HAND = "unconfirmed_by_hand"
ASKED = "asked"
"""Under which the journal of a run keeps what was asked for."""
PATIENCE = timedelta(minutes=10)
"""How long alerts wait for a reading that somebody else has begun; then they leave unchecked."""
AGAIN = timedelta(minutes=1)


def alert_for_tomorrow() -> Done:
    """The day after the one the run was planned for: an hour late or a day, it is the same day."""
    work = at_hand()
    return _alert(Order(day_of(work.run.slot) + timedelta(days=1)), work)


def alert_as_asked() -> Done:
    """What a person asked for; tomorrow, for everybody, when nobody said anything."""
    work = at_hand()
    asked = work.stats.get(ASKED)
    if not isinstance(asked, Mapping):
        return alert_for_tomorrow()
    return _alert(order_of(asked), work)


def request(order: Order, *, trigger: Trigger, user: User | None, now: datetime, queue: bool = True) -> JobRun:
    """Have alerts sent by a worker; without `queue`, the caller attends to the run. Raises DayIsOver, AlreadyAsked."""
    if order.day < day_of(now):
        raise DayIsOver("Ce jour est passé.")
    job = jobs()[BY_HAND]
    with transaction.atomic():
        run = ask(job, trigger=trigger, user=user, now=now)
        if run.started_at is not None:  # somebody else's, between two tries: it keeps what it was asked
            raise AlreadyAsked("Un envoi demandé plus tôt n’est pas fini.")
        run.stats[ASKED] = as_json(order)
        run.save(update_fields=("stats",))
        if queue:
            poke(job, now)
    return run


def as_json(order: Order) -> dict[str, object]:
    """An order as the journal keeps it."""
    return {"day": order.day.isoformat(), "technicians": sorted(order.technicians), "but": sorted(order.but)}


def order_of(asked: Mapping[str, object]) -> Order:
    """The same, read back."""
    technicians, but = asked.get("technicians"), asked.get("but")
    return Order(
        date.fromisoformat(str(asked["day"])),
        frozenset(map(str, technicians)) if isinstance(technicians, list) else frozenset(),
        frozenset(map(str, but)) if isinstance(but, list) else NOT_VISITS,
    )


def checked(first: date, last: date, work: Work) -> Check:
    """What Gazelle says now, or why it cannot be known. Raises NeverRead; Later while somebody else is reading."""
    try:
        return check(first, last, since=work.run.slot, work=work)
    except BeingRead as busy:
        if french.elapsed(work.run.started_at or timezone.now(), timezone.now()) < PATIENCE:
            raise Later(f"{busy} Les alertes partiront ensuite.", after=AGAIN) from None
        return unchecked(str(busy))


def _alert(order: Order, work: Work) -> Done:
    try:
        known = checked(order.day, order.day, work)
        sent = send(order, known, trigger=work.trigger, user=work.user, now=timezone.now())
    except (NeverRead, DayIsOver) as nothing:
        return Done(f"{nothing} {nothing.action}", warning=True)
    work.stats["queued"], work.stats["already"] = len(sent.queued), sent.already
    work.stats["unreached"], work.stats["checked"] = len(sent.unreached), known.is_live
    return Done(_told(order, known, sent), warning=bool(sent.unreached) or not known.is_live)


def _told(order: Order, known: Check, sent: Sent) -> str:
    """« 3 courriels en partance pour le 5 mars 2026, 1 déjà écrit ; laissés de côté : 2 confirmés. »"""
    told = f"{french.counted(len(sent.queued), 'courriel', 'courriels')} en partance pour le {in_full(order.day)}"
    if sent.already:
        told += f", {french.counted(sent.already, 'déjà écrit', 'déjà écrits')}"
    if aside := aside_in_words(sent.aside):
        told += f"{french.NBSP}; laissés de côté{french.NBSP}: {aside}"
    told += "."
    if sent.unreached:
        names = sorted({f"{row.technician_name} ({row.unreachable})" for row in sent.unreached})
        told += f" Personne n’a été averti pour {french.listed(names)}. {sent.unheard}".rstrip()
    if not known.is_live:
        told += f" Non vérifié dans Gazelle{french.NBSP}: {known.why}"
    return told


def aside_in_words(aside: Counter[Verdict]) -> str:
    """« 2 confirmés et 1 d’une institution »."""
    return french.listed([french.counted(aside[verdict], *verdict.words) for verdict in Verdict if aside[verdict]])
