"""The words of `syncing.french` as template filters, read at the moment the page is written."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from syncing import french

register = template.Library()


@register.filter
def ago(when: datetime | None) -> str:
    return french.ago(when, timezone.now()) if when else "jamais"


@register.filter
def clock(when: datetime | None) -> str:
    return french.clock(when) if when else "—"


@register.filter
def day_and_clock(when: datetime | None) -> str:
    return french.day_and_clock(when, timezone.now()) if when else "jamais"


@register.filter
def number(value: int | None) -> str:
    return "—" if value is None else french.number(value)


@register.filter
def percent(value: float | None) -> str:
    return "—" if value is None else french.percent(value)


@register.filter
def duration(length: timedelta | None) -> str:
    return "—" if length is None else french.duration(length)


@register.filter
def counted(value: int, forms: str) -> str:
    """`{{ n|counted:"ligne,lignes" }}`."""
    singular, plural = forms.split(",")
    return french.counted(value, singular, plural)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the shapes of `includes/icons.html`."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def badge(tone: str, word: str) -> SafeString:
    """A state: always shape, word and colour together. `tone` is ok, watch, fault, pending or unknown."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(tone), word)
