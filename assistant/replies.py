"""One reply, in the one form that the API gives, the page shows and the log keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema

from assistant.answering.contract import Answer, Item
from assistant.understanding.results import Understood
from assistant.wording import pieces, told


class Piece(Schema):
    """Some letters of the question as typed, and the slot they say, if any."""

    text: str
    slot: str = ""


class Period(Schema):
    """First and last day, both included, and how they are written."""

    start: date
    end: date
    text: str


class Card(Schema):
    """One thing of the list."""

    kind: str
    id: str
    title: str
    lines: list[str] = []
    url: str = ""
    phone: str = ""
    address: str = ""
    badges: list[str] = []
    start: datetime | None = None
    client: str = ""
    city: str = ""


class Link(Schema):
    """Where to look further."""

    label: str
    url: str


class Age(Schema):
    """Up to when what was read of one entity is known; null when it was never read."""

    entity: str
    label: str
    at: datetime | None


class Reply(Schema):
    """What comes back to a question."""

    question: list[Piece]
    intent: str
    slots: dict[str, Any]
    outcome: str
    understood: list[str]
    answer: str
    notes: list[str] = []
    scope: str = ""
    period: Period | None = None
    items: list[Card] = []
    total: int | None = None
    shown: int = 0
    age: list[Age] = []
    age_text: str = ""
    links: list[Link] = []
    suggestions: list[str] = []
    choices: list[str] = []
    source: str = ""
    code: str = ""
    timing_ms: int = 0

    @classmethod
    def of(cls, typed: str, understood: Understood, found: Answer, *, now: datetime, milliseconds: int) -> Reply:
        """The reply to a question, from what it was understood as and what was found."""
        period = found.period and Period(start=found.period[0], end=found.period[1], text=found.period_text)
        return cls(
            question=[Piece(text=text, slot=slot) for text, slot in pieces(typed, understood.spans)],
            intent=found.intent,
            slots={**understood.slots, **found.slots},
            outcome=found.outcome,
            understood=told(understood.intent, understood.slots, now),
            answer=str(found.text),
            notes=list(found.notes),
            scope=found.scope,
            period=period,
            items=list(map(_card, found.items)),
            total=found.total,
            shown=found.shown,
            age=[Age(entity=age.entity, label=age.label, at=age.at) for age in found.age],
            age_text=found.age_text,
            links=[Link(label=link.label, url=link.url) for link in found.links],
            suggestions=list(found.suggestions),
            choices=list(found.choices),
            source=understood.source if found.source == "rule" else found.source,
            code=found.code,
            timing_ms=milliseconds,
        )


def _card(item: Item) -> Card:
    return Card(
        kind=item.kind,
        id=item.id,
        title=str(item.title),
        lines=list(map(str, item.lines)),
        url=item.url,
        phone=item.phone,
        address=item.address,
        badges=list(item.badges),
        start=item.start,
        client=item.client,
        city=item.city,
    )
