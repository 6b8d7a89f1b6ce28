"""Which appointments of a day their client did not confirm, and why the others are left aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from appointments.alerts.days import ONE, midnight
from appointments.models import Appointment
from syncing.rights import Audience, Viewer

ACTIVE = "ACTIVE"
NOT_VISITS = frozenset({"PERSONAL", "MEMO"})
HOUSE = Viewer(groups=frozenset(Audience))
"""A job looks at everybody's agenda."""


class Verdict(StrEnum):
    """What is to be done of an appointment that is in force."""

    DUE = "due"
    CONFIRMED = "confirmed"
    NOT_A_VISIT = "not_a_visit"
    NO_CLIENT = "no_client"
    INSTITUTION = "institution"
    NO_TECHNICIAN = "no_technician"
    OFFICE = "office"

    @property
    def words(self) -> tuple[str, str]:
        """In French, singular and plural; nothing for what is due."""
        return WORDS.get(self, ("", ""))


WORDS = {
    Verdict.CONFIRMED: ("confirmé", "confirmés"),
    Verdict.NOT_A_VISIT: ("personnel ou mémo", "personnels ou mémos"),
    Verdict.NO_CLIENT: ("sans client", "sans client"),
    Verdict.INSTITUTION: ("d’une institution", "d’institutions"),
    Verdict.NO_TECHNICIAN: ("sans technicien connu", "sans technicien connu"),
    Verdict.OFFICE: ("au bureau", "au bureau"),
}


@dataclass(frozen=True)
class Sorted:
    """The appointments of some days: those that are due, earliest first, and how many are left aside for what."""

    due: list[Appointment] = field(default_factory=list)
    aside: Counter[Verdict] = field(default_factory=Counter)


def judge(one: Appointment, *, but: Collection[str] = NOT_VISITS) -> Verdict:
    """Only data decides, never the words of a title: a name that holds « osm » is no orchestra.

    An answer that Gazelle does not give counts as not confirmed: one alert too many is better than none.
    """
    if one.confirmed_by_client:
        return Verdict.CONFIRMED
    if one.type in but:
        return Verdict.NOT_A_VISIT
    if one.client is None:
        return Verdict.NO_CLIENT
    if one.client.institution_id is not None:
        return Verdict.INSTITUTION
    technician = one.technician
    if technician is None or technician.is_placeholder or technician.deleted_at is not None:
        return Verdict.NO_TECHNICIAN
    return Verdict.OFFICE if technician.is_schedulable is False else Verdict.DUE


def unconfirmed(
    *,
    viewer: Viewer,
    first: date,
    last: date | None = None,
    technicians: Collection[str] = (),
    but: Collection[str] = NOT_VISITS,
    after: datetime | None = None,
) -> Sorted:
    """The appointments in force from one day of the company to another, sorted; those not over `after` an instant."""
    rows = Appointment.objects.visible_to(viewer).present().filter(status=ACTIVE)
    rows = rows.filter(start__gte=midnight(first), start__lt=midnight((last or first) + ONE))
    if technicians:
        rows = rows.filter(technician__in=list(technicians))
    if after is not None:
        rows = rows.filter(start__gt=after)
    found = Sorted()
    for one in rows.lightly("client", "technician").order_by("start", "id"):
        if (verdict := judge(one, but=but)) is Verdict.DUE:
            found.due.append(one)
        else:
            found.aside[verdict] += 1
    return found
