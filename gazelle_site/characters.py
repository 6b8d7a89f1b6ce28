"""What PostgreSQL cannot hold is refused at the door: a NUL in an address, a search or a form."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NulMiddleware:
    """No keyboard types one; a page that let it through would answer 500 on one database and not on the other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = [request.path, *(value for _, values in request.GET.lists() for value in values)]
        if request.method == "POST" and request.content_type in FORMS:
            told += [value for _, values in request.POST.lists() for value in values]
        if any("\x00" in text for text in told):
            raise SuspiciousOperation("NUL in a request")
        return self.get_response(request)
