"""The conversation: a question is a form that is posted, with or without script; the answer is a turn of the page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistant import conversations, services
from assistant.chips import chips
from assistant.models import Question
from assistant.replies import Reply
from assistant.selectors import Thread, chosen_client, clients_named, conversation_of, latest_turns
from assistant.understanding.results import Outcome
from syncing.access import member_required, viewer_of

CLOSED = (Outcome.DENIED, Outcome.NOT_A_TECHNICIAN, Outcome.REFUSE_ACTION)
"""Shown in a box, with what can be asked instead."""
MOST_WORDS = 3  # more than a name: a sentence, which no list of clients helps


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def assistant_page(request: HttpRequest) -> HttpResponse:
    """The thread named in the address; a posted question adds a turn to the one named in the form."""
    if request.method == "POST":
        return _asked(request)
    thread = _thread(request, request.GET.get("c"))
    response = render(request, "assistant/assistant.html", _page(request, thread))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _asked(request: HttpRequest) -> HttpResponse:
    typed, number = request.POST.get("q", ""), _number(request.POST.get("c"))
    try:
        question = conversations.ask(typed, account=_person(request), conversation=number)
    except conversations.NotAnswered as refused:
        return _refused(request, typed, refused)
    there = f"{reverse('assistant')}?{urlencode({'c': question.thread})}"
    if not request.headers.get("HX-Request"):
        return redirect(f"{there}#q{question.pk}")
    thread = Thread(question.thread or 0, question.memory or {})
    context = _around(request, thread) | {
        "question": question,
        "reply": Reply.model_validate(question.reply),
    }
    response = render(request, "assistant/_ajout.html", context)
    response["HX-Replace-Url"] = there
    return response


def _refused(request: HttpRequest, typed: str, refused: conversations.NotAnswered) -> HttpResponse:
    """The reason beside what was typed, which stays in the field."""
    if request.headers.get("HX-Request"):
        return render(request, "assistant/_refus.html", {"refusal": refused}, status=refused.status)
    context = _page(request, _thread(request, request.POST.get("c"))) | {"typed": typed, "refusal": refused}
    return render(request, "assistant/assistant.html", context, status=refused.status)


def _page(request: HttpRequest, thread: Thread | None) -> dict[str, object]:
    asked = latest_turns(thread, account=_person(request)) if thread else []
    turns = [(question, Reply.model_validate(question.reply)) for question in asked]
    offered = chips(conversations.asker_of(_person(request)))
    return _around(request, thread) | {"turns": turns, "typed": request.GET.get("q", ""), "chips": offered}


def _around(request: HttpRequest, thread: Thread | None) -> dict[str, object]:
    """What a turn and the frame of the thread both need."""
    chosen = chosen_client(thread, viewer=viewer_of(request.user)) if thread else None
    return {"conversation": thread, "chosen": chosen, "closed": CLOSED}


@member_required
@require_safe
def client_names(request: HttpRequest) -> HttpResponse:
    """The options of the field, as one types: a fragment, and no page to look at."""
    if not request.headers.get("HX-Request"):
        return redirect("assistant")
    typed = request.GET.get("q", "")
    found = clients_named(typed=typed, viewer=viewer_of(request.user)) if len(typed.split()) <= MOST_WORDS else []
    return render(request, "assistant/_clients.html", {"clients": found})


@member_required
@require_POST
def judge_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A thumb, then a comment; only on one's own questions."""
    question = get_object_or_404(Question, pk=pk, account=_person(request))
    useful = {"oui": True, "non": False}.get(request.POST.get("avis", ""))
    if useful is not None:
        services.judge(question, useful=useful, comment=request.POST.get("commentaire", ""))
    if request.headers.get("HX-Request"):
        return render(request, "assistant/_avis.html", {"question": question})
    return redirect(f"{reverse('assistant')}?{urlencode({'c': question.thread or ''})}#q{pk}")


@member_required
@require_POST
def forget_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a thread of one's own, with its answers."""
    if not services.forget(account=_person(request), thread=pk):
        raise Http404
    messages.success(request, "La conversation est effacée.")
    return redirect("assistant")


def _thread(request: HttpRequest, pk: str | None) -> Thread | None:
    number = _number(pk)
    return (number and conversation_of(account=_person(request), viewer=viewer_of(request.user), pk=number)) or None


def _number(text: str | None) -> int | None:
    """An id out of a form; anything else names nothing. SQLite holds 63 bits."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
