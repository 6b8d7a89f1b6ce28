"""Who holds the database up: how both say that a wait was given up, and what PostgreSQL is busy with."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's `lock_timeout`
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


def longest_query(at_least: timedelta) -> tuple[int, timedelta, str] | None:
    """The process, age and verb of PostgreSQL's oldest query at work, when it is as old as that."""
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [at_least.total_seconds()])
        row: tuple[int, timedelta, str] | None = cursor.fetchone()
    return row
