"""What surrounds every page of the back-office."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib import admin

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar(context: template.Context) -> str:
    """The tables that the person may open, the one she is on marked."""
    site: Any = admin.site
    return str(site.sidebar(context["request"]))
