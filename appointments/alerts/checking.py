"""Before anything is sent, Gazelle is asked again, by the engine's own reading.

A reading that is sealed makes what vanished vanish here too, by the mirror's own proofs and brakes. One that fails
changes nothing and cancels nothing: alerts leave from what is known, and say so.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from appointments.alerts.days import day_of
from syncing import legs
from syncing.engine import sync
from syncing.models import Leg
from syncing.registry import Entity, entities
from syncing.scheduling.running import Work
from syncing.slicing import Slice, TimeUp
from syncing.vocabulary import WIDTHS, Mode, SyncError

logger = logging.getLogger(__name__)

NAME = "appointments"
READING = 3 * 60
"""Seconds that the reading may take: a few pages. Whoever waits for an alert must not wait for a Gazelle that hangs."""
TRIES = 2
"""A reading that another one had begun is only ended by the first."""
EDGE = timedelta(days=1)
"""Inside each edge of a window, in which a reading proves nothing."""


class NeverRead(SyncError):
    """The agenda was never read whole: nothing is known of it."""

    code = "never_read"
    action = "Lancez la première lecture : « sync appointments --full », ou la page Système."


class BeingRead(SyncError):
    """Another process is reading the agenda right now."""

    code = "being_read"
    action = "Cela passera de soi-même dans la minute."
    retryable = True


@dataclass(frozen=True)
class Check:
    """Whether what follows was checked in Gazelle; if not, why, and how old what is known is."""

    is_live: bool
    why: str = ""
    known_at: datetime | None = None


def check(first: date, last: date, *, since: datetime, work: Work) -> Check:
    """Read the agenda of these days again, unless a reading that began after `since` already did.

    Raises NeverRead, and BeingRead when it is worth asking again in a minute.
    """
    agenda = entities()[NAME]
    if legs.mark(agenda, Mode.FULL) is None:
        raise NeverRead("L’agenda n’a encore jamais été lu de Gazelle.")
    mode = _mode(agenda, first, last)
    for _ in range(TRIES):
        if _was_read(mode, since):
            return Check(is_live=True)
        if why := _not_read(mode, work):
            return unchecked(why)
    return Check(is_live=True) if _was_read(mode, since) else unchecked("La lecture n’est pas allée au bout.")


def _not_read(mode: Mode, work: Work) -> str:
    """Read, and why nothing came of it; empty when all went well. Raises BeingRead."""
    reporter = Slice(replace(work, until=time.monotonic() + READING), 1)
    try:
        [result] = sync((NAME,), mode=mode, reporter=reporter, trigger=work.trigger, user=work.user)
    except TimeUp:
        return "Gazelle répond trop lentement."
    except SyncError as error:  # without a way to Gazelle
        return str(error)
    if result.skipped:
        raise BeingRead("L’agenda est en lecture ailleurs.")
    return str(result.error or "")


def unchecked(why: str) -> Check:
    """Gazelle could not be asked; how old what is known is goes with the reason."""
    logger.warning("alerts_not_checked")
    return Check(is_live=False, why=why, known_at=known_at())


def known_at() -> datetime | None:
    """Up to when the coming days are known."""
    return legs.mark(entities()[NAME], Mode.RECENT)


def _mode(agenda: Entity, first: date, last: date) -> Mode:
    """The smallest reading whose window holds these days."""
    today, recent = day_of(timezone.now()), agenda.read(Mode.RECENT)
    reach = (recent.ahead or timedelta()) - EDGE
    return Mode.RECENT if today <= first and last <= today + reach - EDGE else Mode.INCREMENTAL


def _was_read(mode: Mode, since: datetime) -> bool:
    wide_enough = WIDTHS[WIDTHS.index(mode) :]
    sealed = Leg.objects.filter(entity=NAME, mode__in=wide_enough, sealed_at__isnull=False, started_at__gte=since)
    return sealed.filter(finished_at__isnull=False, error_code="").exists()
