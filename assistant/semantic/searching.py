"""The search itself: by meaning through the index, by words through the database, the two orders made one.

Rows are narrowed before the best are chosen, and read again through the rights of whoever asks: the index never decides
alone. Without an index, or without an embedder, words are still searched, and the reason is told.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from assistant.semantic.choosing import embedder_of, learned
from assistant.semantic.documents import SOURCES, Wanted, mark, readers
from assistant.semantic.indexing import directory
from assistant.semantic.opened import Index, open_index
from assistant.semantic.storing import Missing
from assistant.semantic.words import rows_with, significant
from assistant.understanding.text import read
from assistant.vectors.embedding import Unavailable
from syncing.rights import Viewer

logger = logging.getLogger(__name__)

NEAR_ENOUGH = 0.35
"""Below, two texts have no more in common than any two notes of the trade."""
FUSED = 60
"""Of reciprocal rank fusion: the larger, the more being in both orders weighs against being first in one."""
SPARE = 10
"""Asked of the index besides, for rows that changed since it was written."""
EXCERPT = 200  # characters
NOT_READY = "La recherche par le sens n’est pas encore prête : seuls les mots ont été cherchés."

Row = tuple[str, str]
"""Its entity and its id."""
Named = TypeVar("Named", bound=Hashable)


@dataclass(frozen=True)
class Hit:
    """A row that answers. `score` is its nearness, 0 to 1, and 0 when only its words answer."""

    entity: str
    id: str
    score: float
    excerpt: str
    keyword_hit: bool
    alike: int = 0
    """How many other rows are known to have the very same text."""


class Hits(list[Hit]):
    """The best first. `reason` says in French why meaning was not searched; empty when it was."""

    reason: str = ""


def search(
    text: str,
    *,
    viewer: Viewer,
    limit: int = 10,
    client: str | None = None,
    piano: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    kinds: Collection[str] | None = None,
) -> Hits:
    """The texts nearest to this one among those the viewer may read, each once, at most `limit` of them.

    `client` and `piano` are ids, `until` is excluded, `kinds` are entities, or entry types of the timeline.
    """
    hits = Hits()
    wanted = Wanted(
        client=client, piano=piano, since=since, until=until, kinds=None if kinds is None else frozenset(kinds)
    )
    near: dict[Row, tuple[float, int]] = {}
    is_rare: Callable[[str], bool] = lambda word: False  # noqa: E731  # until there is an index that knows
    try:
        index = open_index(directory())
        if index.manifest.model is not None:
            is_rare = learned(directory(), index.manifest.model).is_rare
        near = _near(index, text, limit + SPARE, wanted, readers(viewer))
    except (Missing, Unavailable) as error:
        # An index that nobody has made yet is a choice, and no finding at each question.
        is_early = type(error) is Missing
        logger.log(logging.INFO if is_early else logging.WARNING, "meaning_not_searched")
        hits.reason = NOT_READY if is_early else str(error)
    asked = significant(text)
    worded = _worded(asked, viewer, wanted, is_rare)
    texts = _read_again(near.keys() - worded.keys(), viewer) | worded
    same = Counter(texts.values())
    for row in fused([row for row in near if row in texts], list(worded)):
        if (others := same.pop(texts[row], 0)) and len(hits) < limit:
            score, alike = near.get(row, (0.0, 0))
            hits.append(Hit(*row, score, _excerpt(texts[row], asked), row in worded, max(alike, others - 1)))
    return hits


def _near(
    index: Index, text: str, count: int, wanted: Wanted, allowed: frozenset[str] | None
) -> dict[Row, tuple[float, int]]:
    """Rows by meaning, the nearest first, with their score and how many others are alike."""
    embedder = embedder_of(directory(), index.manifest, attempts=1)
    if embedder.name != index.manifest.embedder:
        raise Unavailable("L’index a été fait avec un autre modèle : relancez « reindex ».")
    (query,) = embedder.embed([text])
    entities = {mark(entity): entity for entity in SOURCES}
    found = index.nearest(query, count, wanted, allowed) if query.any() else []
    return {(entities[one.entity], one.id): (one.score, one.alike) for one in found if one.score >= NEAR_ENOUGH}


def _worded(asked: list[str], viewer: Viewer, wanted: Wanted, is_rare: Callable[[str], bool]) -> dict[Row, str]:
    """Texts of the rows that hold the words, those that hold the most first."""
    found: list[tuple[int, Row, str]] = []
    for source in SOURCES.values():
        narrowed = source.narrowed(wanted)
        if narrowed is not None:
            for count, row in rows_with(asked, source, viewer, narrowed, is_rare):
                found.append((count, (source.entity, row.pk), source.text_of(row)))
    return {row: text for _, row, text in sorted(found, key=lambda one: -one[0])}


def _read_again(rows: Iterable[Row], viewer: Viewer) -> dict[Row, str]:
    """The texts of those that are still there, and that the viewer may read."""
    by_entity: dict[str, list[str]] = {}
    for entity, pk in rows:
        by_entity.setdefault(entity, []).append(pk)
    texts: dict[Row, str] = {}
    for entity, keys in by_entity.items():
        source = SOURCES[entity]
        if not source.is_closed_to(viewer):
            visible = source.model._default_manager.visible_to(viewer).present().filter(pk__in=keys)
            texts |= {(entity, row.pk): source.text_of(row) for row in visible}
    return texts


def fused(*orders: list[Named]) -> list[Named]:
    """One order out of several, by reciprocal rank."""
    weights: dict[Named, float] = {}
    for order in orders:
        for place, row in enumerate(order):
            weights[row] = weights.get(row, 0.0) + 1 / (FUSED + place)
    return sorted(weights, key=lambda row: -weights[row])


def _excerpt(text: str, asked: Collection[str]) -> str:
    """About two hundred characters, around the first word that was asked."""
    plain = " ".join(text.split())
    if len(plain) <= EXCERPT:
        return plain
    question = read(plain)
    places = [place for word in asked if (place := question.folded.find(word)) >= 0]
    start = max(question.origins[min(places)] - EXCERPT // 4, 0) if places else 0
    start = plain.rfind(" ", 0, start + 1) + 1
    end = start + EXCERPT
    cut = plain[start:end].rstrip()
    return f"{'…' if start else ''}{cut}{'…' if end < len(plain) else ''}"
