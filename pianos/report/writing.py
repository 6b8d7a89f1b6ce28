"""The tabs of the spreadsheet brought up to date: what is new is appended, or a tab is written afresh and takes the old
one's place at once. A tab is never emptied; killed anywhere, the next run goes on without losing or doubling a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pianos.report import book as google
from pianos.report import memory
from pianos.report.book import Book, Request, Tab
from pianos.report.cells import parcels
from pianos.report.faults import (
    AccessRefused,
    CredentialsUnreadable,
    RequestRefused,
    SheetFault,
    SpreadsheetMissing,
    TabEdited,
)
from pianos.report.models import ReportBatch, ReportSheet
from pianos.report.rows import HEADER, Row
from syncing.french import COMPANY_ZONE
from syncing.scheduling.declaring import Later

WRITING = "en cours d’écriture"
OF_EVERY_TAB = (AccessRefused, CredentialsUnreadable, SpreadsheetMissing)
"""What is wrong with one tab is wrong with all of them."""


@dataclass
class Written:
    """What became of one tab."""

    tab: str
    total: int
    """The rows it should have."""
    written: int = 0
    told: list[str] = field(default_factory=list)
    fault: SheetFault | None = None

    def as_json(self) -> dict[str, object]:
        fault = {"message": str(self.fault), "action": self.fault.action} if self.fault else None
        return {"tab": self.tab, "total": self.total, "written": self.written, "told": self.told, "fault": fault}


class Writer:
    """Writes the tabs one after the other; `refreshed` are those that this run has written afresh already."""

    def __init__(
        self, book: Book, now: datetime, *, full_refresh: bool, refreshed: list[str],
        is_out_of_time: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self.book, self.now, self.full_refresh = book, now, full_refresh
        self.refreshed, self.is_out_of_time = refreshed, is_out_of_time
        self.written: list[Written] = []
        self.contents = google.Contents("", ())

    def write(self, tabs: Mapping[str, Sequence[Row]]) -> None:
        """Every tab; what is wrong with one keeps no other from its rows.

        Raises the SheetFault that is not of one tab, or that may pass; and Later when there is no time left.
        """
        self.contents = self.book.contents()
        self._clear()
        for tab, rows in tabs.items():
            if self.written and self.is_out_of_time():
                raise Later(f"Rapport : {len(self.written)} onglets sur {len(tabs)}. La suite dans une minute.")
            told = Written(tab, len(rows))
            self.written.append(told)
            try:
                self._bring(told, rows)
            except SheetFault as fault:
                told.fault = fault
                if fault.retryable or isinstance(fault, OF_EVERY_TAB):
                    raise
        self._put_in_order(list(tabs))

    def _clear(self) -> None:
        """Take away what an earlier run left half written."""
        known = memory.given_up(self.book.key, self.contents)
        strangers = [
            tab.number
            for tab in self.contents.tabs
            if tab.marks and WRITING in tab.title and not ReportSheet.objects.filter(number=tab.number).exists()
        ]
        for number in {*known, *strangers}:
            try:
                self.book.arrange([google.removed(number)])
            except RequestRefused:  # somebody took it away meanwhile
                continue
        memory.forget_unfinished(self.book.key)

    def _bring(self, told: Written, rows: Sequence[Row]) -> None:
        self.contents = self.book.contents()
        sheet = memory.sheet_of(self.book.key, told.tab)
        there = self.contents.numbered(sheet.number) if sheet else None
        if sheet is None or there is None:
            if sheet is not None:
                told.told.append("L’onglet avait été supprimé : il est récrit en entier.")
                sheet.delete()
            self._build(told, rows, None)
            return
        opened = memory.settle(sheet, there.marks)
        afresh = self.full_refresh and told.tab not in self.refreshed
        if memory.is_behind(sheet, there.marks):
            told.told.append("L’onglet a reçu des lignes dont nos tables ne savent rien : il est à récrire en entier.")
            afresh = True
        if afresh and not rows:
            told.told.append("Aucune ligne à écrire : l’ancien contenu est gardé.")
        elif afresh:
            self._build(told, rows, there)
        else:
            self._append(told, rows, sheet, there, opened)

    # -- appending -----------------------------------------------------------------------------------------------------

    def _append(
        self, told: Written, rows: Sequence[Row], sheet: ReportSheet, there: Tab, opened: ReportBatch | None
    ) -> None:
        self._give_name_back(told, there)
        known = memory.accepted(sheet)
        fresh = [row for row in rows if known.isdisjoint(row.ids)]
        if not fresh:
            return
        [header] = self.book.headers([self._now(there)])
        if tuple(header[: len(HEADER)]) != HEADER:
            raise TabEdited(
                f"L’onglet « {told.tab} » a été modifié à la main : ses titres ne sont plus ceux du rapport."
            )
        google.room_for(self.contents, len(fresh) * there.columns)
        sent = {pk for ids in opened.entries for pk in ids} if opened else set()
        again = [row for row in fresh if not sent.isdisjoint(row.ids)]
        if opened is not None and not again:
            opened.delete()
        past = [mark for mark in memory.marks_of(sheet) if mark in there.marks]
        new = [row for row in fresh if sent.isdisjoint(row.ids)]
        # What was sent once goes again as one parcel: under its mark it is whole, or it is not there.
        for parcel in (*([again] if again else ()), *parcels(new)):
            self._send(sheet, [google.appended(sheet.number, (row.cells for row in parcel))], parcel, past)
            told.written += len(parcel)
            past = []

    def _give_name_back(self, told: Written, there: Tab) -> None:
        if there.title == told.tab:
            return
        aside = self._set_aside(told, there.number)
        self.book.arrange([*aside, google.renamed(there.number, told.tab)])
        told.told.append(f"L’onglet avait été renommé « {there.title} » : son nom lui est rendu.")
        self.contents = self.book.contents()

    def _now(self, there: Tab) -> Tab:
        return self.contents.numbered(there.number) or there

    def _send(
        self, sheet: ReportSheet, requests: Sequence[Request], rows: Sequence[Row], past: Sequence[int] = ()
    ) -> None:
        """Announce, write, believe: in this order, whatever happens between."""
        batch = memory.announce(sheet, rows)
        self.book.write(requests, mark=batch.mark, sheet=sheet.number, past=past)
        memory.accept(batch)

    # -- writing afresh ------------------------------------------------------------------------------------------------

    def _build(self, told: Written, rows: Sequence[Row], old: Tab | None) -> None:
        """A new sheet beside the old one, then one request that puts it in its place."""
        google.room_for(self.contents, (len(rows) + 2) * len(HEADER))
        sheet = memory.begin(self.book.key, told.tab)
        title = self.contents.free_title(f"{told.tab} ({WRITING})")
        self._send(sheet, google.added(sheet.number, title, len(rows)), [])
        for parcel in parcels(rows):
            self._send(sheet, [google.appended(sheet.number, (row.cells for row in parcel))], parcel)
        if old is not None:
            swap = [google.removed(old.number), *self._set_aside(told, old.number)]
        else:
            swap = self._set_aside(told, sheet.number)
        self._send(sheet, [*swap, google.renamed(sheet.number, told.tab)], [])
        memory.put_in_place(sheet)
        told.written = len(rows)
        if self.full_refresh:
            self.refreshed.append(told.tab)

    def _set_aside(self, told: Written, own: int) -> list[Request]:
        """A tab of the same name that we did not make keeps what it holds, under another name."""
        stranger = self.contents.titled(told.tab)
        if stranger is None or stranger.number == own:
            return []
        title = self.contents.free_title(f"{told.tab} (avant le {self.now.astimezone(COMPANY_ZONE):%Y-%m-%d})")
        told.told.append(f"Un onglet du même nom, qui n’est pas du rapport, s’appelle maintenant « {title} ».")
        return [google.renamed(stranger.number, title)]

    def _put_in_order(self, tabs: Sequence[str]) -> None:
        self.contents = self.book.contents()
        ours = [tab.number for title in tabs if (tab := self.contents.titled(title))]
        first = [tab.number for tab in sorted(self.contents.tabs, key=lambda tab: tab.index)][: len(ours)]
        if ours != first:
            self.book.arrange(google.in_front(ours))
