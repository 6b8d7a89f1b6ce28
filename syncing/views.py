"""The system page: what the mirror knows, how old it is, what needs somebody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from syncing.access import office_required
from syncing.monitoring.overview import overview


@never_cache
@require_safe
@office_required
def systeme(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the fragment inside it: the same template."""
    seen = overview()
    request.data_age = seen.data_age  # type: ignore[attr-defined]  # spares the page's bar a second reading
    template = "syncing/_etat.html" if request.headers.get("HX-Request") else "syncing/systeme.html"
    response = render(request, template, {"overview": seen})
    patch_vary_headers(response, ["HX-Request"])
    return response
