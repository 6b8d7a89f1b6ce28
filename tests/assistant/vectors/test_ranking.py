"""The pruned search gives what reading every vector gives, whatever the vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.vectors.ranking import FEW, Floats, Mask, best, guides, turned


def units(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled


def read_all(vectors: Floats, query: Floats, count: int, allowed: Mask | None) -> list[int]:
    scores = np.einsum("ij,j->i", vectors, query)
    places = np.arange(len(vectors)) if allowed is None else np.flatnonzero(allowed)
    return sorted(places.tolist(), key=lambda place: (-scores[place], place))[:count]


def made(kind: str, count: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((count, 384), np.float32)
    match kind:
        case "fading":
            rows *= np.exp(-np.arange(384) / 40, dtype=np.float32)
        case "copies":
            rows = rows[random.integers(0, 20, count)]
        case "empty":
            rows[random.random(count) < 0.5] = 0
        case "clustered":
            rows = rows[random.integers(0, 20, count)] + 0.01 * rows
    vectors = units(rows)
    return units(vectors @ turned(vectors))


@pytest.mark.parametrize("kind", ["random", "fading", "copies", "empty", "clustered"])
@given(seed=st.integers(0, 2**32), count=st.sampled_from([1, 10, 50]), share=st.sampled_from([1.0, 0.9, 0.01, 0.0]))
@settings(max_examples=12, deadline=None)
def test_it_finds_what_reading_everything_finds(kind: str, seed: int, count: int, share: float) -> None:
    vectors = made(kind, 2 * FEW, seed)
    random = np.random.default_rng(seed + 1)
    near = vectors[random.integers(len(vectors))] + 0.3 * units(random.standard_normal((1, 384), np.float32))[0]
    query = units(near[None])[0]
    allowed = None if share == 1.0 else random.random(len(vectors)) < share
    places, scores = best(vectors, guides(vectors), query, count, allowed)
    assert places.tolist() == read_all(vectors, query, count, allowed)
    assert scores == pytest.approx((vectors.astype(float) @ query)[places], abs=1e-5)


def test_a_guide_never_promises_less_than_its_vector_holds() -> None:
    vectors, queries = made("fading", 2000, 1), made("random", 100, 2)
    assert (guides(vectors) @ guides(queries).T >= vectors @ queries.T - 1e-5).all()


def test_equal_vectors_come_in_the_order_they_stand() -> None:
    vectors = np.repeat(made("random", 3, 5), 4000, axis=0)
    places, _ = best(vectors, guides(vectors), vectors[4000], 10)
    assert places.tolist() == list(range(4000, 4010))


def test_fewer_are_given_than_asked_when_there_are_no_more() -> None:
    vectors = made("random", 3, 3)
    assert len(best(vectors, guides(vectors), vectors[0], 10)[0]) == 3
    nobody = np.zeros(3, bool)
    assert len(best(vectors, guides(vectors), vectors[0], 10, nobody)[0]) == 0


def test_short_vectors_are_searched_too() -> None:
    vectors = units(np.random.default_rng(4).standard_normal((9000, 16), np.float32))
    places, _ = best(vectors, guides(vectors), vectors[7], 5)
    assert places.tolist() == read_all(vectors, vectors[7], 5, None)
