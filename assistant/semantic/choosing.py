"""Which embedder the settings ask for, how the offline one comes to be, and which vectors need not be asked again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from django.conf import settings

from assistant.semantic import storing
from assistant.semantic.documents import mark
from assistant.semantic.opened import open_index
from assistant.semantic.parts import Part
from assistant.semantic.storing import Folder, Manifest, Missing
from assistant.vectors import openai, training
from assistant.vectors.embedding import Embedder, Learned, NothingToLearn, Unavailable
from assistant.vectors.ranking import Floats

Known = Callable[[int], Floats | None]
"""The vector of a text by its mark."""


def embedder_of(directory: Path, manifest: Manifest, *, attempts: int = openai.ATTEMPTS) -> Embedder:
    """OpenAI's when there is a key, else the one learned from the texts. Raises Unavailable."""
    if settings.OPENAI_API_KEY:
        model = openai.V4_MODEL if manifest.known else openai.MODEL
        return openai.OpenAI(settings.OPENAI_API_KEY, model=model, attempts=attempts)
    if manifest.model is None:
        raise Unavailable("Le modèle n’a pas encore été appris : lancez « reindex ».")
    return learned(directory, manifest.model)


def learned(directory: Path, model: Folder) -> Learned:
    """Raises storing.Damaged, and Missing when another has just replaced it."""
    try:
        return _opened(directory, model.name, tuple(model.files.items()))
    except FileNotFoundError:
        raise Missing("Le modèle vient d’être remplacé : réessayez.") from None


@lru_cache(maxsize=2)
def _opened(directory: Path, name: str, files: tuple[tuple[str, str], ...]) -> Learned:
    """Checked and opened once, not at each question."""
    return Learned(storing.checked(directory, Folder(name, dict(files))))


def train(folder: Path, texts: Iterable[str]) -> None:
    """Learn the offline embedder from these texts into a folder, in another process. Raises Unavailable."""
    texts = iter(texts)
    if (first := next(texts, None)) is None:
        raise NothingToLearn("Il n’y a encore aucun texte à indexer : lisez d’abord Gazelle (« sync »).")
    command = [sys.executable, "-m", training.__name__, str(folder.resolve())]
    threads = {"OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1)}
    with subprocess.Popen(  # noqa: S603  # our own module
        command, stdin=subprocess.PIPE, text=True, cwd=settings.BASE_DIR, env=os.environ | threads
    ) as child:
        assert child.stdin is not None  # noqa: S101  # asked for above
        for text in chain((first,), texts):
            child.stdin.write(json.dumps(text) + "\n")
        child.stdin.close()
    if child.returncode:
        raise Unavailable(f"L’apprentissage du modèle a échoué (code {child.returncode}).")


class Remembering:
    """An embedder that is not asked again for what it already gave."""

    def __init__(self, inner: Embedder, known: Known) -> None:
        self.name, self._inner, self._known = inner.name, inner, known

    def embed(self, texts: Sequence[str]) -> Floats:
        found = [self._known(mark(text)) for text in texts]
        asked = [text for text, vector in zip(texts, found, strict=True) if vector is None]
        if len(asked) == len(texts):
            return self._inner.embed(texts)
        given = iter(self._inner.embed(asked) if asked else ())
        return np.array([next(given) if vector is None else vector for vector in found], np.float32)


def known_vectors(directory: Path, manifest: Manifest, name: str) -> Known:
    """Those of the published index, if it was made by the same embedder, and V4's if they are of the same model."""
    sources = []
    if manifest.embedder == name:
        index = open_index(directory)
        sources += [_of_part(part) for part in (index.main, index.recent) if part is not None]
    if manifest.known is not None and name == openai.OpenAI.name_of(openai.V4_MODEL):
        sources.append(_of_v4(storing.checked(directory, manifest.known)))
    return lambda text: next((vector for known in sources if (vector := known(text)) is not None), None)


def _of_part(part: Part) -> Known:
    places = dict(zip(part.columns["text"].tolist(), part.columns["vector"].tolist(), strict=True))
    return lambda text: part.vector_of(places[text]) if text in places else None


def _of_v4(folder: Path) -> Known:
    marks, vectors = np.load(folder / "marks.npy"), np.load(folder / "vectors.npy", mmap_mode="r")

    def known(text: int) -> Floats | None:
        place = int(np.searchsorted(marks, text))
        if place == len(marks) or marks[place] != text:
            return None
        vector: Floats = vectors[place] / np.linalg.norm(vectors[place])
        return vector

    return known
