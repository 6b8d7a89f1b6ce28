"""A part of the index: one vector by distinct text, and the rows that hold these texts, as aligned columns.

The files are mapped, not read: what a search does not touch takes no memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.semantic.documents import Document, mark
from assistant.vectors.embedding import Embedder
from assistant.vectors.ranking import ROWS, Floats, Mask, best, guides, turned

Numbers = NDArray[np.int64]
COLUMNS = ("key", "digest", "entity", "kind", "client", "piano", "reader", "at", "text", "vector")
"""All are numbers: `mark`s of texts, seconds, and where the vector is. Rows stand by key."""
ID = "S64"
TOGETHER = 512  # texts embedded at a time


@dataclass(frozen=True)
class Found:
    """A row whose text is near, the newest of those that hold this very text; `alike` counts the others."""

    entity: int
    id: str
    text: int
    at: int
    score: float
    alike: int


@dataclass(frozen=True)
class Part:
    """What one folder holds."""

    vectors: Floats
    guide: Floats
    rotation: Floats
    ids: NDArray[np.bytes_]
    columns: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, query: Floats, count: int, allowed: Mask | None) -> list[Found]:
        """The `count` nearest texts that an allowed row holds; `query` is a unit vector, not turned."""
        vector = self.columns["vector"]
        texts = None
        if allowed is not None:
            texts = np.zeros(len(self.vectors), bool)
            texts[vector[allowed]] = True
        places, scores = best(self.vectors, self.guide, query @ self.rotation, count, texts)
        return [self._newest(int(place), float(score), allowed) for place, score in zip(places, scores, strict=True)]

    def _newest(self, place: int, score: float, allowed: Mask | None) -> Found:
        holding = self.columns["vector"] == place
        rows = np.flatnonzero(holding if allowed is None else holding & allowed)
        row = rows[np.argmax(self.columns["at"][rows])]
        entity, text, at = (int(self.columns[name][row]) for name in ("entity", "text", "at"))
        return Found(entity, self.ids[row].decode(), text, at, score, len(rows) - 1)

    def vector_of(self, place: int) -> Floats:
        """As the embedder gave it."""
        given: Floats = self.vectors[place] @ self.rotation.T
        return given


def read_part(path: Path) -> Part:
    rotation = np.load(path / "rotation.npy")
    vectors = _mapped(path / "vectors.f32", rotation.shape[1])
    width = guides(np.zeros((1, rotation.shape[1]), np.float32)).shape[1]
    columns = {name: np.load(path / f"{name}.npy") for name in COLUMNS}
    return Part(vectors, _mapped(path / "guide.f32", width), rotation, np.load(path / "ids.npy"), columns)


def write_part(path: Path, documents: Iterable[Document], embedder: Embedder, rotation: Floats | None = None) -> int:
    """Embed these and write them, by pieces; how many distinct texts they hold. Raises embedding.Unavailable.

    Vectors are turned by `rotation`, or else so that the leading coordinates hold the most.
    """
    columns = {name: array("q") for name in COLUMNS}
    ids: list[bytes] = []
    places: dict[int, int] = {}
    waiting: list[str] = []
    raw = path / "raw.f32"
    width = embedder.embed(["accord"]).shape[1]
    with raw.open("wb") as file:

        def embed() -> None:
            file.write(embedder.embed(waiting).tobytes() if waiting else b"")
            waiting.clear()

        for document in documents:
            text = mark(document.text)
            if text not in places:
                places[text] = len(places)
                waiting.append(document.text)
            ids.append(document.id.encode())
            for name, value in _numbers(document).items():
                columns[name].append(value)
            columns["text"].append(text)
            columns["vector"].append(places[text])
            if len(waiting) == TOGETHER:
                embed()
        embed()
    _turn(path, _mapped(raw, width), rotation)
    raw.unlink()
    order = np.argsort(np.array(columns["key"], np.int64), kind="stable")
    for name, values in columns.items():
        np.save(path / f"{name}.npy", np.array(values, np.int64)[order])
    np.save(path / "ids.npy", np.array(ids, ID)[order])
    return len(places)


def _turn(path: Path, vectors: Floats, rotation: Floats | None) -> None:
    """A piece at a time: the whole would not fit in the memory a worker is given."""
    rotation = turned(vectors) if rotation is None else rotation
    np.save(path / "rotation.npy", rotation)
    with (path / "vectors.f32").open("wb") as turned_file, (path / "guide.f32").open("wb") as guide_file:
        for at in range(0, len(vectors), ROWS):
            piece = vectors[at : at + ROWS] @ rotation
            turned_file.write(piece.tobytes())
            guide_file.write(guides(piece).tobytes())


def _numbers(document: Document) -> dict[str, int]:
    names = ("entity", "kind", "client", "piano", "reader")
    marks = {name: mark(getattr(document, name)) for name in names}
    return marks | {"key": document.key, "digest": document.digest, "at": document.at}


def _mapped(file: Path, width: int) -> Floats:
    if not file.stat().st_size:  # an empty file cannot be mapped
        return np.zeros((0, width), np.float32)
    return np.memmap(file, np.float32, "r").reshape(-1, width)
