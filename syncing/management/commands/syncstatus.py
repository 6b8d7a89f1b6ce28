"""`manage.py syncstatus`: the system page as text, for a terminal or a watchman."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from syncing import french
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.monitoring.overview import Overview, overview

WORDS = {
    Health.HEALTHY: "à jour",
    Health.LATE: "en retard",
    Health.FAILING: "en panne",
    Health.NEVER: "jamais lue",
}
HEADINGS = ("Table", "État", "Dernière lecture", "Promis", "Fraîcheur", "Ici", "Gazelle", "En attente")


class Command(BaseCommand):
    help = "Dit si le miroir est frais, complet, et ce qui attend quelqu’un ; sort avec 1 quand il faut agir."

    def handle(self, *args: Any, **options: Any) -> None:
        seen = overview()
        for line in report(seen):
            self.stdout.write(line)
        if not seen.healthy:
            sys.exit(1)


def report(seen: Overview) -> Iterator[str]:
    yield seen.verdict.title
    yield seen.verdict.lede
    yield ""
    yield from aligned([HEADINGS, *(cells(seen, state) for state in seen.states)])
    figures = seen.journal.figures
    yield ""
    yield (
        f"24 dernières heures : {french.counted(figures.fetched, 'ligne lue', 'lignes lues')}, "
        f"{french.counted(figures.changed, 'changée', 'changées')}, {french.number(figures.failed)} en échec, "
        f"{french.counted(figures.legs, 'lecture', 'lectures')}."
    )
    for one in filter(None, (seen.verdict.next, *seen.others, *seen.decisions)):
        yield f"- {one.cause} {one.action}{f' : {one.command}' if one.command else ''}"


def cells(seen: Overview, state: EntityStatus) -> tuple[str, ...]:
    read = french.ago(state.last_sync, seen.at) if state.last_sync else "jamais"
    if state.running:
        read = f"{read}, page {state.running.page}" + (f" de {state.running.pages}" if state.running.pages else "")
    return (
        state.label,
        WORDS[state.status],
        read,
        french.duration(state.promise),
        french.percent(state.freshness),
        french.number(state.here),
        "—" if state.in_gazelle is None else french.number(state.in_gazelle),
        french.number(state.pending),
    )


def aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their widest cell; figures, from the fifth on, to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            cell.rjust(width) if place >= 4 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(padded).rstrip()
