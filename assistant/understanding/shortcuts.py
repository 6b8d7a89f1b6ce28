"""The commands that start with a dot. Most are ordinary questions; four take the words behind them as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.understanding.slots import texts
from assistant.understanding.slots.found import Found
from assistant.understanding.text import Question
from assistant.understanding.words import is_one_slip

_LITERAL = {"cherche": "client_search", "piano": "piano_search", "stock": "inventory_stock"}


def strip(question: Question) -> tuple[Question, bool]:
    """The question without its leading dot, and whether there was one: « .mes rv », « . Mes RV »."""
    folded = question.folded
    if not folded.startswith((".", "/")) or not folded.strip("./ "):
        return question, False
    start = len(folded) - len(folded.lstrip("./ "))
    return replace(question, folded=folded[start:], origins=question.origins[start:]), True


def read(found: Found) -> tuple[str, dict[str, Any]] | None:
    """« .cherche X », « .piano N », « .stock X »; nothing for a shortcut that reads as a sentence."""
    sentence = found.sentence
    first = sentence.word(0)
    command = next((one for one in _LITERAL if one == first or (len(first) >= 4 and is_one_slip(one, first))), None)
    if command is None:
        return None
    first_word, last_word = texts.trim(sentence, 1, len(sentence.words), keep=lambda _: True)
    rest = sentence.typed(first_word, last_word)
    if command == "stock":
        slots: dict[str, Any] = {"product": rest} if rest else {}
        if "technician" in found.values:
            slots = {"technician": found.values["technician"]}
        return "inventory_stock", slots
    if command == "piano":
        if "serial" in found.values:
            return "piano_search", {"serial": found.values["serial"]}
        return None if rest else ("piano_search", {})
    if sentence.text(first_word, last_word) in ("", "client", "clients"):
        return "client_search", {}
    if found.values.keys() & {"city", "cities", "neighborhood", "piano_make", "serial", "phone_suffix"} or sentence.has(
        "quote"
    ):
        return None
    return "client_search", {"client_name": found.values.get("client_name", rest)}
