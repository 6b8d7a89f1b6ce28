"""V4's pickle is read when it holds plain arrays and texts, and refused, unrun, when it holds anything else."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.vectors.pickles import Refused, read_v4

TEXTS = ["Corde cassée.", "Banc brisé."]
VECTORS = np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
PLAIN = {
    "texts": TEXTS, "vectors": list(VECTORS), "sources": ["TimelineEntries tme_1", "Clients cli_2"],
    "metadata": [{"id": "tme_1", "score": np.float64(0.5)}, {}],
}  # fmt: skip


class Runs:
    """What a hostile pickle is: something to be called when it is loaded."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call, self.arguments


def written(folder: Path, held: object, protocol: int = 4) -> Path:
    file = folder / "v4.pkl"
    file.write_bytes(pickle.dumps(held, protocol))
    return file


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("vectors", [list(VECTORS), VECTORS, VECTORS.tolist()], ids=["arrays", "matrix", "lists"])
def test_plain_arrays_and_texts_are_read(tmp_path: Path, protocol: int, vectors: object) -> None:
    index = read_v4(written(tmp_path, PLAIN | {"vectors": vectors}, protocol))
    assert index.texts == TEXTS
    assert index.vectors.dtype == np.float32
    assert index.vectors == pytest.approx(VECTORS)


@pytest.mark.parametrize("place", ["texts", "vectors", "sources", "metadata"])
@pytest.mark.parametrize("call", [os.system, eval, Path.touch, partial], ids=["system", "eval", "touch", "partial"])
def test_nothing_of_a_hostile_file_is_run(tmp_path: Path, place: str, call: Callable[..., object]) -> None:
    witness = tmp_path / "ran"
    argument: Any = {
        os.system: f"touch {witness}", eval: f"open({str(witness)!r}, 'w')", Path.touch: witness, partial: print,
    }[call]  # fmt: skip
    file = written(tmp_path, PLAIN | {place: [Runs(call, argument), *PLAIN[place][1:]]})
    with pytest.raises(Refused, match="autre chose"):
        read_v4(file)
    assert not witness.exists()


@pytest.mark.parametrize(
    "held",
    [
        [1, 2], {}, {"texts": []}, PLAIN | {"texts": ["un seul"]}, PLAIN | {"texts": [1, 2]},
        PLAIN | {"vectors": [[1.0, 2.0], [1.0]]}, PLAIN | {"vectors": [["a", "b"], ["c", "d"]]},
        PLAIN | {"vectors": [[float("nan")], [1.0]]}, PLAIN | {"metadata": [date(2026, 1, 1), {}]},
        {"texts": [], "vectors": [], "sources": [], "metadata": []}, PLAIN | {"vectors": 3},
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_reason(tmp_path: Path, held: object) -> None:
    with pytest.raises(Refused, match=r"fichier|vecteur|texts|listes"):
        read_v4(written(tmp_path, held))


@pytest.mark.parametrize("content", [b"", b"\x80\x04", b"texts,vectors\n1,2\n", b"\x80\x04P", os.urandom(500)])
def test_a_file_that_is_no_pickle_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "v4.pkl"
    file.write_bytes(content)
    with pytest.raises(Refused):
        read_v4(file)
