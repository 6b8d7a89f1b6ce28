"""The assistant for programs: one question, its conversation, what the person thought of the answer."""

from __future__ import annotations

from typing import Annotated

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from assistant import conversations, services
from assistant.models import Question
from assistant.replies import Reply
from assistant.selectors import clients_named, conversation_of, latest_turns
from assistant.vocabularies import vocabulary
from syncing.access import viewer_of
from syncing.bearer import Bearer, Scope, Session
from syncing.people.models import AccessToken

ASSISTANT = Scope("assistant", "Poser des questions à l’assistant")
DOORS = [Bearer(ASSISTANT), Session()]
Id = Annotated[int, Field(gt=0, lt=2**63)]

router = Router(tags=["assistant"], auth=DOORS)


class Asked(Schema):
    """A question; `conversation` continues one."""

    model_config = ConfigDict(extra="forbid")

    question: str
    conversation: Id | None = None


class Answered(Reply):
    """A reply, its line of the log, and the conversation that the next question may name."""

    log: int
    conversation: int


class Turn(Schema):
    """An earlier question of a conversation, and its reply."""

    asked: str
    reply: Reply


class Thread(Schema):
    """A conversation: its last turns, oldest first."""

    id: int
    turns: list[Turn]


class Judged(Schema):
    """Whether the answer of a line of the log was good, and why."""

    model_config = ConfigDict(extra="forbid")

    log: Id
    useful: bool
    comment: Annotated[str, Field(max_length=2000)] = ""


class Named(Schema):
    """A client, as suggested while one types."""

    id: str
    name: str
    phone: str
    city: str
    email: str


class Fitness(Schema):
    """What questions can be about here; without technicians nothing was read of Gazelle yet."""

    technicians: int
    institutions: int
    makes: int
    cities: int


class Refusal(Schema):
    """Why there is no answer."""

    code: str
    message: str


@router.post(
    "/assistant/ask",
    response={200: Answered, 400: Refusal, 403: Refusal, 429: Refusal, 503: Refusal},
    summary="Poser une question",
)
def ask(request: HttpRequest, asked: Asked) -> Answered | Status[Refusal]:
    try:
        question = conversations.ask(
            asked.question, account=_person(request), conversation=asked.conversation, token=_token(request)
        )
    except conversations.NotAnswered as refused:
        return Status(refused.status, Refusal(code=refused.code, message=str(refused)))
    reply = Reply.model_validate(question.reply)
    return Answered(**reply.model_dump(), log=question.pk, conversation=question.thread or 0)


@router.get("/assistant/conversations/{pk}", response=Thread, summary="Relire une conversation")
def conversation(request: HttpRequest, pk: Id) -> Thread:
    thread = conversation_of(account=_person(request), viewer=viewer_of(request.user), pk=pk)
    if thread is None:
        raise Http404
    asked = latest_turns(thread, account=_person(request))
    turns = [Turn(asked=turn.text, reply=Reply.model_validate(turn.reply)) for turn in asked]
    return Thread(id=thread.pk, turns=turns)


@router.delete("/assistant/conversations/{pk}", response={204: None}, summary="Effacer une conversation")
def forget(request: HttpRequest, pk: Id) -> Status[None]:
    if not services.forget(account=_person(request), thread=pk):
        raise Http404
    return Status(204, None)


@router.post("/assistant/feedback", response={204: None}, summary="Juger une réponse")
def feedback(request: HttpRequest, judged: Judged) -> Status[None]:
    question = get_object_or_404(Question, pk=judged.log, account=_person(request))
    services.judge(question, useful=judged.useful, comment=judged.comment)
    return Status(204, None)


@router.get("/assistant/clients", response=list[Named], summary="Clients, à mesure que l’on tape")
def clients(request: HttpRequest, q: Annotated[str, Query(max_length=100)]) -> list[Named]:
    found = clients_named(typed=q, viewer=viewer_of(request.user))
    return [Named(id=one.id, name=one.name, phone=one.phone, city=one.city, email=one.email) for one in found]


@router.get("/assistant/health", response=Fitness, summary="L’assistant comprend-il ?")
def health(request: HttpRequest) -> Fitness:
    words = vocabulary(timezone.now())
    return Fitness(
        technicians=sum(person.is_technician for person in words.people),
        institutions=len(words.institutions),
        makes=len(words.makes),
        cities=len(words.cities),
    )


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # both doors leave a person
    return request.user


def _token(request: HttpRequest) -> AccessToken | None:
    opened = request.auth  # type: ignore[attr-defined]  # left by the door
    return opened if isinstance(opened, AccessToken) else None
