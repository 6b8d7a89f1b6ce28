"""Every date and hour in a question, as Québec says them: `find`. Pure: no clock is read, nothing is guessed."""

from __future__ import annotations

from assistant.understanding.times.finding import LATEST, OPEN, When, find

__all__ = ["LATEST", "OPEN", "When", "find"]
