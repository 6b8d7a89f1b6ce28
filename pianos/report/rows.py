"""Entries become the rows of each tab: twelve columns, measurements joined to the service of their piano and day.

Pure: standard library and the pure core only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from pianos.report.copies import without_copies
from pianos.report.entries import KINDS, MEASUREMENT, SERVICE, UNKNOWN_CLIENT, Entry
from pianos.report.keywords import mentions_alert

HEADER = (
    *("DateEvenement", "TypeEvenement", "Description", "NomClient", "Marque", "Modele", "NumeroSerie", "TypePiano"),
    *("Annee", "Local", "Technicien", "MesureHumidite"),
)
ALERTS = "Alertes Maintenance"
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

BestReading: TypeAlias = Callable[[str, Sequence[str]], str]
"""Column 12, from the words of a service and those of the measurements of its piano and day."""
Key: TypeAlias = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a tab, and the ids of the entries it tells: who was written under one of them is not written again."""

    cells: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def day(self) -> str:
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Entries without a row of their own, and why."""

    copies: tuple[tuple[str, str], ...] = ()
    """Each copy of an old import, with its original."""
    joined: tuple[str, ...] = ()
    """Measurements told on the row of a service, or on that of another measurement of the same day."""
    private: tuple[str, ...] = ()
    """Entries of no institution that has a tab."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Every tab in order, the empty ones too, newest row first."""

    tabs: dict[str, list[Row]]
    left_out: LeftOut


def compose(entries: Iterable[Entry], tabs: Sequence[str], best_reading: BestReading) -> Composed:
    """The rows of the tabs of the institutions, and those of the log of alerts after them."""
    told, copied = without_copies(entry for entry in entries if entry.kind in KINDS)
    private = tuple(entry.id for entry in told if entry.tab not in tabs)
    shown = sorted((entry for entry in told if entry.tab in tabs), key=_moment, reverse=True)
    made: dict[str, list[Row]] = {tab: [] for tab in (*tabs, ALERTS)}
    joined = set[str]()
    for row, entry in _rows(shown, best_reading, joined):
        made[entry.tab].append(row)
        if entry.kind == SERVICE and mentions_alert(entry.title, entry.text):
            made[ALERTS].append(row)
    for rows in made.values():
        rows.sort(key=lambda row: row.day, reverse=True)
    copies = tuple((copy.id, original.id) for copy, original in copied if original.tab in tabs)
    return Composed(made, LeftOut(copies, tuple(sorted(joined)), private))


def _moment(entry: Entry) -> tuple[datetime, str]:
    return entry.at or LONG_AGO, entry.id


def _rows(entries: Sequence[Entry], best_reading: BestReading, joined: set[str]) -> Iterator[tuple[Row, Entry]]:
    """Newest first, each with the entry that gave it; the measurements that another row tells go to `joined`."""
    measured = defaultdict[Key, list[Entry]](list)
    for entry in reversed(entries):  # a day is read from its morning on
        if entry.kind == MEASUREMENT and (key := _key(entry)):
            measured[key].append(entry)
    served = {key for entry in entries if entry.kind == SERVICE and (key := _key(entry))}
    for entry in entries:
        key = _key(entry)
        day = measured.get(key, []) if key else []
        if entry.kind == SERVICE:
            reading = best_reading(entry.said, [one.said for one in day])
            yield _row(entry, "Service", entry.said, reading, entry.ids), entry
        elif key in served or (day and entry is not day[0]):
            joined.update(entry.ids)
        else:
            together = day or [entry]
            reading = best_reading("", [one.said for one in together])
            ids = tuple(pk for one in together for pk in one.ids)
            yield _row(entry, "Mesure", "", reading, ids), entry


def _key(entry: Entry) -> Key | None:
    """What a measurement shares with the service it was taken at."""
    return (entry.piano, entry.day) if entry.piano and entry.day else None


def _row(entry: Entry, kind: str, said: str, reading: str, ids: tuple[str, ...]) -> Row:
    cells = (
        entry.day.isoformat() if entry.day else "", kind, said, entry.client or UNKNOWN_CLIENT, entry.make,
        entry.model, entry.serial_number, entry.type, str(entry.year or ""), entry.location, entry.technician, reading,
    )  # fmt: skip
    return Row(cells, ids)
