"""From a question understood to its answer, under the rights of who asks.

`answer` never widens a role: what a question was understood as says what to read, the viewer says which rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import InterfaceError, OperationalError

from assistant.answering import ages
from assistant.answering.asked import Asked, Settled
from assistant.answering.contract import NEVER_READ, UNREADABLE, Age, Answer, Fact, Focus, Item, Line, Link, line
from assistant.answering.memory import Memory
from assistant.answering.recalling import recalled
from assistant.answering.routing import ROUTES, Route
from assistant.understanding.results import Asker, Outcome, Understood
from syncing.french import listed
from syncing.rights import Audience, Viewer

__all__ = ["NEVER_READ", "UNREADABLE", "Age", "Answer", "Fact", "Focus", "Item", "Line", "Link", "Memory", "answer"]


def answer(
    understood: Understood, *, viewer: Viewer, asker: Asker, now: datetime, memory: Memory | None = None
) -> Answer:
    """The answer to a question; an error is an answer with a `code`, never an empty list."""
    memory = memory or Memory()
    asked = Asked(recalled(understood, memory), viewer, asker, now, memory)
    try:
        return _answer(asked)
    except Settled as settled:
        return settled.answer
    except (OperationalError, InterfaceError):
        text = line("Je ne peux pas lire les données : la base ne répond pas. Cela ne veut pas dire qu’il n’y a rien.")
        return asked.not_found(text, code=UNREADABLE)


def _answer(asked: Asked) -> Answer:
    understood = asked.understood
    route = ROUTES.get(understood.intent, ROUTES["unknown"])
    if not asked.viewer.is_among(Audience.MEMBERS):
        return asked.denied(line("Votre compte n’a pas encore de rôle : l’assistant ne peut rien vous montrer."))
    # Of an agenda, its own handler says what may be asked instead.
    elsewhere = understood.outcome is Outcome.DENIED and "appointments" not in route.reads[:1]
    if not asked.office and (route.office_only or elsewhere):
        return asked.denied(line("Ces renseignements sont au bureau. Je peux vous montrer votre agenda."))
    if understood.outcome is Outcome.CLARIFY:
        choices = tuple(understood.choices)
        return asked.ask_back(line(understood.ask_back or "Que voulez-vous savoir au juste ?"), choices=choices)
    read = ages.ages(route.reads, asked.now)
    if never := _never_read(route, read):
        return asked.not_found(line(never), code=NEVER_READ, age=read)
    try:
        found = route.handler(asked)
    except Settled as settled:
        found = settled.answer
    told = ages.told(read, asked.now)
    return replace(found, age=read, age_text=told, suggestions=found.suggestions or route.then)


def _never_read(route: Route, read: tuple[Age, ...]) -> str:
    """What is missing to answer anything: the entity the answer is about, when Gazelle was never asked for it."""
    missing = [one.label.lower() for one in read if one.entity == route.reads[0] and one.at is None]
    return f"Gazelle n’a pas encore été lue pour : {listed(missing)}. Je ne peux donc rien en dire." if missing else ""
