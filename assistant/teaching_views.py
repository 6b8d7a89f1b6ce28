"""« Ce qui n’a pas été compris »: the questions that failed, grouped, and the words that would mend them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assistant import services
from assistant.models import HouseWord
from assistant.nearness import Nearness, near_words
from assistant.selectors import Misunderstood, misunderstood
from assistant.vocabularies import vocabulary
from assistant.wording import INTENTS
from syncing import french
from syncing.access import office_required


@never_cache
@require_safe
@office_required
def misunderstood_page(request: HttpRequest) -> HttpResponse:
    """Each group with the words it may have meant, one button each, and a form for the others."""
    words = vocabulary(timezone.now())
    groups: list[tuple[Misunderstood, str, list[Nearness]]] = [
        (group, INTENTS.get(group.understood, group.understood), near_words(group.text, words))
        for group in misunderstood()
    ]
    context = {"groups": groups, "kinds": HouseWord.Kind.choices, "words": HouseWord.objects.order_by("word")}
    return render(request, "assistant/incompris.html", context)


@office_required
@require_POST
def teach_word(request: HttpRequest) -> HttpResponse:
    """Add one word of the house; the questions it mends, when the form names them, are settled with it."""
    told = {name: request.POST.get(name, "") for name in ("word", "kind", "means")}
    try:
        taught = services.teach(**told, by=_person(request), mends=request.POST.get("key", ""), now=timezone.now())
        messages.success(request, f"{taught}. C’est compris dès la prochaine question.")
    except services.NotTaught as refused:
        messages.error(request, f"{refused} {refused.action}")
    return redirect("incompris")


@office_required
@require_POST
def settle_group(request: HttpRequest) -> HttpResponse:
    """Set a group of questions aside."""
    count = services.settle(key=request.POST.get("key", ""), now=timezone.now())
    messages.success(request, f"{french.counted(count, 'question classée', 'questions classées')}.")
    return redirect("incompris")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
