"""What a labelled note says, and how a reading is held against it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pianos.notes import Reading, read_note

_PAGES = tuple(Path(__file__).parent / name for name in ("by_hand.txt", "by_hand_later.txt"))


@dataclass(frozen=True)
class Labelled:
    """A note, its temperature, humidity and pitch, and the types it leaves open (`!`) or tells put right (`=`)."""

    text: str
    numbers: tuple[float | None, float | None, float | None]
    outcomes: frozenset[str]


def numbers_of(reading: Reading) -> tuple[float | None, float | None, float | None]:
    warm, humid, pitch = reading.temperature, reading.humidity, reading.pitch
    return (warm.value if warm else None, humid.value if humid else None, pitch.value if pitch else None)


def outcomes_of(reading: Reading) -> frozenset[str]:
    return frozenset(("!" if one.is_open else "=") + one.type for one in reading.outcomes)


def by_hand() -> list[Labelled]:
    found = []
    for line in (line for page in _PAGES for line in page.read_text("utf-8").splitlines()):
        if line and not line.startswith("#"):
            text, numbers, outcomes = line.split(" || ")
            warm, humid, pitch = (None if one == "-" else float(one) for one in numbers.split())
            found.append(
                Labelled(
                    text.replace("\\n", "\n"),
                    (warm, humid, pitch),
                    frozenset(one for one in outcomes.split() if one != "-"),
                )
            )
    return found


@dataclass(frozen=True)
class Score:
    """How many readings are exact, and the F1 of what is left open and of what is put right."""

    exact: float
    open_f1: float
    right_f1: float
    wrong: tuple[str, ...]


def score(notes: list[Labelled]) -> Score:
    exact = 0
    counts = {"!": [0, 0, 0], "=": [0, 0, 0]}  # found and meant, found, meant
    wrong = []
    for note in notes:
        reading = read_note(note.text)
        numbers, outcomes = numbers_of(reading), outcomes_of(reading)
        exact += numbers == note.numbers
        for sign, tally in counts.items():
            found = {one for one in outcomes if one[0] == sign}
            meant = {one for one in note.outcomes if one[0] == sign}
            tally[0] += len(found & meant)
            tally[1] += len(found)
            tally[2] += len(meant)
        if numbers != note.numbers or outcomes != note.outcomes:
            wrong.append(f"{note.text!r}: {numbers} {sorted(outcomes)}, not {note.numbers} {sorted(note.outcomes)}")
    return Score(exact / len(notes), _f1(*counts["!"]), _f1(*counts["="]), tuple(wrong))


def _f1(both: int, found: int, meant: int) -> float:
    return 2 * both / (found + meant) if found + meant else 1.0
