"""The company's zone: where a calendar day begins and ends, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("America/Toronto")


@lru_cache(maxsize=4096)
def day_begins(day: date) -> str:
    """The UTC instant at which a local day begins, without the Z.

    Instants are compared as text: without the Z the bound sorts before the same instant with or without milliseconds.
    """
    start = datetime.combine(day, time(), COMPANY_ZONE).astimezone(UTC)
    return start.strftime("%Y-%m-%dT%H:%M:%S")


def day_ends(day: date) -> str:
    """The first instant that no longer belongs to the day."""
    return day_begins(day + timedelta(days=1))


def to_utc(day: date, clock: time) -> datetime:
    """A local wall-clock time as a UTC instant."""
    return datetime.combine(day, clock, COMPANY_ZONE).astimezone(UTC)


def local_day(instant: str) -> date:
    """The local day of a UTC instant given as text."""
    return datetime.fromisoformat(instant).astimezone(COMPANY_ZONE).date()


def today_here() -> date:
    """Today in the company's zone."""
    return datetime.now(COMPANY_ZONE).date()
