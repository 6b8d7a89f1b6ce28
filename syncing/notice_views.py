"""« Mes avis »: what each person wants to be told by mail, what the team wants in its room, and what to do of doubt."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from syncing.access import administration_required, is_administration, member_required
from syncing.models import Message
from syncing.notifying.audience import address_of, choices, choose, offered
from syncing.notifying.kinds import Kind, kinds
from syncing.notifying.queueing import ANSWERABLE, resend, settle
from syncing.vocabulary import SyncError

LATEST = 10


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_notices(request: HttpRequest) -> HttpResponse:
    """The kinds this person may receive, each with a box; below, the last messages and what became of them."""
    person = _person(request)
    mine = offered(person)
    if request.method == "POST":
        choose(person, {kind.name: kind.name in request.POST.getlist("kind") for kind in mine})
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("avis")
    room = list(kinds()) if is_administration(person) else []
    context = {
        "mine": _boxes(mine, choices(person)),
        "address": address_of(person),
        "latest": Message.objects.filter(user=person).order_by("-created_at", "-pk")[:LATEST],
        "room": _boxes(room, choices(None), for_room=True) if room else [],
        "has_room": bool(settings.SLACK_WEBHOOK_URL),
    }
    return render(request, "syncing/avis.html", context)


@administration_required
@require_POST
def room_notices(request: HttpRequest) -> HttpResponse:
    """What the team's Slack room receives."""
    choose(None, {kind.name: kind.name in request.POST.getlist("kind") for kind in kinds()})
    messages.success(request, "Les choix du salon sont enregistrés.")
    return redirect("avis")


@never_cache
@require_safe
@administration_required
def answer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of a message in doubt or refused, and what sending it again would do."""
    message = get_object_or_404(Message.objects.select_related("user", "settled_by"), pk=pk)
    can_answer = message.state in ANSWERABLE and message.settled_at is None
    return render(request, "syncing/avis_repondre.html", {"message": message, "can_answer": can_answer})


@administration_required
@require_POST
def answer(request: HttpRequest, pk: int, *, send: bool) -> HttpResponse:
    """Send it again, as a new message, or settle it."""
    message, person = get_object_or_404(Message, pk=pk), _person(request)
    try:
        if send:
            resend(message, by=person)
            messages.success(request, "L’avis repartira dans la minute.")
        else:
            settle(message, by=person)
            messages.success(request, "L’avis est classé.")
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    return redirect(reverse("avis-repondre", args=[pk]))


def _boxes(of: list[Kind], said: dict[str, bool], *, for_room: bool = False) -> list[tuple[Kind, bool]]:
    return [(kind, said.get(kind.name, kind.room if for_room else kind.by_default)) for kind in of]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
