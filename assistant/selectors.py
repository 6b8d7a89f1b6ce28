"""Reads for the pages around the conversation: clients as one types, the last turns, what was not understood."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, DateTimeField, Func, IntegerField, Max, Q, QuerySet, Subquery

from assistant.models import HouseWord, Question
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


@dataclass(frozen=True)
class Thread:
    """A conversation of somebody's, as of its last turn."""

    pk: int
    memory: dict[str, Any] = field(default_factory=dict)
    reply: dict[str, Any] | None = None

    @property
    def said(self) -> list[Turn]:
        """What the assistant last said, its choices numbered: « le deuxième » is one of them."""
        if self.reply is None:
            return []
        choices = (f"{rank}. {choice}" for rank, choice in enumerate(self.reply["choices"], 1))
        return [Turn("assistant", "\n".join([self.reply["answer"], *choices]))]


def conversation_of(*, account: User, viewer: Viewer, pk: int) -> Thread | None:
    """Somebody's own conversation; None when it is another's, forgotten, or was held with rights since lost."""
    last = _turns(account, pk).values_list("as_office", "memory", "reply").first()
    return _thread(pk, viewer, *last) if last else None


def _thread(pk: int, viewer: Viewer, as_office: bool, memory: Any, reply: Any) -> Thread | None:
    """Nothing is added to one whose rights are lost: its last turn tells of all of them."""
    return None if as_office and not viewer.is_among(Audience.OFFICE) else Thread(pk, memory or {}, reply)


def _turns(account: User, thread: int) -> QuerySet[Question]:
    """The newest first."""
    return Question.objects.filter(account=account, thread=thread, reply__isnull=False).order_by("-pk")


def chosen_client(thread: Thread, *, viewer: Viewer) -> Client | None:
    """Whom « ses pianos » means in this thread."""
    chosen = thread.memory.get("client")
    return Client.objects.visible_to(viewer).filter(pk=chosen).first() if chosen else None


def latest_turns(thread: Thread, *, account: User) -> list[Question]:
    """The last questions of a thread with their answers, oldest first."""
    return list(_turns(account, thread.pk)[:TURNS_SHOWN])[::-1]


@dataclass(frozen=True)
class Opening:
    """What has to be known before a question is answered."""

    technician: str
    """The name under which the asker's own visits are; empty for whoever receives none."""
    asked: int
    """How many questions she, or this program of hers, asked of late."""
    words: object
    """What changes whenever the words of the house do."""
    thread: Thread | None


def opening(*, account: User, viewer: Viewer, token: int | None, since: datetime, thread: int | None) -> Opening:
    """All of it, in one query."""
    recent = Question.objects.filter(account=account, token=token, asked_at__gte=since)
    told = {"asked": _over(recent, "COUNT"), **words_of_the_house()}
    if thread:
        told |= {name: Subquery(_turns(account, thread).values(name)[:1]) for name in ("as_office", "memory", "reply")}
    row: Any = with_technician().annotate(**told).get(pk=account.pk)
    continued = thread and row.as_office is not None
    return Opening(
        technician=own_agenda(row),
        asked=row.asked,
        words=(row.words, row.words_changed),
        thread=_thread(thread, viewer, row.as_office, row.memory, row.reply) if thread and continued else None,
    )


def with_technician() -> QuerySet[User]:
    """Accounts, with who each is in Gazelle."""
    columns = ("id", "is_placeholder", "full_name", "first_name", "last_name", "is_schedulable")
    return User.objects.select_related("technician").only("id", *(f"technician__{name}" for name in columns))


def own_agenda(account: User) -> str:
    """The name under which somebody's own visits are; empty for whoever receives none."""
    technician = getattr(account, "technician", None)
    return "" if technician is None or technician.is_schedulable is False else str(technician)


def words_of_the_house() -> dict[str, Subquery]:
    """How many there are and when one last changed: what tells, in any process, that they must be read again."""
    return {"words": _over(HouseWord.objects, "COUNT"), "words_changed": _over(HouseWord.objects, "MAX", "changed_at")}


def _over(rows: Any, function: str, column: str = "pk") -> Subquery:
    """COUNT or MAX of all the rows as one value; Django's own aggregates would group a subquery first."""
    kind = IntegerField() if function == "COUNT" else DateTimeField(null=True)
    return Subquery(rows.order_by().values(told=Func(column, function=function, output_field=kind)))


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
