"""The list of tables beside every page of the back-office: drawn once, then only marked for the page one is on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.template.defaultfilters import urlencode
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

NOWHERE = SimpleNamespace(path="")


class Sidebar:
    """Django's own drawing, with its marks."""

    def __init__(self, tables: Iterable[dict[str, Any]]) -> None:
        tables = list(tables)
        context = {"app_list": tables, "show_changelinks": False, "request": NOWHERE}
        self.drawn = render_to_string("admin/app_list.html", context)
        self.apps = {app["app_url"]: app["app_label"] for app in tables}
        self.lists = [table["admin_url"] for app in tables for table in app["models"] if table["admin_url"]]

    def on(self, path: str) -> SafeString:
        """The list with the app and the table of this page marked."""
        here = urlencode(path)
        shown: str = self.drawn
        for url, label in self.apps.items():
            if url in here:
                shown = shown.replace(
                    f'<div class="app-{label} module">', f'<div class="app-{label} module current-app">'
                )
        for url in self.lists:
            if url in here:
                row = rf'(<tr class="model-\w+)(">\s*<th scope="row" id="[\w-]+">\s*<a href="{re.escape(url)}")'
                shown = re.sub(row, r'\1 current-model\2 aria-current="page"', shown)
        return mark_safe(shown)  # noqa: S308  # drawn by the template, marked with constant words
