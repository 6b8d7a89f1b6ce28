"""What a conversation remembers between two questions: plain JSON, kept by whoever keeps the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.understanding.results import Outcome, Understood

if TYPE_CHECKING:
    from assistant.answering.contract import Answer


@dataclass(frozen=True)
class Listed:
    """One line of the last list, in its order."""

    kind: str
    id: str
    name: str
    city: str = ""
    client: str = ""


@dataclass(frozen=True)
class Memory:
    """The client and the piano spoken of, the last list, the last question, and the one that waits for a choice."""

    client: str = ""
    piano: str = ""
    listed: tuple[Listed, ...] = ()
    last: Understood | None = None
    pending: Understood | None = None
    """A question that was clear but for its client: it is answered once one of the listed is chosen."""

    def after(self, understood: Understood, answer: Answer) -> Memory:
        """The memory once this was answered."""
        if understood.intent == "reset":
            return Memory()
        asked_back = answer.outcome is Outcome.CLARIFY and bool(answer.items)
        focus = answer.focus
        client, piano = self.client, self.piano
        if focus is not None:
            client, piano = (focus.id, "") if focus.kind == "client" else (client, focus.id)
        told = tuple(Listed(one.kind, one.id, str(one.title), one.city, one.client) for one in answer.items)
        # What a choice was made of is what « et la semaine prochaine ? » takes up.
        completed = answer.intent != understood.intent
        last = replace(understood, intent=answer.intent, slots=answer.slots) if completed else understood
        waiting = (self.pending or understood) if asked_back and "select_index" in understood.slots else understood
        return replace(
            self,
            client=client,
            piano=piano,
            # A list that came out empty is the last list all the same: « le deuxième » is not of the one before.
            listed=told if answer.total is not None else told or self.listed,
            last=last,
            pending=waiting if asked_back else None,
        )

    def to_json(self) -> dict[str, Any]:
        """A value that JSON holds, and `from_json` reads."""
        return {
            "client": self.client,
            "piano": self.piano,
            "listed": [asdict(one) for one in self.listed],
            "last": _told(self.last),
            "pending": _told(self.pending),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Memory:
        """What `to_json` gave; an empty memory for nothing."""
        if not kept:
            return cls()
        listed = tuple(Listed(**one) for one in kept.get("listed", ()))
        return cls(
            kept.get("client", ""), kept.get("piano", ""), listed, _read(kept.get("last")), _read(kept.get("pending"))
        )


def _told(understood: Understood | None) -> dict[str, Any] | None:
    if understood is None:
        return None
    return {"intent": understood.intent, "slots": dict(understood.slots), "outcome": understood.outcome.value}


def _read(kept: Mapping[str, Any] | None) -> Understood | None:
    return Understood(kept["intent"], kept["slots"], Outcome(kept["outcome"])) if kept else None
