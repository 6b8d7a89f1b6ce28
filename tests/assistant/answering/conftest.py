"""A house with its people, read a while ago, and a way to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.answering import Answer, Memory, answer
from assistant.understanding.results import Outcome, Understood
from tests.assistant.answering.house import NOW, House, all_people, sealed

Ask = Callable[..., Answer]


@pytest.fixture
def house() -> House:
    sealed()
    return House(all_people())


@pytest.fixture
def ask(house: House) -> Ask:
    """`ask("simon", "my_appointments", date_range=…)`; `lacks` names what the understanding found missing."""

    def asking(
        who: str,
        intent: str,
        *,
        memory: Memory | None = None,
        outcome: Outcome = Outcome.ANSWERED,
        lacks: tuple[str, ...] = (),
        **slots: Any,
    ) -> Answer:
        somebody = house.people[who]
        understood = Understood(
            intent, slots, outcome, missing=lacks, ask_back="Lequel ?" if outcome is Outcome.CLARIFY else ""
        )
        return answer(understood, viewer=somebody.viewer, asker=somebody.asker, now=NOW, memory=memory)

    return asking


def days(first: str, last: str = "") -> dict[str, str]:
    """The slot of a range of days of March 2026, or of whole dates."""
    return {"start": _day(first), "end": _day(last or first)}


def _day(told: str) -> str:
    return told if "-" in told else f"2026-03-{told}"


def lines(found: Answer) -> str:
    """Everything an answer shows, as text."""
    told = [str(found.text), *found.notes]
    for item in found.items:
        told += [str(item.title), *map(str, item.lines), *item.badges]
    return "\n".join(told)
