"""What to bring: the sentences that ask for it, word for word, with the day they were written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from appointments.selectors import Visit
from assistant.answering.agenda import whose_agenda
from assistant.answering.asked import Asked
from assistant.answering.contract import Answer, Fact, Item, Line, joined, line
from assistant.answering.finding import kept_to, today, visits_of
from assistant.answering.quoting import to_bring
from assistant.answering.telling import admin_page, client_name, clock_of, counted, day_of, quoted, technician_name
from pianos.models import SERVICE_HISTORY, TimelineEntry
from pianos.selectors import entries
from syncing.folding import words

RECENT = timedelta(days=730)
"""An older wish was either answered or forgotten."""
SHOWN = 5
"""Sentences of one visit: what fits on a telephone, the newest ones."""


def parts_needed(asked: Asked) -> Answer:
    """For each visit of the period, what its notes and the history of its instruments ask to bring."""
    chosen, scope = whose_agenda(asked)
    period = asked.period or today(asked)
    visits = [one for one in visits_of(asked, period, visits_only=True, **chosen) if one.appointment.client]
    visits = visits[: asked.shown]
    told = wishes(asked, visits)
    items = tuple(_item(asked, visit, told[visit.appointment.pk]) for visit in visits if told[visit.appointment.pk])
    when = line(" ", kept_to(asked, period))
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


def wishes(asked: Asked, visits: Sequence[Visit]) -> Mapping[str, list[Line]]:
    """For each visit, the sentences that ask for something, each once: its notes', then the history's, newest first."""
    clients = {str(visit.appointment.client_id) for visit in visits}
    written: dict[str, list[TimelineEntry]] = defaultdict(list)
    start = asked.now - RECENT
    for row in entries(viewer=asked.viewer, now=asked.now, clients=clients, start=start, types=SERVICE_HISTORY):
        written[row.client_id or (row.piano.client_id if row.piano else "") or ""].append(row)
    return {visit.appointment.pk: _wishes(visit, written[str(visit.appointment.client_id)]) for visit in visits}


def _wishes(visit: Visit, written: Sequence[TimelineEntry]) -> list[Line]:
    pianos = {piano.pk for piano in visit.pianos}
    told = {_key(one): line("Notes du rendez-vous : ", quoted(one)) for one in to_bring(visit.appointment, "notes")}
    for row in written:
        if pianos and row.piano_id and row.piano_id not in pianos:
            continue  # of another instrument of the same client
        when = joined(", ", [line(day_of(row, "occurred_at")), technician_name(row.technician)])
        for one in (*to_bring(row, "summary"), *to_bring(row, "comment")):
            told.setdefault(_key(one), line(when, " : ", quoted(one)))
    return list(told.values())[:SHOWN]


def _key(sentence: Fact) -> str:
    return words(sentence.text)


def _item(asked: Asked, visit: Visit, told: list[Line]) -> Item:
    event = visit.appointment
    return Item(
        kind="visit",
        id=event.pk,
        title=line(clock_of(event, "start"), " — ", client_name(event.client)),
        lines=(line(day_of(event, "start")), *told),
        url=admin_page(event) if asked.office else "",
        start=event.start,
        client=event.client_id or "",
    )
