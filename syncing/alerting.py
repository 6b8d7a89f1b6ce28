"""From what monitoring finds to what people are told: one root cause is one message, and its end is told too.

Called at the end of each sync and every minute. It only chooses and words; `notifying` decides who hears it, and
whether it was said already.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.urls import reverse
from django.utils import timezone

from syncing import french, leases, marks, outages
from syncing.locks import is_locked_out
from syncing.models import Message, MessageLevel, MessageState
from syncing.monitoring import freshness, hours, kinship
from syncing.monitoring.finding import Finding, Level
from syncing.monitoring.findings import findings
from syncing.monitoring.freshness import EntityStatus
from syncing.notices import FAILURE, WATCH
from syncing.notifying.delivering import deliver
from syncing.notifying.queueing import NoRecipient, notify, open_causes, over
from syncing.registry import entities

logger = logging.getLogger(__name__)

LEASE = "alerting"
LEASE_DURATION = timedelta(minutes=1)
ROOTS = {
    "gazelle": (
        *("unreachable", "too_many_requests", "server_fault", "cut_answer", "not_json", "not_utf8", "unreadable_json"),
        *("unexpected_status", "wrong_address"),
    ),
    "access": (
        *("missing_credentials", "unsendable_credentials", "token_refused", "refresh_refused", "application_refused"),
        "token_store_unreadable",
    ),
    "machine": ("disk_full", "spool_unwritable", "database_gone", "database_locked"),
    "late": ("late", "late:recent", "interrupted"),
}
"""Causes that show by several codes and stop whichever table is read first: they are one, whatever they stop."""
CAUSE_OF = {code: cause for cause, codes in ROOTS.items() for code in codes} | {"flood": "placeholders"}
"""A flood of unknown records is the unknown record of a moment ago, grown: its end is not told as it begins."""
LATE = "late"
"""What follows by itself from any of the others."""
SHOWN_ONLY = frozenset({"never", "messages_nowhere", "database:locked"})
"""Known to whoever installs the site, or told already by `outages`."""
LATE_AFTER = 4
"""Times the promise: the week-end's plan (08, 12, 18) stretches two hours to six, and nobody is called for that."""


@dataclass(frozen=True)
class News:
    """One root cause, ready to be told; `facts` are what must change for it to be told again."""

    kind: str
    cause: str
    facts: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def level(self) -> MessageLevel:
        return MessageLevel.FAULT if self.kind == FAILURE else MessageLevel.WATCH


@dataclass
class Told:
    """What one look led to: the messages queued, and what nobody was there to hear."""

    queued: list[Message] = field(default_factory=list)
    unheard: list[NoRecipient] = field(default_factory=list)


def announce() -> Announced:
    """Look, tell, send: how every sync ends, and what every minute does. What the database raises stays here."""
    try:
        told = tell()  # it takes a lease: after it the database is known to answer and to be written
        outages.say_over()
        return Announced(told, deliver())
    except (DatabaseError, InterfaceError) as error:
        trouble = marks.DOWN if outages.is_down() else marks.LOCKED if is_locked_out(error) else ""
        if not trouble:
            logger.exception("not_announced")
            return Announced(Told(), {}, looked=False)
    return Announced(Told(), {}, outage=outages.say(trouble))


@dataclass(frozen=True)
class Announced:
    """What `announce` did. `looked` is false when the database answered but refused, as one without tables does;
    `outage` is what came of telling that it is down, in words."""

    told: Told
    delivered: Mapping[MessageState, int]
    looked: bool = True
    outage: str = ""


def tell(now: datetime | None = None) -> Told:
    """Queue what people must hear now, and the end of what is over. Of two processes that look at once, one tells."""
    now, owner, told = now or timezone.now(), leases.new_owner(), Told()
    if not leases.acquire(LEASE, owner, LEASE_DURATION):
        return told
    try:
        states = freshness.statuses(now)
        standing = news(findings(now, states))
        told.queued += _tell_ends(now, standing)
        for one in standing:
            if _is_told_at_once(now, one, standing, states):
                _tell(one, told)
    finally:
        leases.release(LEASE, owner)
    return told


