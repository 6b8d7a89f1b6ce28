"""Connecting Gazelle, for the administration: what is used, whether it works, and OAuth's round trip."""

from __future__ import annotations

import secrets

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from syncing import connection
from syncing.access import administration_required
from syncing.fetching.answers import beginning
from syncing.vocabulary import SyncError

STATE = "gazelle_state"  # session key of the one authorization under way


@administration_required
@require_GET
def gazelle(request: HttpRequest) -> HttpResponseBase:
    """The credential in use, since when, by whom, and the cause of a refusal; never the credential itself."""
    context = {
        "situation": connection.situation(),
        "api_url": settings.GAZELLE_API_URL,
        "record_url": settings.GAZELLE_RECORD_URL,
        "return_url": _return_url(request),
    }

    # Chromium applies form-action to the whole redirection: without Gazelle's origin the button would do nothing.
    @csp_update({"form-action": [connection.origin()]})
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "syncing/gazelle.html", context)

    return page(request)


@administration_required
@require_POST
def gazelle_connect(request: HttpRequest) -> HttpResponse:
    """Leave for Gazelle's authorization page, with a state that only this session knows."""
    if not connection.situation().can_connect:
        messages.error(request, "GAZELLE_CLIENT_ID ou GAZELLE_CLIENT_SECRET manque dans les réglages.")
        return redirect("gazelle")
    state = request.session[STATE] = secrets.token_urlsafe(32)
    return HttpResponseRedirect(connection.authorize_url(state, _return_url(request)))


@administration_required
@require_GET
def gazelle_return(request: HttpRequest) -> HttpResponse:
    """Back from Gazelle: check the state, used once, then trade the code."""
    expected, given = str(request.session.pop(STATE, "")), request.GET.get("state", "")
    code, refusal = request.GET.get("code", ""), request.GET.get("error", "")
    if not expected or not secrets.compare_digest(expected.encode(), given.encode()):
        messages.error(request, "Ce retour de Gazelle ne répond à aucune demande en cours. Recommencez la connexion.")
    elif refusal or not code:
        reason = beginning(refusal) or "sans code"
        messages.error(request, f"Gazelle n’a pas donné l’accès ({reason}). La connexion d’avant est inchangée.")
    else:
        _connect(request, code)
    return redirect("gazelle")  # the code leaves the address bar and the history


@administration_required
@require_POST
def gazelle_check(request: HttpRequest) -> HttpResponse:
    """Ask Gazelle who we are."""
    _tell_identity(request, "Gazelle répond")
    return redirect("gazelle")


def _connect(request: HttpRequest, code: str) -> None:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    try:
        connection.connect(code, request.user, _return_url(request))
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
        return
    _tell_identity(request, "Gazelle est connecté")


def _tell_identity(request: HttpRequest, opening: str) -> None:
    try:
        who = connection.identity()
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
        return
    name = f" et vous reconnaît : {who.name or who.id}" if who else ""
    messages.success(request, f"{opening}{name}.")


def _return_url(request: HttpRequest) -> str:
    """Where Gazelle sends the browser back: the setting, which must equal what is registered there, or this site."""
    return settings.GAZELLE_REDIRECT_URI or request.build_absolute_uri(reverse("gazelle-return"))
