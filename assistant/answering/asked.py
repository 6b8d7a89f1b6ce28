"""A question on its way to its answer: what was understood, who asks, when; and the few ways to end early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from assistant.answering.contract import Answer, Item, Line
from assistant.answering.memory import Memory
from assistant.answering.periods import Period, period_of
from assistant.answering.telling import local_day
from assistant.understanding.results import Asker, Outcome, Understood
from syncing.rights import Audience, Viewer

SHOWN = 20
"""Lines of a list, unless more or fewer are asked for."""
AT_MOST = 100


class Settled(Exception):
    """The answer is known already: a question back, a refusal, nothing found."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.text))
        self.answer = answer


@dataclass(frozen=True)
class Asked:
    """A question, and all that its answer depends on."""

    understood: Understood
    viewer: Viewer
    asker: Asker
    now: datetime
    memory: Memory = field(default_factory=Memory)

    @property
    def slots(self) -> Mapping[str, Any]:
        return self.understood.slots

    @property
    def excluded(self) -> Mapping[str, Any]:
        """The same slots, for what is not wanted."""
        found: Mapping[str, Any] = self.slots.get("exclude") or {}
        return found

    @property
    def office(self) -> bool:
        """Rights decide, never what the asker is said to be."""
        return self.viewer.is_among(Audience.OFFICE)

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def period(self) -> Period | None:
        return period_of(self.slots)

    @property
    def window(self) -> dict[str, Any]:
        """`start` and `end` of the period, for a selector."""
        period = self.period
        return {"start": period.start if period else None, "end": period.end if period else None}

    @property
    def shown(self) -> int:
        """How many lines to show."""
        limit = self.slots.get("limit")
        return max(1, min(int(limit), AT_MOST)) if limit else SHOWN

    def answered(self, text: Line, **more: Any) -> Answer:
        """An answer, with the period of the question when it is not told another."""
        return self._ended(Outcome.ANSWERED, text, **more)

    def nothing(self, text: Line, **more: Any) -> Answer:
        """« Aucun »: the rows were read, and none fits."""
        return self._ended(Outcome.ANSWERED, text, **{"total": 0, **more})

    def not_found(self, text: Line, **more: Any) -> Answer:
        """What the question is about does not exist here."""
        return self._ended(Outcome.NO_MATCH, text, **more)

    def denied(self, text: Line, **more: Any) -> Answer:
        return self._ended(Outcome.DENIED, text, **more)

    def ask_back(self, text: Line, items: tuple[Item, ...] = (), **more: Any) -> Answer:
        choices = tuple(str(item.title) for item in items)
        return self._ended(Outcome.CLARIFY, text, **{"items": items, "choices": choices, **more})

    def _ended(self, outcome: Outcome, text: Line, **more: Any) -> Answer:
        period = more.pop("period", self.period)
        slots = {**self.slots, **more.pop("slots", {})}
        told = {"period": (period.first, period.last), "period_text": str(period.words)} if period else {}
        return Answer(self.understood.intent, outcome, text, slots=slots, **{**told, **more})
