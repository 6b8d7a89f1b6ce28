"""Instruments found by make, model, number, kind, year, place or condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistant.answering.asked import Asked
from assistant.answering.choosing import clients_in_places, named_client, on_piano, piano_items, places
from assistant.answering.contract import Answer, joined, line
from assistant.answering.telling import counted, piano_name, said
from clients.selectors import clients_in
from pianos.models import Piano
from pianos.selectors import Wanted, find_pianos

FILTERS = {
    "piano_make": "",
    "piano_model": "",
    "piano_type": "genre ",
    "serial": "nº\u00a0",
    "year_lt": "avant ",
    "condition": "",
    "keyword": "",
}
"""The filters, each with the words before it."""


def piano_search(asked: Asked) -> Answer:
    """The instruments that fit every filter of the question."""
    wanted = _wanted(asked.slots)
    client = named_client(asked)
    nothing_said = wanted == Wanted() and not places(asked) and client is None
    if nothing_said and not asked.slots.get("not_serviced_since"):
        return asked.ask_back(line("Quel piano cherchez-vous : une marque, un numéro de série, une ville ?"))
    within = {client.pk} if client else clients_in_places(asked)
    found = _not_serviced_since(asked, find_pianos(viewer=asked.viewer, wanted=wanted, clients=within))
    found = _not_excluded(asked, found)
    about = joined(
        ", ",
        [line(FILTERS[name], said(str(asked.slots[name]), name)) for name in FILTERS if asked.slots.get(name)]
        + [line("à ", said(place, "city")) for place in places(asked)],
    )
    about = line(" pour ", about) if str(about) else line()
    if not found:
        return asked.nothing(line("Aucun piano trouvé", about, "."))
    if asked.slots.get("aggregate") == "count":
        return asked.answered(line(counted(len(found), "piano", "pianos"), about, "."), total=len(found))
    text = line(counted(len(found), "piano trouvé", "pianos trouvés"), about, ".")
    if len(found) == 1:
        text = line(piano_name(found[0]), ".")
    focus = on_piano(found[0]) if len(found) == 1 else None
    return asked.answered(text, items=piano_items(asked, found[: asked.shown]), total=len(found), focus=focus)


def _not_serviced_since(asked: Asked, found: list[Piano]) -> list[Piano]:
    told = asked.slots.get("not_serviced_since")
    if not told:
        return found
    since = date.fromisoformat(told)
    return [piano for piano in found if piano.calculated_last_service is None or piano.calculated_last_service < since]


def _not_excluded(asked: Asked, found: list[Piano]) -> list[Piano]:
    """Without those of the makes, kinds and towns that are not wanted."""
    out = asked.excluded
    unwanted = _wanted(out)
    gone: set[str] = set()
    if unwanted != Wanted():
        gone = {piano.pk for piano in find_pianos(viewer=asked.viewer, wanted=unwanted)}
    away = [*out.get("cities", ()), *filter(None, (out.get("city"), out.get("neighborhood")))]
    there = clients_in(viewer=asked.viewer, places=away) if away else set()
    return [piano for piano in found if piano.pk not in gone and piano.client_id not in there]


def _wanted(slots: Mapping[str, Any]) -> Wanted:
    return Wanted(
        make=str(slots.get("piano_make") or ""),
        model=str(slots.get("piano_model") or ""),
        kind=str(slots.get("piano_type") or ""),
        serial=str(slots.get("serial") or ""),
        year_before=int(slots["year_lt"]) if slots.get("year_lt") else None,
        condition=str(slots.get("condition") or ""),
        keyword=str(slots.get("keyword") or ""),
        without_serial="serial" in slots.get("missing", ()),
    )
