"""People hold a job back until an hour, for a reason, and let it go again; deploying changes nothing to it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from syncing import french
from syncing.scheduling.booking import pause_of
from syncing.scheduling.declaring import Job
from syncing.scheduling.models import JobPause
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)

LONGEST = timedelta(days=60)
"""A pause that nobody remembers is a job that nobody has."""


class PauseRefused(SyncError):
    """A pause without what makes it safe: a reason, an end, a job that may wait."""

    code = "pause_refused"
    action = "Corrigez, puis recommencez."


def pause(job: Job, *, reason: str, until: datetime, by: User, now: datetime) -> JobPause:
    """No run of the schedule begins before `until`; the one at work goes on. Raises PauseRefused."""
    if not job.pausable:
        raise PauseRefused(f"« {job.label} » ne se met pas en pause : sans lui, rien d’autre ne reprend.")
    if not reason.strip():
        raise PauseRefused("Dites pourquoi ce travail est mis en pause, en quelques mots.")
    if not now < until <= now + LONGEST:
        raise PauseRefused(f"La fin d’une pause est à venir, au plus tard dans {french.duration(LONGEST)}.")
    try:
        with transaction.atomic():
            JobPause.objects.filter(job=job.name, resumed_at=None, until__lte=now).update(resumed_at=now)
            held = JobPause.objects.create(job=job.name, reason=reason.strip(), until=until, by=by, at=now)
    except IntegrityError:
        raise PauseRefused(f"« {job.label} » est déjà en pause.") from None
    logger.warning("job_paused", extra={"job": job.name, "user_id": by.pk})
    return held


def resume(job: Job, *, by: User, now: datetime) -> None:
    """The schedule has it back from its next hour on. Raises PauseRefused when it is not paused."""
    held = pause_of(job, now)
    if held is None or not JobPause.objects.filter(pk=held.pk, resumed_at=None).update(resumed_at=now, resumed_by=by):
        raise PauseRefused(f"« {job.label} » n’est pas en pause.")
    logger.warning("job_resumed", extra={"job": job.name, "user_id": by.pk})
