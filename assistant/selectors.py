"""Reads for the pages around the conversation: clients as one types, the last turns, what was not understood."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q

from assistant.models import Conversation, Question
from assistant.understanding.results import Turn
from clients.models import Client, Contact
from syncing.folding import fold
from syncing.rights import Audience, Viewer

SUGGESTED = 8
WORD_EDGES = (" ", "-", "'")
LETTERS = 2  # fewer would find half of the clients
TURNS_SHOWN = 20
GROUPS_SHOWN = 100
NOT_UNDERSTOOD = ("no_match", "clarify", "error")


@dataclass(frozen=True)
class Suggestion:
    """A client whose name begins with, or holds, what is being typed."""

    id: str
    name: str
    phone: str
    city: str
    email: str


def clients_named(*, typed: str, viewer: Viewer) -> list[Suggestion]:
    """At most eight clients that have a word beginning with each word typed, those that begin so first.

    Three queries whatever is found.
    """
    words = fold(typed).split()
    if len("".join(words)) < LETTERS:
        return []
    found = Client.objects.visible_to(viewer).present()
    for word in words:
        within = (Q(search_key__contains=f"{edge}{word}") for edge in WORD_EDGES)
        found = found.filter(reduce(or_, within, Q(search_key__startswith=word)))
    begins = Q(search_key__startswith=fold(typed))
    rows = list(found.filter(begins).order_by("search_key")[:SUGGESTED])
    rows += list(found.exclude(begins).order_by("search_key")[: SUGGESTED - len(rows)])
    people = Contact.objects.visible_to(viewer).present().filter(client__in=rows).order_by("is_default", "id")
    main = {person.client_id: person for person in people}  # the default one is the last, and stays
    return [_suggestion(row, main.get(row.pk)) for row in rows]


def _suggestion(client: Client, person: Contact | None) -> Suggestion:
    phone = (person.phone or person.mobile) if person else ""
    return Suggestion(
        client.pk, str(client), phone, person.municipality if person else "", person.email if person else ""
    )


def conversation_of(*, account: User, viewer: Viewer, pk: int) -> Conversation | None:
    """Somebody's own conversation; None when it is another's, forgotten, or was held with rights since lost."""
    own = Conversation.objects.filter(account=account, pk=pk)
    return own.filter(Q(as_office=False) | Q(as_office=viewer.is_among(Audience.OFFICE))).first()


def chosen_client(conversation: Conversation, *, viewer: Viewer) -> Client | None:
    """Whom « ses pianos » means in this thread."""
    chosen = conversation.memory.get("client")
    return Client.objects.visible_to(viewer).filter(pk=chosen).first() if chosen else None


def latest_turns(conversation: Conversation) -> list[Question]:
    """The last questions of a thread with their answers, oldest first."""
    return list(conversation.questions.filter(reply__isnull=False).order_by("-pk")[:TURNS_SHOWN])[::-1]


def last_said(conversation: Conversation) -> list[Turn]:
    """What the assistant last said, its choices numbered: « le deuxième » is one of them."""
    reply = conversation.questions.filter(reply__isnull=False).order_by("-pk").values_list("reply", flat=True).first()
    if reply is None:
        return []
    choices = (f"{rank}. {choice}" for rank, choice in enumerate(reply["choices"], 1))
    return [Turn("assistant", "\n".join([reply["answer"], *choices]))]


def asked_since(*, account: User, token: int | None, since: datetime) -> int:
    """How many questions somebody, or one of her programs, asked since."""
    return Question.objects.filter(account=account, token=token, asked_at__gte=since).count()


@dataclass(frozen=True)
class Misunderstood:
    """The same question, whoever asked it, that found nothing or displeased."""

    key: str
    text: str
    """As last typed."""
    times: int
    displeased: int
    last_asked: datetime
    understood: str
    """The intent it was last taken for."""
    comments: tuple[str, ...]


def misunderstood() -> list[Misunderstood]:
    """Open questions that were not understood or had a thumb down, grouped, the most frequent first. Two queries."""
    open_ = Question.objects.filter(settled_at=None)
    wanted = open_.filter(Q(outcome__in=NOT_UNDERSTOOD) | Q(intent="unknown") | Q(is_useful=False))
    groups = list(
        wanted.values("key")
        .annotate(times=Count("pk"), displeased=Count("pk", filter=Q(is_useful=False)), newest=Max("pk"))
        .order_by("-times", "-newest")[:GROUPS_SHOWN]
    )
    rows = wanted.filter(key__in=[group["key"] for group in groups]).order_by("pk")
    asked: dict[str, list[Question]] = defaultdict(list)
    for row in rows.only("key", "text", "intent", "comment", "asked_at"):
        asked[row.key].append(row)
    return [
        Misunderstood(
            key=group["key"],
            text=asked[group["key"]][-1].text,
            times=group["times"],
            displeased=group["displeased"],
            last_asked=asked[group["key"]][-1].asked_at,
            understood=asked[group["key"]][-1].intent,
            comments=tuple(dict.fromkeys(one.comment for one in asked[group["key"]] if one.comment)),
        )
        for group in groups
    ]
