"""What a finding is, and the words they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import NoReverseMatch, reverse

from syncing import french
from syncing.monitoring.freshness import EntityStatus
from syncing.registry import entities

STOPPING = ("failing:", "token_refused", "database:locked", "schedule:default", "workers:default")
"""Codes of what lets data grow old, by their beginning."""


class Level(StrEnum):
    """How serious, by the tokens of the interface."""

    FAULT = "fault"
    WATCH = "watch"
    DECISION = "decision"
    """Waits for a person, in no hurry."""

    @property
    def word(self) -> str:
        return "En panne" if self is Level.FAULT else "À voir"


@dataclass(frozen=True)
class Finding:
    """Something to be told: how serious it is, its cause, and where or how to act on it."""

    code: str
    level: Level
    cause: str
    action: str
    url: str = ""
    command: str = ""
    count: int = 0
    entities: tuple[str, ...] = ()
    reason: str = ""
    """Why, whichever tables it stops; empty when the cause says it all."""
    told_at_once: bool = False
    """Waits for a person in no hurry, and yet somebody should hear of it today."""
    title: str = ""
    """The verdict's first line when this is what comes first; empty when what stopped says it better."""
    administration_only: bool = False
    """Whether the page behind `url` is for the administration; the office is told whom to ask."""

    @property
    def stops_readings(self) -> bool:
        """Whether data grows old because of it: what is late then needs no other reason."""
        return self.level is Level.FAULT and self.code.startswith(STOPPING)


def labels(states: Iterable[EntityStatus]) -> str:
    """Several entities in one breath: « A, b et c »."""
    words = french.listed([state.label[:1].lower() + state.label[1:] for state in states])
    return words[:1].upper() + words[1:]


def admin_list(model: str, query: str = "") -> str:
    """The back-office list of a model, `app.Model`; empty when it has none, so that no link leads nowhere."""
    try:
        url = reverse(f"admin:{model.lower().replace('.', '_')}_changelist")
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url


def decide_at(anchor: str) -> str:
    """A section of the page where decisions are taken."""
    return f"{reverse('decisions')}#{anchor}"


def command(states: Iterable[EntityStatus]) -> str:
    """How to read these entities again; all of them need no naming."""
    names = [state.name for state in states]
    return (
        "python manage.py sync" if len(names) == len(list(entities())) else f"python manage.py sync {' '.join(names)}"
    )
