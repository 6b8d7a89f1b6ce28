"""What words added by the office would have caught over the last year, before they are added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pianos.maintenance.lexicons import lexicon
from pianos.maintenance.scanning import HORIZON, notes_of_watched
from pianos.models import TimelineEntry
from pianos.notes import Keyword, Lexicon, read_note
from pianos.readings import note_text

SHOWN = 20


@dataclass(frozen=True)
class Caught:
    """A note whose reading changes: opened, or put right, that was not; the exact words."""

    entry: TimelineEntry
    words: str
    is_resolution: bool


@dataclass(frozen=True)
class Trial:
    """How many notes were looked at and would change, and the latest of these."""

    looked: int
    changed: int
    latest: tuple[Caught, ...]


def try_words(keyword: Keyword, *, now: datetime) -> Trial:
    """Read the notes of the last year with and without the new words."""
    today, _ = lexicon()
    then, _ = lexicon(more=[keyword])
    looked = changed = 0
    latest: list[Caught] = []
    entries = [one for one in notes_of_watched(now - HORIZON) if one.deleted_at is None]
    for entry in reversed(entries):
        looked += 1
        text = note_text(entry)
        caught = _change(entry, text, keyword.type, today, then)
        if caught:
            changed += 1
            if len(latest) < SHOWN:
                latest.append(caught)
    return Trial(looked, changed, tuple(latest))


def _change(entry: TimelineEntry, text: str, type_: str, today: Lexicon, then: Lexicon) -> Caught | None:
    before = next((one for one in read_note(text, lexicon=today).outcomes if one.type == type_), None)
    after = next((one for one in read_note(text, lexicon=then).outcomes if one.type == type_), None)
    if after is None or (before and before.is_open == after.is_open):
        return None
    said = after.problem if after.is_open else after.resolution or after.problem
    return Caught(entry, said.span.words, not after.is_open) if said else None
