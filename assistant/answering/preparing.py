"""What to bring: the sentences that ask for it, word for word, with the day they were written."""

from __future__ import annotations

from datetime import timedelta

from appointments.selectors import Visit
from assistant.answering.agenda import whose_agenda
from assistant.answering.asked import Asked
from assistant.answering.contract import Answer, Item, Line, line
from assistant.answering.finding import today, visits_of
from assistant.answering.quoting import to_bring
from assistant.answering.telling import admin_page, client_name, clock_of, counted, day_of, technician_name
from pianos.models import SERVICE_HISTORY, TimelineEntry
from pianos.selectors import entries

RECENT = timedelta(days=730)
"""An older wish was either answered or forgotten."""
READ = 30
"""Entries of a client that are read for wishes."""


def parts_needed(asked: Asked) -> Answer:
    """For each visit of the period, what its notes and the history of its instruments ask to bring."""
    chosen, scope = whose_agenda(asked)
    period = asked.period or today(asked)
    visits = [one for one in visits_of(asked, period, visits_only=True, **chosen) if one.appointment.client]
    items = tuple(item for item in (_item(asked, visit) for visit in visits[: asked.shown]) if item is not None)
    when = line(" ", period.words)
    if not visits:
        return asked.nothing(line("Aucun rendez-vous", when, "."), scope=scope, period=period)
    if not items:
        return asked.nothing(
            line("Aucune note ne demande d’apporter quelque chose", when, "."), scope=scope, period=period
        )
    text = line(
        counted(len(items), "rendez-vous demande", "rendez-vous demandent"), " d’apporter quelque chose", when, "."
    )
    notes = ("Ce sont les phrases des notes, telles qu’écrites : une demande peut avoir été satisfaite depuis.",)
    return asked.answered(text, items=items, total=len(items), scope=scope, period=period, notes=notes)


def wishes(asked: Asked, visit: Visit) -> list[Line]:
    """The sentences that ask for something, each once: those of the appointment, then the history's, newest first."""
    event = visit.appointment
    told = [line("Notes du rendez-vous : ", one) for one in to_bring(event, "notes")]
    pianos = {piano.pk for piano in visit.pianos}
    rows = entries(
        viewer=asked.viewer,
        now=asked.now,
        client=event.client_id or "",
        start=asked.now - RECENT,
        types=SERVICE_HISTORY,
    )[:READ]
    for row in rows:
        if not pianos or row.piano_id is None or row.piano_id in pianos:
            told += _said_in(row)
    once = {str(list(one.facts)[-1]).casefold(): one for one in reversed(told)}
    return [one for one in told if once.get(str(list(one.facts)[-1]).casefold()) is one]


def _said_in(row: TimelineEntry) -> list[Line]:
    who = line(", ", technician_name(row.technician)) if row.technician else line()
    return [
        line(day_of(row, "occurred_at"), who, " : ", one)
        for column in ("summary", "comment")
        for one in to_bring(row, column)
    ]


def _item(asked: Asked, visit: Visit) -> Item | None:
    event = visit.appointment
    told = wishes(asked, visit)
    if not told:
        return None
    return Item(
        kind="visit",
        id=event.pk,
        title=line(clock_of(event, "start"), " — ", client_name(event.client)),
        lines=(line(day_of(event, "start")), *told),
        url=admin_page(event) if asked.office else "",
        start=event.start,
        client=event.client_id or "",
    )
