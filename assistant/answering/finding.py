"""The visits a question asks for: its window, its hours, its places, its client, and what it leaves out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from appointments.models import Appointment
from appointments.selectors import CANCELED, Visit, described, events
from assistant.answering.asked import Asked, Settled
from assistant.answering.choosing import named_client, places
from assistant.answering.contract import Line, joined, line
from assistant.answering.periods import Period, at_the_hour, days, hours_said, period_of
from assistant.answering.telling import local_day, quoted, said
from clients.models import Technician
from clients.selectors import same_place, technician_named
from pianos.selectors import is_humidity_system
from syncing.folding import words

SCANNED = 200
"""Events read ahead, or back, to find the next ones that fit."""
STATUSES = {
    "annule": CANCELED,
    "cancelled": CANCELED,
    "complete": "COMPLETE",
    "termine": "COMPLETE",
    "absent": "NO_SHOW",
}


def visits_of(asked: Asked, period: Period, *, brief: bool = False, **whose: Any) -> list[Visit]:
    """The visits and events of a period that fit, earliest first; `brief` ones are to be counted, not shown."""
    rows = _rows(asked, start=period.start, end=period.end, **whose)
    found = described(viewer=asked.viewer, rows=rows, start=period.start, now=asked.now, brief=brief)
    return fitting(asked, found, period)


def next_visits(asked: Asked, **whose: Any) -> list[Visit]:
    """Those from now on, or from the beginning of the period when it is later, the nearest first."""
    period = asked.period
    start = max(period.start, asked.now) if period else asked.now
    rows = _rows(asked, start=start, end=period.end if period else None, **whose)[:SCANNED]
    return fitting(asked, described(viewer=asked.viewer, rows=rows, start=start, now=asked.now), period)


def last_visits(asked: Asked, **whose: Any) -> list[Visit]:
    """Those before now, the most recent first."""
    period = asked.period
    end = min(period.end, asked.now) if period else asked.now
    rows = _rows(asked, start=period.start if period else None, end=end, **whose).reverse()[:SCANNED]
    return fitting(asked, described(viewer=asked.viewer, rows=rows, start=None, now=asked.now), period)


def fitting(asked: Asked, found: Collection[Visit], period: Period | None) -> list[Visit]:
    """Those at the days, hours and places asked, and not at those excluded."""
    out = asked.excluded
    left_out = period_of(out)
    unwanted = [*out.get("cities", ()), *filter(None, (out.get("city"), out.get("neighborhood")))]
    unnamed = {*out.get("technicians", ()), *filter(None, (out.get("technician"),))}
    hours = {name: value for name, value in out.items() if name in ("part_of_day", "time", "after_time", "before_time")}
    client = str(out.get("client_name") or "")

    def fits(visit: Visit) -> bool:
        start: datetime | None = visit.appointment.start
        if start is None:
            return False
        day = local_day(start)
        return (
            (period is None or len(period.ranges) == 1 or period.holds(day))
            and at_the_hour(asked.slots, start)
            and (not places(asked) or any(_is_at(visit, place) for place in places(asked)))
            and _is_as_asked(asked, visit)
            and not (left_out and left_out.holds(day))
            and not (hours and at_the_hour(hours, start))
            and not any(_is_at(visit, place) for place in unwanted)
            and str(visit.appointment.technician) not in unnamed
            and not (client and _is_with(visit, client))
        )

    return [visit for visit in found if fits(visit)]


def technicians_named(asked: Asked) -> list[Technician]:
    """The people of Gazelle the question names; Settled when one is unknown."""
    names = [*asked.slots.get("technicians", ()), *filter(None, (asked.slots.get("technician"),))]
    found = []
    for name in dict.fromkeys(names):
        person = technician_named(viewer=asked.viewer, name=name)
        if person is None:
            known = line(
                "Personne ne répond à ", quoted(said(name, "technician")), " parmi les techniciens de Gazelle."
            )
            raise Settled(asked.not_found(known))
        found.append(person)
    return found


def kept_to(asked: Asked, period: Period | None) -> Line:
    """« le mardi 24 mars 2026, en avant-midi, à Laval »: everything the visits of a question are narrowed by."""
    where = joined(" ou ", [said(place, "city") for place in places(asked)])
    around = line("à ", where) if str(where) else line()
    word = str(asked.slots.get("keyword") or asked.slots.get("piano_make") or "")
    about = quoted(said(word, "keyword")) if word else line()
    return joined(", ", [period.words if period else line(), hours_said(asked.slots), around, about])


def today(asked: Asked) -> Period:
    return days(asked.today, asked.today)


def _rows(asked: Asked, *, client_id: str = "", **window: Any) -> QuerySet[Appointment]:
    named = None if client_id else named_client(asked)
    status = str(asked.slots.get("status") or "")
    return events(
        viewer=asked.viewer,
        client=named.pk if named else client_id,
        status=STATUSES.get(words(status), status.upper()),
        **window,
    )


def _is_at(visit: Visit, place: str) -> bool:
    town = visit.place.municipality if visit.place else ""
    return same_place(place, town) or same_place(place, visit.neighbourhood)


def _is_as_asked(asked: Asked, visit: Visit) -> bool:
    confirmed, make = asked.slots.get("confirmed"), str(asked.slots.get("piano_make") or "")
    keyword = str(asked.slots.get("keyword") or "")
    if confirmed is not None and bool(visit.appointment.confirmed_by_client) is not confirmed:
        return False
    if keyword and not _speaks_of(visit, keyword):
        return False
    return not make or any(words(make) in words(piano.make) for piano in visit.pianos)


def _speaks_of(visit: Visit, keyword: str) -> bool:
    """Whether what is planned says a word, or an instrument has the humidity system it names."""
    if is_humidity_system(keyword) and visit.humidity_systems:
        return True
    event = visit.appointment
    told = [event.title, event.notes, *(item.name for item in visit.services), *(one.notes for one in visit.pianos)]
    return set(words(keyword).split()) <= set(words(" ".join(told)).split())


def _is_with(visit: Visit, client: str) -> bool:
    named = words(f"{visit.appointment.client or ''} {visit.appointment.title}")
    return set(words(client).split()) <= set(named.split())