def news(found: Iterable[Finding]) -> list[News]:
    """The root causes among these findings."""
    by_cause: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.level is not Level.DECISION or finding.told_at_once:  # the others wait in no hurry, on the pages
            code = finding.code.removeprefix("failing:")
            by_cause.setdefault(CAUSE_OF.get(code, code), []).append(finding)
    return [News(_kind(each), cause, _facts(cause, each), tuple(each)) for cause, each in by_cause.items()]


def _kind(together: list[Finding]) -> str:
    return FAILURE if any(finding.level is Level.FAULT for finding in together) else WATCH


def _facts(cause: str, together: list[Finding]) -> tuple[str, ...]:
    """Ages and counts change by the minute and are not news. Another table is, unless the cause stops them all."""
    if cause in ROOTS:
        return ()
    names = {name for finding in together for name in finding.entities}
    newest = {_newest_unknown(name) for finding in together if finding.told_at_once for name in finding.entities}
    return tuple(sorted(names | newest))


def _newest_unknown(name: str) -> str:
    """When the last unknown record that nobody settled appeared: another one is news, one less is not."""
    entity = entities()[name]
    waiting = kinship.unsettled(kinship.placeholders(entity), entity)
    return str(waiting.order_by("-created_at").values_list("created_at", flat=True).first() or "")


def _is_told_at_once(now: datetime, one: News, standing: list[News], states: Iterable[EntityStatus]) -> bool:
    if one.cause in SHOWN_ONLY:
        return False
    if one.cause != LATE:
        return True
    return not any(_stops_readings(other) for other in standing) and _is_very_late(now, states)


def _stops_readings(one: News) -> bool:
    return any(finding.stops_readings for finding in one.findings)


def _is_very_late(now: datetime, states: Iterable[EntityStatus]) -> bool:
    """Only while a schedule is on, within the hours of the promises; nights do not count."""
    opening = hours.opening(now)
    if not settings.SCHEDULER_ENABLED or opening is None:
        return False
    return any(
        french.elapsed(max(standing.last_sync, opening), now) > LATE_AFTER * standing.limit
        for state in states
        for standing in state.broken
        if standing.last_sync
    )


def _tell(one: News, told: Told) -> None:
    subject = f"{one.level.label}{french.NBSP}: {_in_short(one)}"
    body = "\n".join(_body(one))
    try:
        queued = notify(one.kind, one.cause, subject=subject, body=body, facts=one.facts, level=one.level)
    except NoRecipient as error:
        logger.error("nobody_to_tell", extra={"cause": one.cause})
        told.unheard.append(error)
        return
    if queued:
        logger.warning("told", extra={"cause": one.cause, "messages": len(queued)})
    told.queued += queued


def _body(one: News) -> Iterator[str]:
    for finding in one.findings:
        yield finding.cause
        step = f"Prochain pas{french.NBSP}: {finding.action}"
        yield f"{step} ({finding.command})" if finding.command else step
        if finding.url:
            yield address(finding.url)
        yield ""
    yield f"L’état complet{french.NBSP}: {address(reverse('systeme'))}"
    yield f"Vos avis se choisissent ici{french.NBSP}: {address(reverse('avis'))}"


def _tell_ends(now: datetime, standing: list[News]) -> list[Message]:
    still = {one.cause for one in standing}
    queued: list[Message] = []
    for cause, first in open_causes(FAILURE).items():
        if cause not in still:
            since = french.day_and_clock(first.created_at, now)
            what = first.subject.partition(f"{french.NBSP}: ")[2] or first.subject
            body = f"C’est rétabli. L’avis était parti {since}{french.NBSP}:\n{first.subject}"
            queued += over(first.kind, cause, subject=f"Rétabli. C’était{french.NBSP}: {what}", body=body)
    return queued


def _in_short(one: News) -> str:
    """For a subject line: the reason of what stops whichever table comes first, the first sentence of anything else."""
    first = one.findings[0]
    return (one.cause in ROOTS and first.reason) or f"{first.cause.partition('. ')[0].rstrip('.')}."


def address(path: str) -> str:
    """The whole address of a page, when the settings tell where the site is; its path otherwise."""
    return f"{next(iter(settings.CSRF_TRUSTED_ORIGINS), '')}{path}"
