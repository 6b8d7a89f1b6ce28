"""Notices whose time has come become messages: checked in Gazelle, true to the last look, each in its transaction.

The message and the mark on the notice are written together: a process that dies leaves the notice as it was, and the
next minute takes it up. From there the message says what became of it.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appointments.changes.authors import Author, author_of
from appointments.changes.checking import Check, ask, untrue
from appointments.changes.deciding import effective
from appointments.changes.kinds import kind_name
from appointments.changes.looking import look
from appointments.changes.models import ChangeKind, ChangeNotice, ChangeWatch, NoticeState
from appointments.changes.wording import Facts, body, subject
from appointments.models import Appointment
from clients.models import Contact
from clients.selectors import mailbox
from syncing.alerting import address
from syncing.locks import is_contended
from syncing.notifying.audience import address_of
from syncing.notifying.queueing import notify

logger = logging.getLogger(__name__)

AT_ONCE = 30  # notices of one call: each is a request to Gazelle, and the next minute takes the rest
PATIENCE = 3  # minutes that a doubt may last: then the mail leaves, and says so
PUT_OFF = timedelta(minutes=1)
SET_ASIDE = timedelta(minutes=15)  # a notice that cannot be written must not be first in line every minute
BY_HIMSELF = "Déplacé par la personne elle-même."
NO_ADDRESS = "Aucune adresse de courriel, ni au compte ni dans Gazelle."
CLOSED = "Le compte de cette personne est fermé."
NOT_WANTED = "Cette personne ne veut pas de ces avis."
UNANSWERED = "Le jour est passé sans que le bureau ait répondu."


def send_due(now: datetime | None = None) -> Counter[NoticeState]:
    """Settle the notices that are due; how many ended in which state, « en attente » being those put off."""
    now = now or timezone.now()
    found: Counter[NoticeState] = Counter()
    found[NoticeState.SKIPPED] += _expire_held(now)
    due = _due(now)
    if due:
        checks = ask(appointment for _, appointment in due)
        look(now)  # what Gazelle just said may call a notice off, or change its words
        for pk, appointment in due:
            state = _settled(pk, checks[appointment], now)
            if state is not None:
                found[state] += 1
    return +found


def _due(now: datetime) -> list[tuple[int, str]]:
    rows = ChangeNotice.objects.filter(state=NoticeState.PENDING, not_before__lte=now).order_by("not_before", "pk")
    return list(rows.values_list("pk", "appointment_id")[:AT_ONCE])


def _expire_held(now: datetime) -> int:
    held = ChangeNotice.objects.filter(state=NoticeState.HELD, start__lte=now)
    late = [one.pk for one in held if (begins := effective(one.start, one.is_all_day)) is None or begins <= now]
    rows = ChangeNotice.objects.filter(pk__in=late, state=NoticeState.HELD)
    return rows.update(state=NoticeState.SKIPPED, reason=UNANSWERED, closed_at=now) if late else 0


def _settled(pk: int, check: Check, now: datetime) -> NoticeState | None:
    """One notice; None when it is no longer to be sent now. What goes wrong with one stops none of the others."""
    try:
        return _settle(pk, check, now)
    except Exception as error:
        if is_contended(error):
            return NoticeState.PENDING  # the next minute tries again
        logger.exception("change_notice_failed", extra={"notice": pk})
        ChangeNotice.objects.filter(pk=pk, state=NoticeState.PENDING).update(not_before=now + SET_ASIDE)
        return NoticeState.PENDING


@transaction.atomic
def _settle(pk: int, check: Check, now: datetime) -> NoticeState | None:
    ChangeWatch.objects.select_for_update().first()  # the look after a sync may be about to take it back
    rows = ChangeNotice.objects.select_related("appointment__client", "technician__login")
    rows = rows.defer("appointment__raw_data", "appointment__client__raw_data", "technician__raw_data")
    notice = rows.filter(pk=pk, state=NoticeState.PENDING, not_before__lte=now).first()
    if notice is None:
        return None
    if check is Check.DOUBT and notice.attempts < PATIENCE:
        notice.attempts, notice.not_before = notice.attempts + 1, now + PUT_OFF
        notice.save(update_fields=["attempts", "not_before"])
        return NoticeState.PENDING
    if reason := untrue(notice, check, now):
        return _closed(notice, NoticeState.SKIPPED, reason, now)
    author = author_of(notice, now)
    if notice.kind == ChangeKind.RESCHEDULED and author is not None and author.technician == notice.technician:
        return _closed(notice, NoticeState.SKIPPED, BY_HIMSELF, now)
    return _compose(notice, author, check, now)


def _compose(notice: ChangeNotice, author: Author | None, check: Check, now: datetime) -> NoticeState:
    kind = ChangeKind(notice.kind)
    recipient = mailbox(notice.technician, kind_name(kind))
    if recipient is None:
        account = notice.technician.login
        if account is not None and not account.is_active:
            return _closed(notice, NoticeState.SKIPPED, CLOSED, now)
        if account is not None and address_of(account):
            return _closed(notice, NoticeState.SKIPPED, NOT_WANTED, now)
        logger.warning("change_notice_without_address", extra={"notice": notice.pk})
        return _closed(notice, NoticeState.UNSENDABLE, NO_ADDRESS, now)
    facts = facts_of(notice, author, was_checked=check is not Check.DOUBT)
    notice.cause = f"change:{notice.pk}"
    notify(
        kind_name(kind), notice.cause, subject=subject(facts, now),
        body=body(facts, now, my_day=address(reverse("home"))), to=[recipient],
    )  # fmt: skip
    if kind is ChangeKind.CANCELLED and author is not None and author.technician != notice.technician:
        _remind(notice, author, now)
    return _closed(notice, NoticeState.COMPOSED, "", now)


def _remind(notice: ChangeNotice, author: Author, now: datetime) -> None:
    """Ask whoever cancelled without a word to write the reason down; once for an appointment and a day."""
    same = {"appointment": notice.appointment, "technician": author.technician, "day": notice.day}
    if not author.reason and not ChangeNotice.objects.filter(kind=ChangeKind.UNDOCUMENTED, **same).exists():
        ChangeNotice.objects.create(
            kind=ChangeKind.UNDOCUMENTED, start=notice.start, is_all_day=notice.is_all_day, created_at=now,
            not_before=now, **same,
        )  # fmt: skip


def facts_of(notice: ChangeNotice, author: Author | None, *, was_checked: bool = True) -> Facts:
    """What the mail of a notice is made of."""
    one, person = notice.appointment, notice.technician
    facts = Facts(
        kind=ChangeKind(notice.kind),
        first_name=person.first_name.strip() or (person.login.first_name.strip() if person.login else ""),
        client=one.client.display_name if one.client else "",
        place=place_of(one),
        title=one.title.strip(),
        start=notice.start,
        is_all_day=notice.is_all_day,
        before_start=notice.before_start,
        was_checked=was_checked,
    )
    if author is None:
        return facts
    # « Annulé par vous, sans raison » would be a reproach, not news.
    name = "" if author.technician == person else str(author.technician)
    return replace(facts, author=name, reason=author.reason)


def place_of(one: Appointment) -> str:
    """The address of the appointment, else that of whom one meets; "" when none is known."""
    if one.street1 or one.municipality:
        return _address(one.street1, one.municipality)
    people = Contact.objects.present().filter(client=one.client_id).exclude(archived=True).order_by("sort_order", "id")
    known = sorted(people.values_list("is_default", "street1", "municipality"), key=lambda found: not found[0])
    return next((_address(street, town) for _, street, town in known if street or town), "") if one.client_id else ""


def _address(street: str, town: str) -> str:
    return ", ".join(filter(None, (street.strip(), town.strip())))


def _closed(notice: ChangeNotice, state: NoticeState, reason: str, now: datetime) -> NoticeState:
    notice.state, notice.reason, notice.closed_at = state, reason, now
    notice.save(update_fields=["state", "reason", "closed_at", "cause"])
    return state
