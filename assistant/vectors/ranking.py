"""The exact best of many vectors, without reading most of them.

Each unit vector has a short guide: its leading coordinates, then the lengths of what follows, stretch by stretch. The
product of two guides is never less than that of their vectors (Cauchy-Schwarz, stretch by stretch), so that a guide
below the best already found rules its vector out. Where the leading coordinates hold most of the length, which `turned`
sees to, few vectors are left to be read; where they do not, such as random ones, all are.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

LEADING, STRETCHES = 64, 32
"""Of 126 519 learned vectors they leave a hundred to be read, for one question in twenty five thousand: reading fewer
columns of all costs more in the end, as does reading more."""
SLACK = 1e-4
"""Above the rounding of any product of unit vectors of 1 536 coordinates or fewer in single precision."""
FIRST_READ = (128, 2048)
"""How many of the most promising are read to know what the others must reach; more when the first are not enough."""
FEW = 4096
"""As many vectors are read whole in less time than all guides."""
ROWS = 8192  # of a product made piece by piece
GATHERED = 512
"""Vectors read at a time: they stay in the processor’s cache, and no memory is asked of the system for them."""


def turned(vectors: Floats) -> Floats:
    """The rotation that puts the directions in which these vectors are longest first."""
    moment = np.zeros((vectors.shape[1], vectors.shape[1]))
    for at in range(0, len(vectors), ROWS):
        piece = vectors[at : at + ROWS]
        moment += piece.T @ piece
    rotation: Floats = np.ascontiguousarray(np.linalg.eigh(moment)[1][:, ::-1], dtype=np.float32)
    return rotation


def guides(vectors: Floats) -> Floats:
    """A row by vector; see above. Vectors of 64 coordinates or fewer guide themselves."""
    if vectors.shape[1] <= LEADING:
        return vectors
    edges = np.linspace(LEADING, vectors.shape[1], STRETCHES + 1).astype(int)
    made = np.empty((len(vectors), LEADING + STRETCHES), np.float32)
    made[:, :LEADING] = vectors[:, :LEADING]
    for number, (first, last) in enumerate(pairwise(edges)):
        made[:, LEADING + number] = np.linalg.norm(vectors[:, first:last], axis=1)
    return made


def best(
    vectors: Floats, guide: Floats, query: Floats, count: int, allowed: Mask | None = None
) -> tuple[Places, Floats]:
    """Where the `count` vectors nearest to a unit query are, among those allowed, and their products with it.

    The nearest first, equal ones in the order they stand. What a vector scores is its product in single precision,
    made alone: it depends on nothing but the vector and the query.
    """
    if allowed is not None:
        places = np.flatnonzero(allowed)
        if len(places) <= FEW:
            return _best_of(vectors, places, query, count)
    ceilings = guide @ guides(query[None])[0]
    if allowed is not None:
        ceilings[~allowed] = -np.inf
    for size in FIRST_READ:
        read = _largest(ceilings, max(size, count))
        places = _reaching(ceilings, _scores(vectors, read, query), count)
        if len(places) <= 4 * size:
            break
    if len(places) > len(vectors) // 3:  # the guides rule too little out: reading everything in order is faster
        scores = vectors @ query
        if allowed is not None:
            scores[~allowed] = -np.inf
        places = _reaching(scores, scores, count)
    return _best_of(vectors, places, query, count)


def merged(found: Iterable[tuple[Places, Floats]], count: int) -> list[tuple[int, int, float]]:
    """The best of several lists, as (which list, place, product)."""
    rows = [
        (number, int(place), float(score))
        for number, (places, scores) in enumerate(found)
        for place, score in zip(places, scores, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))[:count]


def _largest(values: Floats, count: int) -> Places:
    return np.argpartition(values, -count)[-count:] if count < len(values) else np.arange(len(values))


def _reaching(values: Floats, reached: Floats, count: int) -> Places:
    """Whose value is not below the `count`-th of those already reached."""
    if len(reached) <= count:
        return np.flatnonzero(values > -np.inf)
    floor = np.partition(reached, -count)[-count]
    return np.flatnonzero(values >= floor - SLACK)


def _best_of(vectors: Floats, places: Places, query: Floats, count: int) -> tuple[Places, Floats]:
    scores = _scores(vectors, places, query)
    order = np.lexsort((places, -scores))[:count]
    return places[order], scores[order]


def _scores(vectors: Floats, places: Places, query: Floats) -> Floats:
    """One row after another: a product of matrices rounds a row by where it stands among the others."""
    scores = np.empty(len(places), np.float32)
    for at in range(0, len(places), GATHERED):
        np.einsum("ij,j->i", vectors[places[at : at + GATHERED]], query, out=scores[at : at + GATHERED])
    return scores
