"""Counts, and the digest of a day, a week or a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from appointments.selectors import Visit
from assistant.answering.agenda import whose_agenda
from assistant.answering.asked import Asked
from assistant.answering.contract import Answer, Fact, Item, Line, joined, line
from assistant.answering.finding import kept_to, today, visits_of
from assistant.answering.periods import days
from assistant.answering.telling import counted, local_day, written_day
from assistant.answering.visits import visit_item
from syncing import french
from syncing.french import NBSP

DEFAULT = timedelta(days=30)
"""« Combien de rendez-vous » without a period: the last thirty days."""
GROUPS: dict[str, tuple[str, Callable[[Visit], str]]] = {
    "technician": ("technicien", lambda visit: str(visit.appointment.technician or "sans technicien")),
    "city": ("ville", lambda visit: (visit.place.municipality if visit.place else "") or "sans adresse"),
    "neighborhood": ("quartier", lambda visit: visit.neighbourhood or "sans adresse"),
    "month": ("mois", lambda visit: _month(visit)),
    "week": ("semaine", lambda visit: _week(visit)),
    "day": ("jour", lambda visit: written_day(_day(visit))),
    "client": ("client", lambda visit: str(visit.appointment.client or "sans client")),
    "status": ("statut", lambda visit: visit.appointment.status),
}
TIMED = ("month", "week", "day")


def stats(asked: Asked) -> Answer:
    """How many visits, instruments or clients in a period; one's own, or for the office the team's."""
    metric = str(asked.slots.get("metric") or "appointments")
    if metric == "kilometres":
        return asked.answered(NO_ROAD)
    chosen, scope = whose_agenda(asked)
    period = asked.period or days(asked.today - DEFAULT, asked.today)
    visits = visits_of(asked, period, brief=True, visits_only=True, **chosen)
    told = _counted(metric, visits)
    text = line(told, " ", kept_to(asked, period), ".")
    group = str(asked.slots.get("group_by") or "")
    if group not in GROUPS or not visits:
        return asked.answered(text, scope=scope, period=period, total=_number(metric, visits))
    groups = _grouped(group, metric, visits)
    text = line(told, " ", kept_to(asked, period), f", par {GROUPS[group][0]}.")
    return asked.answered(text, items=groups[: asked.shown], scope=scope, period=period, total=len(groups))


def summary(asked: Asked) -> Answer:
    """A day, a week or a month in a few sentences, then its visits."""
    chosen, scope = whose_agenda(asked)
    period = asked.period or today(asked)
    found = visits_of(asked, period, **chosen)
    visits = [one for one in found if one.appointment.type == "APPOINTMENT"]
    if not visits:
        return asked.nothing(line("Aucun rendez-vous ", period.words, "."), scope=scope, period=period)
    minutes = sum(one.appointment.duration or 0 for one in visits)
    unconfirmed = sum(not one.appointment.confirmed_by_client for one in visits)
    around = Counter(one.neighbourhood for one in visits if one.neighbourhood)
    figures = joined(
        ", ",
        [
            _counted("appointments", visits),
            _counted("pianos", visits),
            line(Fact(_hours(minutes), "answer", "", "minutes"), " de travail prévu"),
            counted(unconfirmed, "non confirmé", "non confirmés", "unconfirmed")
            if unconfirmed
            else line("tous confirmés"),
        ],
    )
    text = line(figures, " ", period.words, ".")
    if around:
        where = [Fact(name, "answer", "", "neighbourhood") for name, _ in around.most_common(5)]
        text = line(text, " Quartiers : ", joined(", ", where), ".")
    if not period.is_one_day:
        busiest, most = Counter(_day(one) for one in visits).most_common(1)[0]
        day = Fact(written_day(busiest), "answer", "", "busiest_day")
        text = line(text, " Jour le plus chargé : ", day, " (", Fact(str(most), "answer", "", "busiest_count"), ").")
    items = tuple(visit_item(one, office=asked.office, whose=not chosen.get("own")) for one in found[: asked.shown])
    return asked.answered(text, items=items, total=len(found), scope=scope, period=period)


NO_ROAD = line("Je ne sais pas encore calculer les distances : ni les domiciles ni les trajets ne sont dans la base.")


def _counted(metric: str, visits: list[Visit]) -> Line:
    words = {
        "pianos": ("piano", "pianos"),
        "clients": ("client", "clients"),
    }.get(metric, ("rendez-vous", "rendez-vous"))
    return counted(_number(metric, visits), *words, field=metric)


def _number(metric: str, visits: Iterable[Visit]) -> int:
    """Different instruments and different clients: one seen twice counts once."""
    if metric == "pianos":
        return len({piano.pk for visit in visits for piano in visit.pianos})
    if metric == "clients":
        return len({visit.appointment.client_id for visit in visits} - {None})
    return len(list(visits))


def _grouped(group: str, metric: str, visits: list[Visit]) -> tuple[Item, ...]:
    groups: dict[str, list[Visit]] = {}
    for visit in visits:  # in the order of time
        groups.setdefault(GROUPS[group][1](visit), []).append(visit)
    ranked = (
        list(groups.items())
        if group in TIMED
        else sorted(groups.items(), key=lambda one: (-_number(metric, one[1]), one[0]))
    )
    return tuple(
        Item(
            kind="count",
            id=name,
            title=line(Fact(name, "answer", "", f"group:{group}"), " : ", _counted(metric, some)),
        )
        for name, some in ranked
    )


def _hours(minutes: int) -> str:
    """« 3 h », « 192 h 30 »: a week of work is not told in days of twenty-four hours."""
    whole, rest = divmod(minutes, 60)
    return f"{french.number(whole)}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")


def _day(visit: Visit) -> date:
    return local_day(visit.appointment.start)  # type: ignore[arg-type]  # events without a beginning are not read


def _month(visit: Visit) -> str:
    day = _day(visit)
    return f"{french.MONTHS[day.month - 1]} {day.year}"


def _week(visit: Visit) -> str:
    day = _day(visit)
    return f"semaine du {written_day(day - timedelta(days=day.weekday()))}"
