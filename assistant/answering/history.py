"""What was done to an instrument, or at a client's: dated, with who did it, grouped by instrument."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from assistant.answering.asked import Asked
from assistant.answering.choosing import on_client, on_piano, the_client, the_piano
from assistant.answering.contract import Answer, Item, Line, joined, line
from assistant.answering.finding import technicians_named
from assistant.answering.telling import (
    admin_page,
    client_name,
    counted,
    day_of,
    excerpt,
    local_day,
    piano_name,
    said,
    technician_name,
)
from pianos.models import SERVICE_HISTORY, TimelineEntry
from pianos.selectors import Wanted, entries, find_pianos
from syncing.folding import words

TEXT_SHOWN = 400
"""Letters of an entry; a note is seldom longer."""
FAULTS = (
    *("colle", "grince", "casse", "bruit", "vibre", "frise", "fissur", "debranch", "pedale", "rouill", "desaccord"),
    *("humid", "sec", "jeu", "feutre", "etouffoir", "corde", "marteau", "buzz"),
)
"""How the words begin that name a fault."""


def client_history(asked: Asked) -> Answer:
    """The interventions at a client's, by instrument, newest first."""
    if asked.slots.get("serial"):
        return piano_history(asked)
    client = the_client(asked)
    found = _found(asked, clients=[client.pk])
    return _told(
        asked, found, line("chez ", client_name(client)), focus=on_client(client), slots={"client_id": client.pk}
    )


def piano_history(asked: Asked) -> Answer:
    """The interventions on one instrument, newest first."""
    piano = the_piano(asked)
    found = _found(asked, pianos=[piano.pk])
    return _told(asked, found, line("sur ", piano_name(piano)), focus=on_piano(piano), slots={"piano_id": piano.pk})


def recurring_issues(asked: Asked) -> Answer:
    """What is spoken of in two visits or more, with the dates: counted, never guessed."""
    make = str(asked.slots.get("piano_make") or "")
    if make and not any(asked.slots.get(slot) for slot in ("client_name", "client_id", "serial")):
        pianos, whom = (
            find_pianos(viewer=asked.viewer, wanted=Wanted(make=make)),
            line("les ", said(make, "piano_make")),
        )
        more: dict[str, Any] = {}
    else:
        pianos = [the_piano(asked)]
        whom = piano_name(pianos[0])
        more = {"focus": on_piano(pianos[0]), "slots": {"piano_id": pianos[0].pk}}
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    spoken: list[tuple[TimelineEntry, set[tuple[str, str]]]] = []
    for entry in _found(asked, pianos=[piano.pk for piano in pianos]):
        told = words(f"{entry.summary} {entry.comment}").split()
        faults = {(str(entry.piano_id), one) for one in FAULTS if any(word.startswith(one) for word in told)}
        spoken.append((entry, faults))
        for fault in faults:
            days[fault].add(local_day(entry.occurred_at))  # type: ignore[arg-type]  # none without an instant is read
    again = {fault for fault, dates in days.items() if len(dates) > 1}
    found = [entry for entry, faults in spoken if faults & again]
    if not found:
        return asked.nothing(line("Aucun problème ne revient dans l’historique pour ", whom, "."), **more)
    text = line(counted(len(found), "note parle", "notes parlent"), " de ce qui revient pour ", whom, ".")
    return asked.answered(text, items=entry_items(asked, found[: asked.shown]), total=len(found), **more)


def entry_items(asked: Asked, found: Sequence[TimelineEntry], term: str = "") -> tuple[Item, ...]:
    """One item an entry: its day, its instrument, who wrote it, and its words."""
    return tuple(
        Item(
            kind="entry",
            id=entry.pk,
            title=line(day_of(entry, "occurred_at")),
            lines=tuple(told for told in _lines(entry, term) if str(told)),
            url=admin_page(entry) if asked.office else "",
            start=entry.occurred_at,
            client=entry.client_id or (entry.piano.client_id if entry.piano else None) or "",
        )
        for entry in found
    )


def _found(asked: Asked, **of_what: Any) -> list[TimelineEntry]:
    people = technicians_named(asked)
    rows = entries(
        viewer=asked.viewer,
        now=asked.now,
        technician=people[0].pk if people else "",
        types=() if asked.office and asked.slots.get("full") else SERVICE_HISTORY,
        asked_words=str(asked.slots.get("keyword") or ""),
        **asked.window,
        **of_what,
    )
    period = asked.period
    return [one for one in rows if period is None or (one.occurred_at and period.holds(local_day(one.occurred_at)))]


def _told(asked: Asked, found: list[TimelineEntry], whom: Line, **more: Any) -> Answer:
    when = line(" ", asked.period.words) if asked.period else line()
    if not found:
        return asked.nothing(line("Aucune intervention ", whom, when, "."), **more)
    if asked.slots.get("aggregate") == "count":
        return asked.answered(
            line(counted(len(found), "intervention", "interventions"), " ", whom, when, "."), total=len(found), **more
        )
    limit = asked.shown if asked.slots.get("direction") != "last" or asked.slots.get("limit") else 1
    newest = found[0]
    if asked.slots.get("order") == "asc":
        found = found[::-1]
    shown = by_piano(found[:limit])
    who = joined(", par ", [line(day_of(newest, "occurred_at")), technician_name(newest.technician)])
    text = line(counted(len(found), "intervention", "interventions"), " ", whom, when, ". La dernière : ", who, ".")
    return asked.answered(text, items=entry_items(asked, shown), total=len(found), **more)


def by_piano(found: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Grouped by instrument, the one served last first, newest first within each."""
    groups: dict[str, list[TimelineEntry]] = {}
    for entry in found:
        groups.setdefault(entry.piano_id or "", []).append(entry)
    return [entry for group in groups.values() for entry in group]


def _lines(entry: TimelineEntry, term: str) -> list[Line]:
    told = []
    if entry.piano:
        told.append(line("Piano : ", piano_name(entry.piano)))
    if entry.client:
        told.append(line("Client : ", client_name(entry.client)))
    if str(who := technician_name(entry.technician)):
        told.append(line("Par ", who))
    around = 50 if term else TEXT_SHOWN
    for column in ("summary", "comment"):
        if not term or set(words(term).split()) & set(words(getattr(entry, column)).split()):
            told.append(excerpt(entry, column, term, around))
    return told
