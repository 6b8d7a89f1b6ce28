"""Which days a question is about: from its slots to instants, and written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.answering.contract import Line, joined, line
from assistant.answering.telling import said, written_day
from syncing.french import COMPANY_ZONE, NBSP

NOON, EVENING = time(12), time(17)
AROUND = timedelta(minutes=60)
"""« à 14 h » finds what begins within an hour of it."""


def midnight(day: date) -> datetime:
    """The first instant of a day of the company; days of 23 or 25 hours come out right."""
    return datetime.combine(day, time(), COMPANY_ZONE)


@dataclass(frozen=True)
class Period:
    """Whole days, one range or several."""

    ranges: tuple[tuple[date, date], ...]

    @property
    def first(self) -> date:
        return min(first for first, _ in self.ranges)

    @property
    def last(self) -> date:
        return max(last for _, last in self.ranges)

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return midnight(self.last + timedelta(days=1))

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    def holds(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.ranges)

    @property
    def words(self) -> Line:
        """« le mardi 24 mars 2026 », « du lundi 23 mars 2026 au dimanche 29 mars 2026 »."""
        return joined(" et ", [_range_words(first, last) for first, last in self.ranges])


def _range_words(first: date, last: date) -> Line:
    if first == last:
        return line("le ", said(written_day(first), "date_range"))
    return line("du ", said(written_day(first), "date_range"), " au ", said(written_day(last), "date_range"))


def period_of(slots: Mapping[str, Any]) -> Period | None:
    """The period a question names, or the default one it was given; None when it has none."""
    told = slots.get("date_ranges") or ([slots["date_range"]] if slots.get("date_range") else [])
    ranges = tuple((date.fromisoformat(one["start"]), date.fromisoformat(one["end"])) for one in told)
    return Period(ranges) if ranges else None


def days(first: date, last: date) -> Period:
    return Period(((first, last),))


def at_the_hour(slots: Mapping[str, Any], when: datetime) -> bool:
    """Whether an instant is at the hour, or in the part of the day, that was asked for; true when none was."""
    local = when.astimezone(COMPANY_ZONE)
    clock = local.time().replace(tzinfo=None)
    part = slots.get("part_of_day")
    parts = {"morning": clock < NOON, "afternoon": NOON <= clock < time(18), "evening": clock >= EVENING}
    if part and not parts.get(part, True):
        return False
    if slots.get("after_time") and clock < time.fromisoformat(slots["after_time"]):
        return False
    if slots.get("before_time") and clock >= time.fromisoformat(slots["before_time"]):
        return False
    if slots.get("time"):
        asked = datetime.combine(local.date(), time.fromisoformat(slots["time"]), COMPANY_ZONE)
        return abs(local.replace(tzinfo=None) - asked.replace(tzinfo=None)) <= AROUND
    return True


PARTS = {"morning": "en avant-midi", "afternoon": "en après-midi", "evening": "en soirée"}


def hours_said(slots: Mapping[str, Any]) -> Line:
    """« en avant-midi », « à partir de 14 h 00 », « vers 9 h 00 »: the hours a question keeps to."""
    told = [line(PARTS.get(str(slots.get("part_of_day")), ""))]
    for slot, words in (("after_time", "à partir de "), ("before_time", "avant "), ("time", "vers ")):
        if slots.get(slot):
            told.append(line(words, said(str(slots[slot]).replace(":", f"{NBSP}h{NBSP}"), slot)))
    return joined(", ", told)
