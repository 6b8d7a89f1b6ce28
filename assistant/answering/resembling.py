"""Past cases that resemble: nearest by meaning, or by the same words while there is no index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from appointments.selectors import events
from assistant.answering.asked import Asked
from assistant.answering.choosing import named_client
from assistant.answering.contract import Answer, Item, line
from assistant.answering.history import entry_items
from assistant.answering.notes import UNDATED, note_item
from assistant.answering.telling import client_name, counted, day_of, piano_name, quoted, said
from assistant.semantic import Hit, search
from clients.models import Client
from invoicing.models import Estimate, Invoice
from pianos.models import Piano, TimelineEntry
from syncing.folding import words

SIMILAR = 10


def semantic_search(asked: Asked) -> Answer:
    """The texts nearest to the case described, each read again under the rights of the asker."""
    text = str(asked.slots.get("text") or asked.slots.get("keyword") or "")
    if not words(text):
        return asked.ask_back(line("Quel cas dois-je comparer ?"))
    client, window = named_client(asked), asked.window
    hits = search(
        text,
        viewer=asked.viewer,
        limit=SIMILAR,
        client=client.pk if client else None,
        since=window["start"],
        until=window["end"],
    )
    items = _items(asked, hits, text)
    about = line(" à ", quoted(said(text, "text")))
    notes = (hits.reason,) if hits.reason else ()
    if not items:
        return asked.nothing(line("Aucun cas semblable", about, "."), source="semantic", notes=notes)
    opening = line(counted(len(items), "cas semblable", "cas semblables"), about, ".")
    source = "keyword" if notes else "semantic"
    return asked.answered(opening, items=items, total=len(items), source=source, notes=notes)


def _items(asked: Asked, hits: Sequence[Hit], text: str) -> tuple[Item, ...]:
    """In the order of the hits; one that the asker may not read, or that is gone, is left out."""
    keys: dict[str, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.entity, []).append(hit.id)
    found = {entity: _readers(asked)[entity](ids) for entity, ids in keys.items() if entity in _readers(asked)}
    items: list[Item] = []
    for hit in hits:
        row = found.get(hit.entity, {}).get(hit.id)
        if isinstance(row, TimelineEntry):
            items += entry_items(asked, [row])
        elif row is not None:
            items.append(_note(asked, row, text))
    return tuple(items)


def _readers(asked: Asked) -> Mapping[str, Any]:
    """How the rows of each entity are read again."""
    viewer = asked.viewer
    history = TimelineEntry.objects.visible_to(viewer).present().filter(occurred_at__lte=asked.now)
    rows: dict[str, Any] = {
        "timeline": history.lightly("client", "piano", "piano__client", "technician"),
        "pianos": Piano.objects.visible_to(viewer).present().lightly("client"),
        "appointments": events(viewer=viewer),
    }
    if asked.office:
        rows["clients"] = Client.objects.visible_to(viewer).present().lightly()
        rows["invoices"] = Invoice.objects.visible_to(viewer).present().lightly("client")
        rows["estimates"] = Estimate.objects.visible_to(viewer).present().lightly("client")
    return {entity: query.in_bulk for entity, query in rows.items()}


def _note(asked: Asked, row: Any, text: str) -> Item:
    columns = ("personal_notes", "preference_notes") if isinstance(row, Client) else ("notes",)
    asked_words = set(words(text).split())
    column = max(columns, key=lambda name: len(asked_words & set(words(getattr(row, name)).split())))
    owner = row if isinstance(row, Client) else row.client
    start = getattr(row, "start", None)
    about = line("Piano : ", piano_name(row)) if isinstance(row, Piano) else client_name(owner)
    title = line(day_of(row, "start")) if start else line(UNDATED)
    return note_item(asked, row, column, text, title, about, owner.pk if owner else None)
