"""What turns texts into unit vectors: an interface, and the offline embedder that answers it from what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.vectors.features import bucket_of, features
from assistant.vectors.ranking import Floats

RARE = log(1000) + 1
"""The weight training gives to what one text in a thousand has."""


class Unavailable(Exception):
    """Texts cannot be embedded now; the message says why, in French."""


class NothingToLearn(Unavailable):
    """There is no text yet."""


class Embedder(Protocol):
    """Same text, same vector. `name` changes with the space: vectors of two names cannot be compared."""

    name: str

    def embed(self, texts: Sequence[str]) -> Floats:
        """A unit vector by text, or zeros for a text without words. Raises Unavailable."""


class Learned:
    """The model that `assistant.vectors.training` left in a folder; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self.name = f"learned:{folder.name}"
        self._rarity = np.load(folder / "rarity.npy")
        self._projection = np.load(folder / "projection.npy", mmap_mode="r")

    def embed(self, texts: Sequence[str]) -> Floats:
        made = np.zeros((len(texts), self._projection.shape[1]), np.float32)
        for row, text in zip(made, texts, strict=True):
            buckets, weights = features(text)
            if buckets:
                row[:] = (np.array(weights, np.float32) * self._rarity[buckets]) @ self._projection[buckets]
        return units(made)

    def is_rare(self, word: str) -> bool:
        """Whether fewer than one text in a thousand has this folded word."""
        return bool(self._rarity[bucket_of(word)] > RARE)


def units(rows: Floats) -> Floats:
    """Each row at length one; those of no length stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled
