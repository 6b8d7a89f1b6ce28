"""What the assistant derives from the mirrored tables: its index, brought up to date after each sync."""

from __future__ import annotations

import logging

from assistant.semantic.indexing import refresh
from assistant.semantic.storing import Damaged
from assistant.vectors.embedding import Unavailable

logger = logging.getLogger(__name__)


def after_sync() -> None:
    """Nothing, until somebody has made an index."""
    try:
        refresh()
    except (Unavailable, Damaged) as error:
        logger.warning("index_not_refreshed", extra={"reason": str(error)})
