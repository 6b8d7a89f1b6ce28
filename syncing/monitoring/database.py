"""A query that does not end, on the one kind of server that tells what it is doing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from syncing import french
from syncing.locks import longest_query
from syncing.monitoring.finding import Finding, Level

ENDLESS = timedelta(seconds=30)
"""Ours take two seconds at most, and what a person asks of a page less: this one holds everybody up."""


def findings() -> Iterator[Finding]:
    """One query, on PostgreSQL; the text of the slow one is not shown, it may hold what is nobody’s business."""
    if connection.vendor != "postgresql":
        return  # SQLite has no server to ask: a slow query is that of the very page or command that waits for it
    if found := longest_query(ENDLESS):
        pid, lasting, verb = found
        yield Finding(
            "database:slow",
            Level.FAULT,
            f"Une requête ({verb}, processus {pid}) occupe PostgreSQL depuis {french.duration(lasting)}.",
            f"Arrêtez-la si personne ne l’attend\u00a0: dans psql, SELECT pg_cancel_backend({pid}).",
            title="La base de données est ralentie par une requête.",
        )
