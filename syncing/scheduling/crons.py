"""When a job is planned: five-field cron lines read in the company's zone, and the instants they stand for, in UTC.

The reading is croniter's, which django-q2 uses too: both always mean the same instants, clock changes included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import merge
from itertools import groupby, takewhile

from croniter import croniter

from syncing.french import COMPANY_ZONE
from syncing.vocabulary import SyncError


class WrongCron(SyncError):
    """A line that is not five readable fields."""

    code = "wrong_cron"
    action = "Corrigez-le dans le fichier jobs.py qui le déclare, puis relancez « schedules »."


def checked(cron: str) -> str:
    """The line itself. Raises WrongCron: croniter alone would take a sixth field, and « @daily »."""
    if len(cron.split()) != 5 or not croniter.is_valid(cron):
        raise WrongCron(
            f"« {cron} » n’est pas un horaire : il faut cinq champs valides, minute heure jour mois jour-de-semaine."
        )
    return cron


def following(cron: str, after: datetime) -> datetime:
    """The first planned instant after this one."""
    return next(_instants(cron, after))


def between(crons: Iterable[tuple[str, datetime]], until: datetime) -> list[datetime]:
    """Every instant that these lines plan, each after its own beginning, up to and with `until`; each instant once."""
    planned = merge(*(takewhile(lambda at: at <= until, _instants(cron, after)) for cron, after in crons))
    return [at for at, _ in groupby(planned)]


def _instants(cron: str, after: datetime) -> Iterator[datetime]:
    line = croniter(cron, after.astimezone(COMPANY_ZONE))
    while True:
        at: datetime = line.get_next(datetime)
        yield at.astimezone(UTC)
