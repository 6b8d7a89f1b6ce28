"""The search by words: a serial number or a rare word is found by itself, whatever else a question says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_

from django.db.models import F, Q

from assistant.semantic.documents import Source
from assistant.vectors.features import COMMON, WORD
from syncing.folding import fold, words
from syncing.models import MirroredModel
from syncing.rights import Viewer
from syncing.wording import is_worded

LIMIT = 50
"""Rows read by table, the newest first."""
LONGEST_QUESTION = 12  # words: beyond, no note holds them all


def significant(text: str) -> list[str]:
    """The folded words of a question that are looked for, each once."""
    return [word for word in words(text).split() if word not in COMMON][:LONGEST_QUESTION]


def alone(asked: list[str], is_rare: Callable[[str], bool]) -> list[str]:
    """The words that are enough by themselves: numbers and rare ones."""
    return [word for word in asked if (len(word) > 2 and any(map(str.isdigit, word))) or is_rare(word)]


def rows_with(
    asked: list[str], source: Source, viewer: Viewer, narrowed: Q, is_rare: Callable[[str], bool]
) -> list[tuple[int, MirroredModel]]:
    """The rows a viewer may read that hold all these words, or one that is rare or a number; how many each holds."""
    if not asked or source.is_closed_to(viewer):
        return []
    condition = reduce(or_, (_holds(source, [word]) for word in alone(asked, is_rare)), _holds(source, asked))
    visible = source.model._default_manager.visible_to(viewer).present()
    rows = visible.filter(narrowed, condition).order_by(F(source.at).desc(nulls_last=True))
    held = [(len(set(asked) & _words_of(source, row)), row) for row in rows[:LIMIT]]
    return sorted(held, key=lambda one: -one[0])


def _holds(source: Source, asked: Iterable[str]) -> Q:
    if is_worded(source.model):
        return Q(words__worded=" ".join(asked))
    # Small tables without an index of words: their rows are read.
    columns = [*source.texts, *filter(None, [source.folded])]
    return reduce(and_, (reduce(or_, (Q(**{f"{name}__icontains": word}) for name in columns)) for word in asked))


def _words_of(source: Source, row: MirroredModel) -> set[str]:
    folded = getattr(row, source.folded) if source.folded else ""
    return set(WORD.findall(f"{fold(source.text_of(row))} {folded}"))
