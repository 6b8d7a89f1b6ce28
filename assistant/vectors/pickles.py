"""V4's index, read without trusting it: a pickle may run any code, unless nothing but plain data may be named in it."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.vectors.ranking import Floats

ARRAYS = {
    *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
    *(("numpy", name) for name in ("ndarray", "dtype")),
}
"""All that arrays of numbers need; lists, mappings, texts and numbers name nothing."""


class Refused(ValueError):
    """The file is not V4's index; the message says why, in French."""


@dataclass(frozen=True)
class V4Index:
    """Texts and their vectors, one row each, as V4 had them."""

    texts: Sequence[str]
    vectors: Floats


class _PlainData(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ARRAYS:
            raise Refused(f"Le fichier contient autre chose que des tableaux et des textes : {module}.{name}.")
        return super().find_class(module, name)

    def persistent_load(self, pid: object) -> Any:
        raise Refused("Le fichier renvoie à des objets qui n’y sont pas.")


def read_v4(file: Path) -> V4Index:
    """The index of a file of about 1.5 GB, which takes twice as much memory. Raises Refused, and OSError."""
    with file.open("rb") as opened:
        try:
            held = _PlainData(opened).load()
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001  # a broken pickle raises whatever its broken part leads to
            raise Refused(f"Le fichier est illisible ({type(error).__name__}).") from None
    if not isinstance(held, dict) or not {"texts", "vectors", "sources", "metadata"} <= held.keys():
        raise Refused("Le fichier n’a pas les quatre listes de V4 : texts, vectors, sources, metadata.")
    texts = held["texts"]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refused("« texts » n’est pas une liste de textes.")
    others = [held[name] for name in ("vectors", "sources", "metadata")]
    if not all(isinstance(other, list | np.ndarray) and len(other) == len(texts) for other in others):
        raise Refused("Les quatre listes n’ont pas la même longueur.")
    return V4Index(texts, _numbers(held["vectors"]))


def _numbers(vectors: Any) -> Floats:
    """Row by row: a whole array of double precision would be made besides."""
    if not len(vectors):
        raise Refused("Le fichier est vide.")
    made = np.empty((len(vectors), np.size(vectors[0])), np.float32)
    for row, vector in zip(made, vectors, strict=True):
        try:
            numbers = np.asarray(vector, np.float64)
        except (TypeError, ValueError):
            raise Refused("Un vecteur n’est pas fait de nombres.") from None
        if numbers.shape != row.shape:
            raise Refused("Un vecteur n’a pas la longueur des autres.")
        row[:] = numbers
    if not np.isfinite(made).all():
        raise Refused("Un vecteur contient autre chose que des nombres finis.")
    return made
