"""Figures as the pages of readings write them."""

from __future__ import annotations

from datetime import date

from django import template

from pianos.maintenance.models import MaintenanceAlert
from pianos.maintenance.telling import where
from pianos.telling import figure
from syncing.french import NBSP, SHORT_MONTHS

register = template.Library()


@register.filter
def measured(value: float | None, unit: str) -> str:
    """« 41 % », « 20,5 °C »; a dash when nobody measured it."""
    return "—" if value is None else f"{figure(value)}{NBSP}{unit}"


@register.filter
def place(alert: MaintenanceAlert) -> str:
    """« Yamaha C7, Scène, Théâtre du Lac »."""
    return where(alert)


@register.filter
def short_day(day: date) -> str:
    """« 24 févr. 2026 »."""
    return f"{day.day}{NBSP}{SHORT_MONTHS[day.month - 1]}{NBSP}{day.year}"


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate: a point, whatever the language."""
    return f"{value:g}"


@register.filter
def add_to(value: float, more: int) -> str:
    """A coordinate moved."""
    return f"{value + more:g}"
