"""The list of a page of the back-office, drawn by `syncing.list_rows`."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ChangeList

from syncing.list_rows import drawn

register = template.Library()


@register.inclusion_tag("admin/listed.html")
def listed(changelist: ChangeList) -> dict[str, Any]:
    """As Django's `result_list`: the headers, and the rows already drawn."""
    headers = list(result_headers(changelist))
    return {
        "headers": headers,
        "sorts": sum(bool(header["sortable"] and header["sorted"]) for header in headers),
        "rows": drawn(changelist),
        "changelist": changelist,
    }
