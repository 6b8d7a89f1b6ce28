"""Which promise is broken, to whom, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncing import french
from syncing.monitoring.finding import labels
from syncing.monitoring.freshness import EntityStatus
from syncing.registry import entities


@dataclass(frozen=True)
class Broken:
    """One promise made to the same people about several tables; `since` is None for what was never read."""

    whom: str
    tables: str
    limit: timedelta
    since: datetime | None

    def told(self, now: datetime) -> str:
        """« Rendez-vous et historique : promis en 5 min au bureau et aux techniciens, depuis 13 h 47. »."""
        moment = f"rompue {french.since(self.since, now)}" if self.since else "jamais tenue encore"
        return f"{self.tables} : promesse de {french.duration(self.limit)} faite {self.whom}, {moment}."


def broken(states: Iterable[EntityStatus]) -> tuple[Broken, ...]:
    """The strictest broken promise of each table, those to the same people together; the oldest first."""
    together: dict[tuple[str, timedelta, bool], list[tuple[EntityStatus, datetime | None]]] = {}
    for state in states:
        for standing in state.broken[:1]:
            since = standing.last_sync + standing.limit if standing.last_sync else None
            key = (entities()[state.name].serves, standing.limit, since is None)
            together.setdefault(key, []).append((state, since))
    found = [
        Broken(
            whom,
            labels(state for state, _ in about),
            limit,
            min((since for _, since in about if since is not None), default=None),
        )
        for (whom, limit, _), about in together.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.since is None, one.since.timestamp() if one.since else 0)))
