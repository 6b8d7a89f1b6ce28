"""Which backups may go: the last one of each of so many days, weeks and months stays, and the last that was proved."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.places import Place, made_at
from syncing.french import COMPANY_ZONE


def outdated(names: Iterable[str], *, daily: int, weekly: int, monthly: int, proved: Collection[str]) -> list[str]:
    """The names that no rule keeps, oldest first. Days are those of the company."""
    dated = sorted(((at, name) for name in names if (at := made_at(name))), reverse=True)
    stays = {next((name for _, name in dated if name in proved), "")}
    for count, period in ((daily, _day), (weekly, _week), (monthly, _month)):
        last: dict[Hashable, str] = {}
        for at, name in dated:
            last.setdefault(period(at.astimezone(COMPANY_ZONE)), name)
        stays.update(list(last.values())[:count])
    return [name for _, name in reversed(dated) if name not in stays]


def _day(at: datetime) -> Hashable:
    return at.date()


def _week(at: datetime) -> Hashable:
    return at.isocalendar()[:2]


def _month(at: datetime) -> Hashable:
    return at.year, at.month


def let_go(places: Iterable[Place]) -> int:
    """Remove what is outdated, only ever called after a backup was proved; how many files went."""
    proved = set(Backup.objects.filter(outcome=BackupOutcome.VERIFIED).values_list("file", flat=True))
    gone, left = set[str](), set[str]()
    count = 0
    for place in places:
        names = place.names()
        old = outdated(
            names, daily=settings.BACKUP_KEEP_DAILY, weekly=settings.BACKUP_KEEP_WEEKLY,
            monthly=settings.BACKUP_KEEP_MONTHLY, proved=proved.intersection(names),
        )  # fmt: skip
        for name in old:
            place.remove(name)
            count += 1
        gone |= set(old)
        left |= set(names) - set(old)
    Backup.objects.filter(file__in=gone - left, removed_at=None).update(removed_at=timezone.now())
    return count
