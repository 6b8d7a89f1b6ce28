"""Words looked for in everything that was written: history, notes of instruments, of visits, of clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from appointments.selectors import events
from assistant.answering.asked import Asked
from assistant.answering.choosing import named_client, on_client
from assistant.answering.contract import Answer, Item, Line, line
from assistant.answering.history import entry_items
from assistant.answering.telling import (
    admin_page,
    client_name,
    counted,
    day_of,
    entity_of,
    excerpt,
    local_day,
    piano_name,
    quoted,
    said,
)
from clients.models import Client
from pianos.models import Piano, TimelineEntry
from pianos.selectors import entries
from syncing.folding import fold, words

WORD = r"[^\W_]+"
UNDATED = "Note sans date"


def search_notes(asked: Asked) -> Answer:
    """Every text that holds the words asked, newest first; what has no date comes last."""
    asked_words = str(asked.slots.get("keyword") or " ".join(asked.slots.get("search_terms", ())))
    if not words(asked_words):
        return asked.ask_back(line("Quels mots dois-je chercher dans les notes ?"))
    slot = "keyword" if asked.slots.get("keyword") else "search_terms"
    client = named_client(asked)
    about = line(" pour ", quoted(said(asked_words, slot)))
    history = _side_by_side(list(_history(asked, asked_words, client)), asked_words)
    others = [] if client else list(_other_texts(asked, asked_words))
    total = len(history) + len(others)
    more: dict[str, Any] = {"source": "keyword", "focus": on_client(client) if client else None}
    when = line(" ", asked.period.words) if asked.period else line()
    if not total:
        return asked.nothing(line("Aucune note", about, when, "."), **more)
    items = (*entry_items(asked, history[: asked.shown], asked_words), *others)[: asked.shown]
    text = line(counted(total, "note trouvée", "notes trouvées"), about, when, ".")
    return asked.answered(text, items=items, total=total, **more)


def _history(asked: Asked, asked_words: str, client: Client | None) -> Iterator[TimelineEntry]:
    rows = entries(
        viewer=asked.viewer,
        now=asked.now,
        clients=[client.pk] if client else None,
        asked_words=asked_words,
        **asked.window,
    )
    period = asked.period
    return (one for one in rows if period is None or (one.occurred_at and period.holds(local_day(one.occurred_at))))


def _side_by_side(found: list[TimelineEntry], asked_words: str) -> list[TimelineEntry]:
    """Those where the words stand side by side, as they were asked, when there are any."""
    phrase = " ".join(re.findall(WORD, fold(asked_words)))
    exact = [one for one in found if phrase in " ".join(re.findall(WORD, fold(f"{one.summary}\n{one.comment}")))]
    return exact or found


def _other_texts(asked: Asked, asked_words: str) -> Iterator[Item]:
    """The notes of visits the asker may see, of instruments, and for the office of clients."""
    for visit in _holding(events(viewer=asked.viewer, **asked.window).reverse(), "notes", asked_words):
        who = client_name(visit.client) if visit.client else line()
        yield note_item(asked, visit, "notes", asked_words, line(day_of(visit, "start")), who, visit.client_id)
    pianos = Piano.objects.visible_to(asked.viewer).present().lightly("client").order_by("pk")
    for piano in _holding(pianos, "notes", asked_words):
        about = line("Piano : ", piano_name(piano))
        yield note_item(asked, piano, "notes", asked_words, line(UNDATED), about, piano.client_id)
    if asked.office:
        clients = Client.objects.visible_to(asked.viewer).present().lightly().order_by("search_key", "pk")
        for column in ("personal_notes", "preference_notes"):
            for client in _holding(clients, column, asked_words):
                yield note_item(asked, client, column, asked_words, line(UNDATED), client_name(client), client.pk)


def _holding(rows: QuerySet[Any], column: str, asked_words: str) -> QuerySet[Any]:
    """The rows whose text holds all the words, whatever the accents; the texts alone are read first."""
    wanted = set(words(asked_words).split())
    texts = rows.exclude(**{column: ""}).values_list("pk", column)
    return rows.filter(pk__among=[pk for pk, text in texts if wanted <= set(words(text).split())])


def note_item(asked: Asked, row: Model, column: str, term: str, title: Line, about: Line, client: str | None) -> Item:
    """A text that is not of the history: where it was written, and the words around those asked."""
    return Item(
        kind="note",
        id=f"{entity_of(row)}:{row.pk}:{column}",
        title=title,
        lines=tuple(one for one in (about, excerpt(row, column, term)) if str(one)),
        url=admin_page(row) if asked.office else "",
        client=client or "",
    )
