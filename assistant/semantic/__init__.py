"""Search by meaning over every note, event and comment: `search`, and `refresh` after rows have changed."""

from __future__ import annotations

import assistant.vectors  # noqa: F401  # says how numpy is to be loaded
from assistant.semantic.indexing import refresh
from assistant.semantic.searching import Hit, Hits, search

__all__ = ["Hit", "Hits", "refresh", "search"]
