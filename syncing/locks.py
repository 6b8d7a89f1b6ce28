"""Who holds the database up: how both say that a wait was given up, what PostgreSQL is busy with, and trying again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's `lock_timeout`
CROSSED = ("40P01", "40001")  # a deadlock, and a transaction that cannot be put in order with another
BUSY = """
SELECT pid, clock_timestamp() - query_start, upper(split_part(ltrim(query), ' ', 1))
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND backend_type = 'client backend'
  AND pid <> pg_backend_pid() AND application_name NOT IN ('pg_dump', 'pg_restore')
  AND clock_timestamp() - query_start > make_interval(secs => %s)
ORDER BY query_start LIMIT 1
"""


def is_locked_out(error: BaseException) -> bool:
    """Whether this fault of the database is a lock that nobody released in time; a deadlock is not."""
    return getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE or "is locked" in str(error)


def is_contended(error: BaseException) -> bool:
    """Whether somebody else was at the same rows: nothing is broken, and trying again later may do."""
    return is_locked_out(error) or _is_crossed(error)


def once_more(transaction: Callable[P, R]) -> Callable[P, R]:
    """For a function that is one transaction: when the database ends it in favour of another one, it is done again.

    Once, and not after a lock that was waited for in vain: whoever asked has waited long enough.
    """

    @wraps(transaction)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return transaction(*args, **kwargs)
        except OperationalError as error:
            if connection.in_atomic_block or not _is_crossed(error):
                raise
        return transaction(*args, **kwargs)

    return tried


def _is_crossed(error: BaseException) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in CROSSED


def longest_query(at_least: timedelta) -> tuple[int, timedelta, str] | None:
    """The process, age and verb of PostgreSQL's oldest query at work, when it is as old as that."""
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [at_least.total_seconds()])
        row: tuple[int, timedelta, str] | None = cursor.fetchone()
    return row
