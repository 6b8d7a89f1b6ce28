"""`manage.py syncstatus`: the system page as text, for a terminal or a watchman."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from syncing import french
from syncing.monitoring.digest import lines
from syncing.monitoring.freshness import EntityStatus
from syncing.monitoring.journal import Line
from syncing.monitoring.overview import Overview, overview

HEADINGS = ("Table", "État", "Dernière lecture", "Promis", "Fraîcheur", "Ici", "Gazelle", "En attente")
LINE_HEADINGS = (
    *("Lecture de", "Mode", "Issue", "Lues", "Écrites", "Inchangées", "En échec", "Erreurs", "Fraîcheur", "Durée"),
    *("Requêtes", "Lignes/s", "Étapes"),
)
LATEST = 12
"""Readings told one by one; the system page shows the others."""


class Command(BaseCommand):
    help = "Dit si le miroir est frais, complet, et ce qui attend quelqu’un ; sort avec 1 quand il faut agir."

    def handle(self, *args: Any, **options: Any) -> None:
        seen = overview()
        for line in report(seen):
            self.stdout.write(line)
        if not seen.healthy:
            sys.exit(1)


def report(seen: Overview) -> Iterator[str]:
    yield from lines(seen)
    yield ""
    yield from aligned([HEADINGS, *(cells(seen, state) for state in seen.states)])
    if newest := [line for start in seen.journal.starts for line in reversed(start.lines)][:LATEST]:
        yield ""
        yield from aligned([LINE_HEADINGS, *map(line_cells, newest)], figures_from=3)
        yield ""
    for one in filter(None, (seen.verdict.next, *seen.others, *seen.decisions)):
        yield f"- {one.cause} {one.action}{f' : {one.command}' if one.command else ''}"


def cells(seen: Overview, state: EntityStatus) -> tuple[str, ...]:
    read = french.ago(state.last_sync, seen.at) if state.last_sync else "jamais"
    if state.running:
        read = f"{read}, page {state.running.page}" + (f" de {state.running.pages}" if state.running.pages else "")
    return (
        state.label,
        state.status.word,
        read,
        french.duration(state.promise),
        french.percent(state.freshness),
        french.number(state.here),
        "—" if state.in_gazelle is None else french.number(state.in_gazelle),
        french.number(state.pending),
    )


def line_cells(line: Line) -> tuple[str, ...]:
    told = line.metrics
    return (
        line.label,
        line.mode,
        line.word,
        french.number(told.fetched),
        french.number(told.processed),
        french.number(told.skipped),
        french.number(told.failed),
        french.percent(told.error_rate),
        "—" if told.freshness is None else french.percent(told.freshness),
        told.duration,
        french.number(told.requests),
        "—" if told.rows_per_second is None else french.number(told.rows_per_second),
        told.steps or "—",
    )


def aligned(rows: list[tuple[str, ...]], figures_from: int = 4) -> Iterator[str]:
    """Columns as wide as their widest cell; figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            cell.rjust(width) if place >= figures_from else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(padded).rstrip()
