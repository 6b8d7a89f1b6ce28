"""The index as a process has it open: mapped again when a writer has published another, never half of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from assistant.semantic import storing
from assistant.semantic.documents import Wanted, mark, seconds
from assistant.semantic.parts import Found, Numbers, Part, read_part
from assistant.semantic.storing import Manifest, Missing
from assistant.vectors.ranking import Floats, Mask

TRIES = 5  # a writer would have to publish as many times while the same files are being opened


@dataclass(frozen=True)
class Index:
    """A manifest and the parts it names, open."""

    manifest: Manifest
    main: Part
    recent: Part | None
    gone: Numbers
    """Keys of rows of the main part that changed since, or are no more."""

    @cached_property
    def _alive(self) -> Mask | None:
        return ~np.isin(self.main.columns["key"], self.gone) if len(self.gone) else None

    def nearest(self, query: Floats, count: int, wanted: Wanted, readers: frozenset[str] | None = None) -> list[Found]:
        """The `count` nearest distinct texts, exactly; `query` is a unit vector, `readers` None for all of them."""
        found = self.main.nearest(query, count, _mask(self.main, wanted, readers, self._alive))
        if self.recent is not None:
            found += self.recent.nearest(query, count, _mask(self.recent, wanted, readers, None))
        best: dict[int, Found] = {}
        for one in sorted(found, key=lambda one: (-one.score, -one.at)):
            best.setdefault(one.text, one)
        return list(best.values())[:count]


_open: dict[Path, tuple[tuple[int, int], Index]] = {}
_opening = Lock()


def open_index(directory: Path) -> Index:
    """The published index, opened once by version. Raises Missing, and Damaged when a file is not what was written."""
    for _ in range(TRIES):
        version = _version(directory)
        with _opening:
            held = _open.get(directory)
            if held is not None and held[0] == version:
                return held[1]
            try:
                index = _read(directory, held[1] if held else None)
            except FileNotFoundError:
                continue  # replaced while it was being opened
            _open[directory] = (version, index)
            return index
    raise Missing("L’index est en train d’être remplacé : réessayez.")


def _version(directory: Path) -> tuple[int, int]:
    try:
        stat = (directory / storing.MANIFEST).stat()
    except FileNotFoundError:
        return (0, 0)
    return stat.st_mtime_ns, stat.st_ino


def _read(directory: Path, held: Index | None) -> Index:
    manifest = storing.read_manifest(directory)
    if manifest.main is None:
        raise Missing("L’index n’existe pas encore : lancez « reindex ».")
    if held is not None and held.manifest.main == manifest.main:
        main = held.main  # hundreds of megabytes that have not changed are not read again
    else:
        main = read_part(storing.checked(directory, manifest.main))
    recent, gone = None, np.zeros(0, np.int64)
    if manifest.recent is not None:
        path = storing.checked(directory, manifest.recent)
        recent, gone = read_part(path), np.load(path / "gone.npy")
    return Index(manifest, main, recent, gone)


def _mask(part: Part, wanted: Wanted, readers: frozenset[str] | None, alive: Mask | None) -> Mask | None:
    """Which rows may be found; None when all may."""
    columns = part.columns
    masks = [] if alive is None else [alive]
    if readers is not None:
        masks.append(_among(columns["reader"], readers))
    if wanted.kinds is not None:
        masks.append(_among(columns["kind"], wanted.kinds) | _among(columns["entity"], wanted.kinds))
    if wanted.client is not None:
        masks.append(columns["client"] == mark(wanted.client))
    if wanted.piano is not None:
        masks.append(columns["piano"] == mark(wanted.piano))
    if wanted.since is not None:
        masks.append(columns["at"] >= seconds(wanted.since))
    if wanted.until is not None:
        # What bears no date is in no period, not even in one without a beginning.
        masks.append((columns["at"] < seconds(wanted.until)) & (columns["at"] != 0))
    return np.logical_and.reduce(masks) if masks else None


def _among(column: Numbers, values: Iterable[str]) -> Mask:
    return np.isin(column, [mark(value) for value in values])
