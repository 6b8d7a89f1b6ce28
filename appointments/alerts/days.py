"""Days of the company, those of 23 and of 25 hours like the others: where they begin, and how a mail names them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from syncing.french import COMPANY_ZONE, DAYS, MONTHS, NBSP

ONE = timedelta(days=1)


def day_of(when: datetime) -> date:
    """The company's day that holds an instant."""
    return when.astimezone(COMPANY_ZONE).date()


def midnight(day: date) -> datetime:
    """Where a day begins; the next one's is 23, 24 or 25 hours later."""
    return datetime.combine(day, time(), COMPANY_ZONE)


def named(day: date, today: date) -> str:
    """« aujourd’hui », « demain », « le 5 mars 2026 »."""
    match (day - today).days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
    return f"le {in_full(day)}"


def of(day: date, today: date) -> str:
    """« d’aujourd’hui », « de demain », « du 5 mars 2026 »."""
    match (day - today).days:
        case 0:
            return "d’aujourd’hui"
        case 1:
            return "de demain"
    return f"du {in_full(day)}"


def in_full(day: date) -> str:
    """« 5 mars 2026 », « 1er juin 2026 »."""
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def with_weekday(day: date) -> str:
    """« mercredi 11 mars 2026 »."""
    return f"{DAYS[day.weekday()]} {in_full(day)}"
