"""Questions from a file of JSON lines to a file of JSON lines: what they are understood as, without any data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistant.understanding.results import Turn
from assistant.understanding.understanding import Refused, understand
from assistant.understanding.vocabulary import Vocabulary
from syncing.french import COMPANY_ZONE


def understand_line(line: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """`{"id", "q", "user", "role", "now", "history"}` → `{"id", "intent", "slots", "outcome"}`.

    A question that is refused has the intent `empty` and the outcome `error`. Raises `KeyError` or `ValueError` on a
    line that is not a question.
    """
    now = datetime.fromisoformat(line["now"])
    history = [Turn(turn["role"], turn["content"]) for turn in line.get("history") or ()]
    try:
        understood = understand(
            line["q"],
            vocabulary=vocabulary,
            now=now.astimezone(COMPANY_ZONE).replace(tzinfo=None) if now.tzinfo else now,
            asker=vocabulary.asker(line.get("user") or "", line.get("role") or "technician"),
            history=history,
        )
    except Refused:
        return {"id": line["id"], "intent": "empty", "slots": {}, "outcome": "error"}
    return {
        "id": line["id"],
        "intent": understood.intent,
        "slots": dict(understood.slots),
        "outcome": str(understood.outcome),
    }
