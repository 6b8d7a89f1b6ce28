"""Figures as the pages of readings write them."""

from __future__ import annotations

from django import template

from pianos.telling import figure
from syncing.french import NBSP

register = template.Library()


@register.filter
def measured(value: float | None, unit: str) -> str:
    """« 41 % », « 20,5 °C »; a dash when nobody measured it."""
    return "—" if value is None else f"{figure(value)}{NBSP}{unit}"


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate: a point, whatever the language."""
    return f"{value:g}"


@register.filter
def add_to(value: float, more: int) -> str:
    """A coordinate moved."""
    return f"{value + more:g}"
