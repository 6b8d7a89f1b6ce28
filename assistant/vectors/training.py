"""Learns the offline embedder from texts: rarity of each feature, then the directions in which texts differ the most.

Run in a process of its own, whose memory goes away with it: `python -m assistant.vectors.training OUT` reads one JSON
text a line on its standard input. Truncated SVD by subspace iteration: the matrix of texts is only walked, never made
dense.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.vectors.features import BUCKETS, features

DIMENSIONS = 384
SPARE = 32
"""Directions followed besides, so that the last of those kept are right."""
ROUNDS = 4
SAMPLE = 40_000
"""Texts learned from, drawn among the distinct ones: more change no direction that matters."""
SEED = 20_261_120

Floats = NDArray[np.float32]
Text = tuple[NDArray[np.intp], Floats]


def train(texts: Iterable[str]) -> tuple[Floats, Floats]:
    """The rarity of each bucket, and the projection of buckets on the kept directions, the strongest first."""
    rows = [found for text in _sampled(texts) if len((found := _row(text))[0])]
    seen = np.zeros(BUCKETS)
    for buckets, _ in rows:
        seen[buckets] += 1
    rarity = (np.log((1 + len(rows)) / (1 + seen)) + 1).astype(np.float32)
    weighted = [(buckets, _unit(weights * rarity[buckets])) for buckets, weights in rows]
    return rarity, _directions(weighted)


def _sampled(texts: Iterable[str]) -> Sequence[str]:
    distinct = list(dict.fromkeys(texts))
    if len(distinct) <= SAMPLE:
        return distinct
    return [distinct[place] for place in np.random.default_rng(SEED).choice(len(distinct), SAMPLE, replace=False)]


def _row(text: str) -> Text:
    buckets, weights = features(text)
    return np.array(buckets, np.intp), np.array(weights, np.float32)


def _unit(weights: Floats) -> Floats:
    unit: Floats = weights / np.linalg.norm(weights)
    return unit


def _directions(rows: Sequence[Text]) -> Floats:
    """The leading right singular vectors of the matrix of texts, as columns."""
    followed = min(DIMENSIONS + SPARE, len(rows))  # so few texts differ in no more directions than that
    random = np.random.default_rng(SEED)
    basis = _orthonormal(random.standard_normal((BUCKETS, followed), np.float32))
    for _ in range(ROUNDS):
        image = np.zeros_like(basis)
        for buckets, weights in rows:
            image[buckets] += np.outer(weights, weights @ basis[buckets])
        basis = _orthonormal(image)
    inside = np.zeros((followed, followed))
    for buckets, weights in rows:
        seen = weights @ basis[buckets]
        inside += np.outer(seen, seen)
    strongest = np.linalg.eigh(inside)[1][:, ::-1][:, :DIMENSIONS]
    return np.ascontiguousarray(basis @ strongest.astype(np.float32))


def _orthonormal(columns: Floats) -> Floats:
    """Unit columns at right angles that span the same; fifteen times faster than QR on so tall a matrix."""
    precise = columns.astype(np.float64)
    lengths, turned = np.linalg.eigh(precise.T @ precise)
    made: Floats = (precise @ (turned / np.sqrt(np.maximum(lengths, lengths[-1] * 1e-12)))).astype(np.float32)
    return made


def main(out: str) -> None:
    rarity, projection = train(json.loads(line) for line in sys.stdin)
    folder = Path(out)
    np.save(folder / "rarity.npy", rarity)
    np.save(folder / "projection.npy", projection)


if __name__ == "__main__":
    main(sys.argv[1])
