"""The small words of a turn: its footer, its badges, the day of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from assistant.replies import Card, Reply
from syncing import french
from syncing.templatetags.words import badge

register = template.Library()

TONES = {"Confirmé": "ok", "Non confirmé": "watch", "Annulé": "fault", "Personnel": "unknown"}
LINES = 3
MAP = "https://www.google.com/maps/dir/?api=1&"


@register.filter
def footer(reply: Reply) -> str:
    """« 3 sur 3 · vous · mercredi 25 mars 2026 · données de 14 h 25 »."""
    counted = "" if reply.total is None else f"{french.number(reply.shown)} sur {french.number(reply.total)}"
    age = reply.age_text[:1].lower() + reply.age_text[1:]
    parts = (counted, reply.scope, reply.period.text if reply.period else "", age)
    return " · ".join(filter(None, parts))


@register.filter
def spans_days(reply: Reply) -> bool:
    """Whether a visit of the list needs its day beside its hour."""
    return reply.period is None or reply.period.start != reply.period.end


@register.filter
def front(card: Card) -> list[str]:
    """The lines shown at once. The first line of a visit is its date and hours: the column beside it says them."""
    first = 1 if card.start else 0
    return card.lines[first : first + LINES]


@register.filter
def back(card: Card) -> list[str]:
    """The lines that unfold."""
    behind = [line for line in card.lines if line not in front(card)]
    return behind if len(card.lines) > LINES else []


@register.filter
def states(words: Sequence[str]) -> SafeString:
    """Where a visit stands, each with its shape."""
    return format_html_join("", "{}", ((badge(TONES[word], word),) for word in words if word in TONES))


@register.filter
def marks(words: Sequence[str]) -> list[str]:
    """What else is told of it in a word: « Première visite »."""
    return [word for word in words if word not in TONES]


@register.filter
def directions(address: str) -> str:
    """Where a telephone opens its map."""
    return MAP + urlencode({"destination": address})
