"""Another program holds what we must write: how the two databases say that the wait was given up."""

from __future__ import annotations

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's `lock_timeout`


def is_locked_out(error: BaseException) -> bool:
    """Whether this fault of the database is a lock that nobody released in time; a deadlock is not."""
    return getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE or "is locked" in str(error)
