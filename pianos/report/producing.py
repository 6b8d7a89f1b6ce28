"""One report, from our tables to the spreadsheet or the file, and the line of its own history."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from pianos.notes import best_reading
from pianos.report import sources
from pianos.report.book import Book
from pianos.report.cells import EXCEL, GOOGLE, fitted
from pianos.report.faults import ReportFault, SpreadsheetMissing, TooOld
from pianos.report.google import opened, spreadsheet_id
from pianos.report.models import TimelineReport
from pianos.report.rows import Composed, Row, compose
from pianos.report.workbook import write_workbook
from pianos.report.writing import Writer, Written
from syncing import french
from syncing.monitoring import freshness
from syncing.vocabulary import Mode

NEEDED = ("timeline", "pianos")
"""What the report is made of; it is read again before."""
OLDEST = timedelta(hours=12)
EXAMPLES = 20
FILE = "rapport-chronologique.xlsx"
NOT_TRIED = "Pas encore essayé."
NOBODY = "Aucune visite d’une institution : rattachez les clients à la leur, dans l’administration."


@dataclass
class Order:
    """What somebody wants of a report."""

    full_refresh: bool = False
    forced: bool = False
    """Even with data too old to be trusted."""
    output: Path | None = None
    """A file, whatever the settings say."""
    refreshed: list[str] = field(default_factory=list)
    """The tabs that an earlier try of the same run wrote afresh."""
    is_out_of_time: Callable[[], bool] = lambda: False


def is_google_set() -> bool:
    return bool(settings.GOOGLE_CREDENTIALS_FILE)


def spreadsheet() -> str:
    """Which one; "" when the report goes to a file."""
    return spreadsheet_id() if is_google_set() else ""


def spreadsheet_address() -> str:
    """Where people open it."""
    return f"https://docs.google.com/spreadsheets/d/{key}" if (key := spreadsheet()) else ""


def own_file() -> Path:
    return Path(settings.REPORT_DIR) / FILE


def composed() -> Composed:
    """Every tab as it should be now."""
    return compose(sources.entries(), sources.tabs(), reading)


def reading(text: str, measurements: Sequence[str]) -> str:
    """Column 12."""
    return str(best_reading(text, measurements) or "")


def known_at(now: datetime) -> datetime | None:
    """Up to when everything that the report is made of is known; None when some of it was never read."""
    states = [state for state in freshness.glance(now) if state.name in NEEDED]
    found = [_known_at(state) for state in states]
    return None if None in found else min(at for at in found if at)


def _known_at(state: freshness.EntityStatus) -> datetime | None:
    """By its current reading: a weekly one that is late says nothing of last night's notes."""
    current = [standing for standing in state.standings if standing.mode is Mode.INCREMENTAL]
    return current[0].last_sync if current else state.last_sync


def check_age(now: datetime, *, forced: bool) -> datetime | None:
    """Up to when the data is known. Raises TooOld, unless forced."""
    at = known_at(now)
    if at is None and not forced:
        raise TooOld("L’historique et les pianos n’ont jamais été lus en entier : le rapport serait incomplet.")
    if at is not None and french.elapsed(at, now) > OLDEST and not forced:
        raise TooOld(
            f"Rien n’a été écrit : les données sont vieilles de {french.duration(french.elapsed(at, now))}, "
            f"et le rapport n’en accepte pas de plus de {french.duration(OLDEST)}."
        )
    return at


def produce(order: Order, now: datetime) -> TimelineReport:
    """Write what there is to write, and the line that tells it. Raises a ReportFault, the line written all the same."""
    data_of, began = check_age(now, forced=order.forced), time.monotonic()
    made = composed()
    told = [] if any(made.tabs.values()) else [NOBODY]
    report = TimelineReport(at=now, full_refresh=order.full_refresh, data_of=data_of, told=told)
    try:
        if order.output is None and is_google_set():
            _to_google(report, made, order, now)
        else:
            _to_file(report, made, order.output or own_file())
    except ReportFault as fault:
        report.told.append(f"{fault} {fault.action}")
        raise
    finally:
        report.seconds = time.monotonic() - began
        report.save()
    return report


def _to_google(report: TimelineReport, made: Composed, order: Order, now: datetime) -> None:
    report.target = TimelineReport.SHEET
    tabs, cut = _fitted(made, GOOGLE)
    report.left_out = left_out(made, cut)
    if not (key := spreadsheet_id()):
        raise SpreadsheetMissing("TIMELINE_SHEET_ID manque : la clé Google est là, et aucun classeur n’est nommé.")
    writer = Writer(
        Book(opened(), key), now, full_refresh=order.full_refresh, refreshed=order.refreshed,
        is_out_of_time=order.is_out_of_time,
    )  # fmt: skip
    try:
        writer.write(tabs)
    finally:
        report.place = writer.contents.title
        tried = {one.tab for one in writer.written}
        left = [Written(tab, len(rows), told=[NOT_TRIED]) for tab, rows in tabs.items() if tab not in tried]
        report.tabs = [one.as_json() for one in (*writer.written, *left)]


def _to_file(report: TimelineReport, made: Composed, path: Path) -> None:
    report.target, report.place = TimelineReport.FILE, path.name
    if settings.TIMELINE_SHEET_ID and not is_google_set():
        report.told.append("TIMELINE_SHEET_ID est donné sans GOOGLE_CREDENTIALS_FILE : le rapport est un fichier.")
    tabs, cut = _fitted(made, EXCEL)
    report.left_out = left_out(made, cut)
    report.full_refresh = True  # a file is always whole
    report.tabs = [Written(tab, len(rows), told=[NOT_TRIED]).as_json() for tab, rows in tabs.items()]
    write_workbook(tabs, path)
    report.tabs = [Written(tab, len(rows), written=len(rows)).as_json() for tab, rows in tabs.items()]


def _fitted(made: Composed, limit: int) -> tuple[dict[str, list[Row]], list[str]]:
    tabs, cut = dict[str, list[Row]](), list[str]()
    for tab, rows in made.tabs.items():
        tabs[tab], too_long = fitted(rows, limit)
        cut += too_long
    return tabs, list(dict.fromkeys(cut))


def left_out(made: Composed, cut: list[str]) -> list[dict[str, object]]:
    """What has no row of its own, or not all of its text, and why; what there is none of is not told."""
    counted = sources.left_in_the_house()
    reasons: list[tuple[str, int, list[str]]] = [
        ("Client qui n’est d’aucune institution du rapport", counted["private"] + len(made.left_out.private), []),
        ("Entrée sans client ni piano", counted["nobody"], []),
        ("Mesure montrée sur la ligne d’un service, ou d’une autre mesure, du même jour", *_few(made.left_out.joined)),
        ("Copie d’un ancien import, déjà écrite sous son vrai nom", *_few([old for old, _ in made.left_out.copies])),
        ("Texte trop long pour une cellule : le début est écrit", *_few(cut)),
    ]
    return [{"why": why, "count": count, "examples": examples} for why, count, examples in reasons if count]


def _few(ids: list[str] | tuple[str, ...]) -> tuple[int, list[str]]:
    return len(ids), list(ids[:EXAMPLES])
