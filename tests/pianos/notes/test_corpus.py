"""The reader held against many labelled notes: generated ones, and those a person wrote without looking at the cues."""

from __future__ import annotations

import time
from statistics import median

import pytest

from pianos.notes import read_note
from tests.pianos.notes.generating import notes
from tests.pianos.notes.labels import Labelled, by_hand, score

EXACT = 0.995
F1 = 0.97


def check(labelled: list[Labelled]) -> None:
    found = score(labelled)
    shown = "\n".join(found.wrong[:40])
    assert found.exact >= EXACT, f"{found.exact:.4f} of the readings are exact\n{shown}"
    assert found.open_f1 >= F1, f"F1 of what is open: {found.open_f1:.4f}\n{shown}"
    assert found.right_f1 >= F1, f"F1 of what is put right: {found.right_f1:.4f}\n{shown}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_notes_are_read_as_labelled(seed: int) -> None:
    labelled = notes(1_500, seed)
    assert len({one.text for one in labelled}) > 1_200
    check(labelled)


def test_notes_written_by_hand_are_read_as_labelled() -> None:
    labelled = by_hand()
    assert len(labelled) >= 300
    check(labelled)


def test_a_note_takes_about_a_millisecond_at_most() -> None:
    """A guard against a slow rule, far from the limit on purpose: the machine may be busy."""
    times = []
    for one in notes(300, 4):
        began = time.perf_counter()
        read_note(one.text)
        times.append(time.perf_counter() - began)
    assert median(times) < 0.005


def test_a_note_of_sixty_kilobytes_is_read_to_its_end() -> None:
    text = "Rien à signaler sur ce piano. " * 2_000 + "PLS débranché, 21C, 39%"
    reading = read_note(text)
    assert [one.type for one in reading.open_problems] == ["alimentation"]
    assert reading.humidity is not None
    assert reading.humidity.span.end == len(text)


@pytest.mark.parametrize("text", ["9" * 60_000, "%" * 60_000, "é" * 60_000, "21C, " * 12_000, "pas " * 15_000])
def test_a_note_of_sixty_kilobytes_of_anything_does_not_hang(text: str) -> None:
    began = time.perf_counter()
    read_note(text)
    assert time.perf_counter() - began < 10
