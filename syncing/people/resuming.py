"""A form sent after its session ended: what was typed waits, signed, in the sign-in page, and is sent again after it.

Only a form that passed the check against forgery comes here, only with a signature of ours does it come back, and a
person presses the button that sends it: nothing is done twice, nothing is done without her. Files and passwords are not
kept. Nothing is written on the server.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from syncing.people.forms import SignInForm

FIELD = "kept"
SALT = "syncing.people.resuming"
LASTS = 3600 * 12  # seconds: a tablet left in the van over an afternoon
LARGEST = 400_000  # characters: a long note many times over, well under what Django accepts of a form
CARRIED = re.compile(r"[\W\d_]*|[0-9a-f]{8,}")
SECRET = ("password", "csrfmiddlewaretoken")


class Kept(NamedTuple):
    """A form as it was sent."""

    path: str
    page: str
    """Where the form was."""
    fields: tuple[tuple[str, str], ...]
    lost_files: bool

    @property
    def shown(self) -> list[str]:
        """What a person wrote or chose, the longest first; not the numbers and digests that a page carries along."""
        told = (value for name, value in self.fields if not name.startswith("_") and not CARRIED.fullmatch(value))
        return sorted(told, key=len, reverse=True)


def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The answer to a form of somebody who is not signed in any more. Nothing was done."""
    form = as_sent(request)
    context: dict[str, object] = {"form": SignInForm(request), "next": form.page, "expired": True}
    if sum(len(name) + len(value) for name, value in form.fields) <= LARGEST:
        context["kept"] = signing.dumps(form, salt=SALT, compress=True)
    return render(request, "registration/login.html", context, status=401)


def as_sent(request: HttpRequest) -> Kept:
    """The form of this request, without what is secret."""
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRET)
    )
    return Kept(request.get_full_path(), _came_from(request), fields, bool(request.FILES))


def kept(request: HttpRequest) -> Kept | None:
    """The form that waits in the sign-in page just sent; None when there is none, or none of ours."""
    try:
        path, page, fields, lost_files = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LASTS)
        resolve(path.partition("?")[0])
    except (signing.BadSignature, Resolver404):
        return None
    return Kept(path, page, tuple((name, value) for name, value in fields), lost_files)


def resume_page(request: HttpRequest, form: Kept) -> HttpResponse:
    """What waited, with the button that sends it."""
    return render(request, "registration/resume.html", {"kept": form})


def _came_from(request: HttpRequest) -> str:
    """The page of this site that the form was on; the address it was sent to may not be one to look at."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
