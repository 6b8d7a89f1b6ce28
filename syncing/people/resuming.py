"""A form sent after its session ended: what was typed waits, signed, in the sign-in page, and is sent again after it.

Only a form that passed the check against forgery comes here, only with a signature of ours does it come back, and a
person presses the button that sends it: nothing is done twice, nothing is done without her. Files and passwords are not
kept. Nothing is written on the server.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from syncing.people.forms import SignInForm

FIELD = "kept"
SALT = "syncing.people.resuming"
LASTS = 3600 * 12  # seconds: a tablet left in the van over an afternoon
LARGEST = 400_000  # characters: a long note many times over, well under what Django accepts of a form
SECRET = ("password", "csrfmiddlewaretoken")


class Kept(NamedTuple):
    """A form as it was sent."""

    path: str
    fields: tuple[tuple[str, str], ...]
    lost_files: bool

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person wrote, rather than what the page carries along: values with several words first."""
        return sorted(((name, value) for name, value in self.fields if value.strip()), key=lambda one: -len(one[1]))


def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The answer to a form of somebody who is not signed in any more. Nothing was done."""
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRET)
    )
    kept = Kept(request.get_full_path(), fields, bool(request.FILES))
    context: dict[str, object] = {"form": SignInForm(request), "next": request.path, "expired": True}
    if sum(len(name) + len(value) for name, value in fields) <= LARGEST:
        context["kept"] = signing.dumps(kept, salt=SALT, compress=True)
    return render(request, "registration/login.html", context, status=401)


def kept(request: HttpRequest) -> Kept | None:
    """The form that waits in the sign-in page just sent; None when there is none, or none of ours."""
    try:
        path, fields, lost_files = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LASTS)
        resolve(path.partition("?")[0])
    except (signing.BadSignature, Resolver404):
        return None
    return Kept(path, tuple((name, value) for name, value in fields), lost_files)


def resume_page(request: HttpRequest, form: Kept) -> HttpResponse:
    """What waited, with the button that sends it."""
    return render(request, "registration/resume.html", {"kept": form})
