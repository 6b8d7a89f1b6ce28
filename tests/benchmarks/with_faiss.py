"""Our search beside FAISS, one question after the other, in its interpreter: numpy and FAISS are all it needs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import faiss
import numpy as np

from assistant.vectors.ranking import Floats, best, guides, turned

COUNT = 10
WARM = 5  # questions that are not counted


def main(vectors: str, questions: str) -> None:
    learned, asked = np.load(vectors), np.load(questions)
    measure("learned", learned, asked)
    random = np.random.default_rng(1)
    drawn = unit(random.standard_normal(learned.shape, np.float32))
    measure("random", drawn, unit(random.standard_normal(asked.shape, np.float32))[:100])


def unit(rows: Floats) -> Floats:
    scaled: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def measure(name: str, given: Floats, questions: Floats) -> None:
    rotation = turned(given)
    vectors, asked = np.ascontiguousarray(given @ rotation), questions @ rotation
    guide = guides(vectors)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    ways: dict[str, Callable[[Floats], object]] = {
        "ours": lambda query: best(vectors, guide, query, COUNT),
        "FAISS flat": lambda query: flat.search(query[None], COUNT),
        "numpy, everything read": lambda query: np.argpartition(vectors @ query, -COUNT)[-COUNT:],
    }
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for query in asked:
        for way, work in ways.items():
            started, began = time.perf_counter(), time.process_time()
            work(query)
            spent[way].append(((time.perf_counter() - started) * 1000, (time.process_time() - began) * 1000))
    same = sum(set(best(vectors, guide, q, COUNT)[0]) == set(flat.search(q[None], COUNT)[1][0]) for q in asked)
    for way, times in spent.items():
        elapsed, own = (sorted(column) for column in zip(*times[WARM:], strict=True))
        half, most = len(elapsed) // 2, len(elapsed) * 95 // 100
        said = {"p50": elapsed[half], "p95": elapsed[most], "own_p50": own[half], "own_p95": own[most]}
        sys.stdout.write(json.dumps({"vectors": name, "way": way, "agree": same / len(asked), **said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
