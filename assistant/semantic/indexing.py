"""Writes the index: whole by `rebuild`, what changed since by `refresh`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils import timezone

from assistant.semantic import storing
from assistant.semantic.choosing import Remembering, embedder_of, known_vectors, train
from assistant.semantic.documents import Document, documents, mark
from assistant.semantic.opened import Index, open_index
from assistant.semantic.parts import write_part
from assistant.semantic.storing import Manifest, Missing
from assistant.vectors.embedding import Unavailable
from assistant.vectors.pickles import V4Index

OVERLAP = timedelta(minutes=10)
"""A row bears an instant of its transaction, and is seen once that ended."""
RECENT_AT_MOST = 20_000
"""Rows of the recent part, which each refresh writes again; when there are more, the whole index is."""


@dataclass(frozen=True)
class Done:
    """What was written; nothing when nothing had changed."""

    rows: int = 0
    texts: int = 0
    """Distinct ones."""


def directory() -> Path:
    return Path(settings.INDEX_DIR)


def refresh(*, now: datetime | None = None) -> Done | None:
    """Bring what changed since the last rebuild into the index; None when there is none, or somebody is writing it.

    Raises storing.Damaged, and embedding.Unavailable: the index then stays as it was.
    """
    if not (directory() / storing.MANIFEST).exists():
        return None
    try:
        # A rebuild may last minutes, which no sync has: what it misses, the next refresh finds.
        with storing.writing(directory(), wait=False):
            return _refresh(now or timezone.now())
    except BlockingIOError:
        return None


def _refresh(now: datetime) -> Done | None:
    try:
        index = open_index(directory())
    except storing.Damaged:
        raise
    except Missing:
        return None
    changed = _changed(index)
    if _written(index) == {one.key: one.digest if one.text else None for one in changed}:
        return Done()
    if len(changed) > RECENT_AT_MOST:
        return _write_main(index.manifest, now)
    return _write_recent(index, changed)


def rebuild(*, learn: bool = False, now: datetime | None = None) -> Done:
    """Write the whole index again; its embedder learns again with `learn`, or when it never did.

    Raises embedding.Unavailable.
    """
    now = now or timezone.now()
    with storing.writing(directory()):
        manifest = manifest_or_new()
        if manifest.model is None or learn:
            with storing.new_folder(directory(), "model") as path:
                train(path, (found.text for found in documents() if found.text))
                return _write_main(replace(manifest, model=storing.sealed(path)), now)
        return _write_main(manifest, now)


def keep_v4(index: V4Index) -> int:
    """Keep V4's vectors beside the index, by text, for when OpenAI's embedder is used; how many there are."""
    marks = np.array([mark(text) for text in index.texts], np.int64)
    order = np.argsort(marks, kind="stable")
    with storing.writing(directory()), storing.new_folder(directory(), "known") as path:
        np.save(path / "marks.npy", marks[order])
        np.save(path / "vectors.npy", index.vectors[order])
        storing.publish(directory(), replace(manifest_or_new(), known=storing.sealed(path)))
    return len(marks)


def manifest_or_new() -> Manifest:
    try:
        return storing.read_manifest(directory())
    except Missing:
        return Manifest()


def _changed(index: Index) -> list[Document]:
    """Rows that are not in the main part as they are now: their text is empty when they are no more."""
    since = datetime.fromisoformat(index.manifest.mark) - OVERLAP
    written = list(documents(since=since))
    keys, digests = index.main.columns["key"], index.main.columns["digest"]
    asked = np.array([one.key for one in written], np.int64)
    places = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
    held = {int(keys[place]): int(digests[place]) for place in places} if len(keys) else {}
    return [one for one in written if (one.digest if one.text else None) != held.get(one.key)]


def _written(index: Index) -> dict[int, int | None]:
    """What the recent part says already: None for a row that is no more."""
    said: dict[int, int | None] = dict.fromkeys(index.gone.tolist())
    if index.recent is not None:
        columns = index.recent.columns
        said |= dict(zip(columns["key"].tolist(), columns["digest"].tolist(), strict=True))
    return said


def _write_main(manifest: Manifest, now: datetime) -> Done:
    embedder = embedder_of(directory(), manifest)
    remembering = Remembering(embedder, known_vectors(directory(), manifest, embedder.name))
    counted = _Counted(found for found in documents() if found.text)
    with storing.new_folder(directory(), "main") as path:
        texts = write_part(path, counted, remembering)
        written = replace(
            manifest, embedder=embedder.name, mark=now.isoformat(), main=storing.sealed(path), recent=None
        )
        storing.publish(directory(), written)
    return Done(counted.seen, texts)


def _write_recent(index: Index, changed: Sequence[Document]) -> Done:
    embedder = embedder_of(directory(), index.manifest)
    if embedder.name != index.manifest.embedder:
        raise Unavailable("L’index a été fait avec un autre modèle : relancez « reindex ».")
    remembering = Remembering(embedder, known_vectors(directory(), index.manifest, embedder.name))
    present = [one for one in changed if one.text]
    with storing.new_folder(directory(), "recent") as path:
        texts = write_part(path, present, remembering, index.main.rotation)
        np.save(path / "gone.npy", np.array([one.key for one in changed], np.int64))
        storing.publish(directory(), replace(index.manifest, recent=storing.sealed(path)))
    return Done(len(changed), texts)


class _Counted:
    """An iteration that tells how many it gave."""

    def __init__(self, found: Iterable[Document]) -> None:
        self.seen, self._found = 0, found

    def __iter__(self) -> Iterator[Document]:
        for one in self._found:
            self.seen += 1
            yield one
