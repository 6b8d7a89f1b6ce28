"""What a conversation has said so far: the last question, the client spoken of, what was offered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.understanding.results import Outcome, Understood

_FORGOTTEN = frozenset({"smalltalk", "help", "empty"})
_CHOICE = re.compile(r"(?m)(?:^|\s)\d+[.)]\s")
_TO_AGREE_TO = re.compile(r"\b(?:[Vv]oulez-vous|[Dd]ois-je|[Ss]ouhaitez-vous|[Ff]aut-il)\b[^?]*\?\s*$")
_PROPOSED = re.compile(r"Voulez-vous dire (.+?)\s*\?")
# « Une cliente : Lucie Bédard (Laval). »
_ONE_CLIENT = re.compile(r"Une? cliente? : (.+?)(?: \(|[.,]|$)")


class Context:
    """Filled turn after turn, in order."""

    def __init__(self, previous: Understood | None = None) -> None:
        self.last: Understood | None = None
        self.client: dict[str, Any] = {}
        """`client_name` or `client_id` of the client spoken of."""
        self.offered: Understood | None = None
        """What the last answer proposed instead, for « oui »."""
        self.has_choices = False
        """The last answer is a numbered list."""
        self.choices = 0
        """How many it names."""
        self.asks = False
        """The last answer ends on something to agree to."""
        self.proposed = ""
        """The person or client the last answer asks about: « Voulez-vous dire Maude Pilote ? »."""
        if previous is not None:
            self.hear(previous)

    def hear(self, said: Understood) -> None:
        """Remembers a question; « nouvelle recherche » forgets, politeness changes nothing."""
        self.offered, self.has_choices, self.proposed, self.asks = None, False, "", False
        if said.intent == "reset":
            self.last, self.client = None, {}
        elif said.intent not in _FORGOTTEN:
            if said.outcome is Outcome.NOT_A_TECHNICIAN:
                said = replace(said, intent="all_appointments", slots={**said.slots, "scope": "all"})
                self.offered = said
            self.last = said
            self.client = {
                slot: said.slots[slot] for slot in ("client_name", "client_id") if slot in said.slots
            } or self.client

    def is_past(self, now: datetime) -> bool:
        """The last question was about a time that is over, so « en janvier » is a January that has been."""
        said = self.last.slots.get("date_range", {}) if self.last else {}
        return "end" in said and str(said["end"]) < now.date().isoformat()

    def see(self, answer: str) -> None:
        """Remembers what the assistant answered: choices, somebody proposed, the client it found."""
        self.choices = len(_CHOICE.findall(answer))
        self.has_choices = self.choices > 0
        self.asks = bool(_TO_AGREE_TO.search(answer))
        if proposed := _PROPOSED.search(answer):
            self.proposed = proposed.group(1).strip()
        found = _ONE_CLIENT.match(answer)
        if found and self.client.get("client_name"):
            self.client = {"client_name": found.group(1).strip()}
            if self.last is not None and "client_name" in self.last.slots:
                self.last = replace(self.last, slots={**self.last.slots, **self.client})
