"""The words the reader of notes goes by: its own, for the types that are followed, and those of the office."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pianos.maintenance.models import ProblemPhrase, ProblemType
from pianos.notes import DEFAULT, Keyword, Lexicon

READER_VERSION = "1"
"""Raised when the reader learns: every note of the last year is then read again."""


def lexicon(*, more: Iterable[Keyword] = ()) -> tuple[Lexicon, str]:
    """What is in force, with `more` when a change is tried; and what tells one from another. Two queries."""
    types = tuple(ProblemType.objects.filter(is_followed=True).order_by("slug").values_list("slug", flat=True))
    phrases = ProblemPhrase.objects.filter(type__in=types).order_by("type", "phrase", "pk")
    said = [Keyword(*row) for row in phrases.values_list("type", "phrase", "is_resolution")]
    return _made(types, (*said, *more))


@lru_cache(maxsize=8)
def _made(types: tuple[str, ...], keywords: tuple[Keyword, ...]) -> tuple[Lexicon, str]:
    return DEFAULT.with_keywords(keywords, types=types), repr((READER_VERSION, types, keywords))
