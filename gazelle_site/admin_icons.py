"""The icons of yes, no and unknown: Django writes their alternative text in English whatever the language."""

from __future__ import annotations

from django.contrib.admin.templatetags import admin_list
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

DRAWN = {True: ("yes", "oui"), False: ("no", "non"), None: ("unknown", "inconnu")}


def icon(value: bool | None) -> SafeString:
    """Django's drawing, our word."""
    name, word = DRAWN[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), word)


def speak_french() -> None:
    """Django has no other way in: its lists and its read-only fields both look this name up at each use."""
    admin_list._boolean_icon = icon  # type: ignore[attr-defined]  # private, and the only place
