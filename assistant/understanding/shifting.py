"""« le jour d'après », « la semaine suivante »: after what was spoken of, not after today."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from assistant.understanding.results import Understood
from assistant.understanding.slots.found import Found

# « le jour d'après »: days to move by; 0 is the length of the stretch itself (« celle d'après »).
_SHIFTS = (
    (re.compile(r"\b(?:jour d'apres|lendemain|jour suivant|jour apres|next day)\b"), 1),
    (re.compile(r"\b(?:matin|midi|aprem|soir) d'apres\b"), 1),
    (re.compile(r"\b(?:jour d'avant|veille|jour precedent)\b"), -1),
    (re.compile(r"\b(?:semaine d'apres|semaine suivante|semaine apres|sem d'apres|following week)\b"), 7),
    (re.compile(r"^(?:et |pis )?l[ae] suivante?$"), 0),
    (re.compile(r"\b(?:celle|celui|mois|annee) (?:d'apres|suivante?)\b"), 0),
    (re.compile(r"\b(?:semaine d'avant|semaine precedente)\b"), -7),
)
# After the next visit of a client, « celui d'avant » is the last one.
_VISITS = (
    ("last", re.compile(r"\b(?:celui|celle) d'avant\b|\bl[ea] precedente?\b|\bl[ea] derniere? (?:fois|visite)\b")),
    ("next", re.compile(r"\b(?:celui|celle) d'apres\b|\bl[ea] suivante?\b|\bl[ea] prochaine? (?:fois|visite)\b")),
)
_YEAR_BEFORE = re.compile(r"\b(?:an|annee) (?:d'avant|precedente?)\b|\byear before\b")
_MONTH_BEFORE = re.compile(r"\bmois (?:d'avant|precedent)\b")


def shifted(found: Found, last: Understood) -> dict[str, Any] | None:
    """The slots of the last question, moved; nothing when no such words are said."""
    said = last.slots.get("date_range", {})
    if last.intent == "client_appointments" and last.slots.get("direction") in ("next", "last"):
        for direction, pattern in _VISITS:
            if pattern.search(found.sentence.question.folded):
                return {**last.slots, "direction": direction}
    if _MONTH_BEFORE.search(found.sentence.question.folded) and len(said) == 2:
        end = date.fromisoformat(said["start"]).replace(day=1) - timedelta(days=1)
        return {**last.slots, "date_range": {"start": end.replace(day=1).isoformat(), "end": end.isoformat()}}
    if _YEAR_BEFORE.search(found.sentence.question.folded) and len(said) == 2:
        year = int(said["start"][:4]) - 1
        return {**last.slots, "date_range": {"start": f"{year}-01-01", "end": f"{year}-12-31"}}
    shift = next((days for pattern, days in _SHIFTS if pattern.search(found.sentence.question.folded)), None)
    if shift is None or len(said) != 2:
        return None
    start, end = (date.fromisoformat(said[edge]) for edge in ("start", "end"))
    moved = timedelta(days=shift or (end - start).days + 1)
    kept = {slot: value for slot, value in last.slots.items() if slot != "default_period"}
    if part := found.values.get("part_of_day"):
        kept["part_of_day"] = part
    moved_range = {"start": (start + moved).isoformat(), "end": (end + moved).isoformat()}
    return {**kept, "date_range": moved_range}
