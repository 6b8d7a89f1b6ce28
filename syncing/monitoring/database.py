"""A query that does not end, on the one kind of server that tells what it is doing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from syncing import french
from syncing.monitoring.finding import Finding, Level

ENDLESS = timedelta(seconds=30)
"""Ours take two seconds at most, and what a person asks of a page less: this one holds everybody up."""
BUSY = """
SELECT pid, clock_timestamp() - query_start, upper(split_part(ltrim(query), ' ', 1))
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND backend_type = 'client backend'
  AND pid <> pg_backend_pid() AND application_name NOT IN ('pg_dump', 'pg_restore')
  AND clock_timestamp() - query_start > make_interval(secs => %s)
ORDER BY query_start LIMIT 1
"""


def findings() -> Iterator[Finding]:
    """One query, on PostgreSQL; the text of the slow one is not shown, it may hold what is nobody’s business."""
    if connection.vendor != "postgresql":
        return  # SQLite has no server to ask: a slow query is that of the very page or command that waits for it
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [ENDLESS.total_seconds()])
        found = cursor.fetchone()
    if found:
        pid, lasting, verb = found
        yield Finding(
            "database:slow",
            Level.FAULT,
            f"Une requête ({verb}, processus {pid}) occupe PostgreSQL depuis {french.duration(lasting)}.",
            f"Arrêtez-la si personne ne l’attend\u00a0: dans psql, SELECT pg_cancel_backend({pid}).",
            title="La base de données est ralentie par une requête.",
        )
