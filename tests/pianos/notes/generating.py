"""Invented notes with their labels: two languages, many spellings, slips of the thumb; a same seed gives the same."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

from tests.pianos.notes.labels import Labelled

_PAGE = Path(__file__).parent / "pieces.txt"


def _pieces() -> dict[str, tuple[str, ...]]:
    lines = [line for line in _PAGE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    labels = (line.partition(": ") for line in lines)
    return {label: tuple(piece.strip() for piece in pieces.split(" | ")) for label, _, pieces in labels}


PIECES = _pieces()
SAYINGS = tuple(label for label in PIECES if label[0] in "!=-")
SILENT = 0.25
"""Share of the notes without opening, and without closing."""


def notes(count: int, seed: int) -> list[Labelled]:
    dice = random.Random(seed)
    return [_note(dice) for _ in range(count)]


def _note(dice: random.Random) -> Labelled:
    parts = [_maybe(dice, "openings")]
    numbers: list[float | None] = [None, None, None]
    if dice.random() < 0.3:
        pitch = dice.choice((440, 441, 442, 439.5, 438))
        parts.append(dice.choice(PIECES["pitches"]).format(p=_figure(dice, pitch)))
        numbers[2] = pitch
    if dice.random() < 0.6:
        told, numbers[0], numbers[1] = _climate(dice)
        parts.append(told + dice.choice(("", ".", ";")))
    outcomes: dict[str, str] = {}
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        label = dice.choice(SAYINGS)
        if label[1:] not in outcomes:
            said = _misspelt(dice, _named(dice, dice.choice(PIECES[label])))
            parts.append(said + dice.choice((".", ".", " -", ";", "!")))
            outcomes[label[1:]] = label
    parts.append(_maybe(dice, "closings"))
    text = _ended([part for part in parts if part], dice)
    return Labelled(
        text, (numbers[0], numbers[1], numbers[2]), frozenset(one for one in outcomes.values() if one != "-")
    )


def _maybe(dice: random.Random, label: str) -> str:
    return "" if dice.random() < SILENT else dice.choice(PIECES[label])


def _named(dice: random.Random, piece: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: dice.choice(PIECES[match[1]]), piece)


def _ended(parts: list[str], dice: random.Random) -> str:
    """The parts one after the other, none running into the next."""
    ended = [part if part[-1] in ".;!,-" else part + dice.choice((".", ",", " /", ".")) for part in parts]
    text = dice.choice((" ", " ", " ", "\n")).join(ended)
    if dice.random() < 0.25:
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    elif dice.random() < 0.1:
        text = unicodedata.normalize("NFD", text)
    return text.upper() if dice.random() < 0.04 else text


def _climate(dice: random.Random) -> tuple[str, float | None, float | None]:
    humid = dice.choice((dice.randint(18, 68), dice.randint(25, 60), dice.randint(200, 600) / 10))
    draw = dice.random()
    if draw < 0.12:
        warm = dice.randint(60, 78)
        told = dice.choice(PIECES["fahrenheits"]).format(f=warm, h=_figure(dice, humid))
        return told, round((warm - 32) * 5 / 9, 1), humid
    degrees = dice.choice(
        (dice.randint(16, 26), dice.randint(16, 26), dice.randint(150, 260) / 10, -dice.randint(1, 8))
    )
    if draw < 0.2:
        return dice.choice(PIECES["warms"]).format(t=_figure(dice, degrees)), degrees, None
    if draw < 0.3:
        return dice.choice(PIECES["humids"]).format(h=_figure(dice, humid)), None, humid
    return dice.choice(PIECES["climates"]).format(t=_figure(dice, degrees), h=_figure(dice, humid)), degrees, humid


def _figure(dice: random.Random, value: float) -> str:
    written = f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return written.replace(".", dice.choice((",", ".")))


def _misspelt(dice: random.Random, text: str) -> str:
    """One slip in a long word, one note in four; never in its first letter, nor so that it becomes another word."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 8 and word.isalpha()]
    if not long or dice.random() > 0.25:
        return text
    place = dice.choice(long)
    word = words[place]
    at = dice.randrange(2, len(word) - 2)
    words[place] = dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
