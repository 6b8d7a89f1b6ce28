"""What a question was understood as: the vocabulary that the pages, the API and the batch doors share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What becomes of a question."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    """One short question goes back."""
    NO_MATCH = "no_match"
    DENIED = "denied"
    """The asker's role does not reach that far."""
    NOT_A_TECHNICIAN = "not_a_technician"
    """Somebody without visits of their own asks for them."""
    REFUSE_ACTION = "refuse_action"
    """A request to write: recognised, explained, never executed unasked."""


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as understanding goes."""

    technician: str = ""
    """The canonical name; empty for somebody who receives no appointment."""
    office: bool = False
    """Sees everybody's agenda, invoices and statistics: Bureau and Administration."""


@dataclass(frozen=True)
class Turn:
    """An earlier line of the conversation."""

    role: str
    """`user` or `assistant`."""
    content: str


@dataclass(frozen=True)
class Span:
    """Which letters of the question, as typed, said a slot."""

    start: int
    end: int
    slot: str


@dataclass(frozen=True)
class Understood:
    """A question, understood."""

    intent: str
    slots: Mapping[str, Any]
    """JSON values only, named as in docs/assistant.md."""
    outcome: Outcome
    spans: Sequence[Span] = ()
    ask_back: str = ""
    """The one short question, in French, when the outcome is `clarify`."""
    choices: Sequence[str] = ()
    """What may be answered to it, when that is known."""
    source: str = "rule"
    """`shortcut`, `rule` or `context`."""
    missing: Sequence[str] = field(default=())
    """Slots that have to be known before answering."""
