"""A process that publishes one index after another until somebody kills it.

The index of number n holds 200 rows that say n, and its mark says n too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.semantic import storing
from assistant.semantic.documents import Document
from assistant.semantic.parts import write_part
from assistant.vectors.embedding import units
from assistant.vectors.ranking import Floats

ROWS = 200


class Digits:
    """Embeds a text by its letters: enough for texts that differ."""

    name = "digits"

    def embed(self, texts: Sequence[str]) -> Floats:
        rows = [np.bincount(list(text.encode()), minlength=128) for text in texts]
        return units(np.array(rows, np.float32))


def saying(number: int) -> Iterator[Document]:
    for row in range(ROWS):
        yield Document("timeline", f"tme_{row}", f"{number} row {row}", at=number)


def write_next(directory: Path) -> int:
    """Publish the number after the published one, as `rebuild` does."""
    with storing.writing(directory):
        try:
            number = int(storing.read_manifest(directory).mark) + 1
        except storing.Missing:
            number = 1
        with storing.new_folder(directory, "main") as path:
            write_part(path, saying(number), Digits())
            storing.publish(directory, storing.Manifest(main=storing.sealed(path), mark=str(number)))
    return number


def write_for_ever(directory: str) -> None:
    """Say each number once it is published."""
    while True:
        sys.stdout.write(f"{write_next(Path(directory))}\n")
        sys.stdout.flush()
