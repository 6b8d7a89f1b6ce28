"""A spreadsheet as Google holds it, and the few things done to it.

Every write is one `batchUpdate`, which Google does whole or not at all, and carries a mark: a number in the sheet's
developer metadata that Google lets exist once. When an answer is lost, the mark tells whether the write was done; sent
again under the same mark, it cannot be done twice, not even by the first request arriving late.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import stamina

from pianos.report.faults import RequestRefused, SheetFault, SpreadsheetFull
from pianos.report.google import Door
from pianos.report.rows import HEADER
from syncing import french

Request: TypeAlias = dict[str, Any]

CELLS_AT_MOST = 10_000_000  # Google's own limit, of the whole spreadsheet
MARK = "assistant-gazelle"
MARKS_KEPT = 100  # of the last writes of a sheet: Google bounds what they weigh together
STATE = (
    "properties(title),sheets(properties(sheetId,title,index,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey))"
)
# A quota is counted by the minute: two whole ones are waited for, under the length of a slice of the job.
ATTEMPTS, FIRST_WAIT, LONGEST_WAIT, PATIENCE = 8, 2.0, 60.0, 240.0


@dataclass(frozen=True)
class Tab:
    """One sheet of the spreadsheet."""

    number: int
    title: str
    index: int
    rows: int
    columns: int
    marks: frozenset[int]
    """Of the writes it got from us, the last ones."""

    @property
    def cells(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True)
class Contents:
    """The spreadsheet at one moment."""

    title: str
    tabs: tuple[Tab, ...]

    def numbered(self, number: int) -> Tab | None:
        return next((tab for tab in self.tabs if tab.number == number), None)

    def titled(self, title: str) -> Tab | None:
        """Google takes two titles that differ by their capitals for one."""
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def free_title(self, wanted: str) -> str:
        title, n = wanted, 2
        while self.titled(title):
            title, n = f"{wanted} {n}", n + 1
        return title

    @property
    def cells(self) -> int:
        return sum(tab.cells for tab in self.tabs)


def new_number() -> int:
    """For a sheet or a mark: Google lets us choose, and both must be positive and fit in 31 bits."""
    return secrets.randbelow(2**31 - 2) + 1


class Book:
    """The spreadsheet of the settings. `wait` is told before each new try."""

    def __init__(self, door: Door, key: str, waited: Callable[[SheetFault], None] | None = None) -> None:
        self.door, self.key = door, key
        self._waited = waited or (lambda fault: None)

    def contents(self) -> Contents:
        read = self._read(lambda: self.door.fetch_sheet_metadata(self.key, params={"fields": STATE}))
        return Contents(read["properties"]["title"], tuple(_tab(sheet) for sheet in read["sheets"]))

    def headers(self, tabs: Sequence[Tab]) -> list[list[str]]:
        """The first row of each."""
        ranges = [f"{_quoted(tab.title)}!1:1" for tab in tabs]
        if not ranges:
            return []
        read = self._read(lambda: self.door.values_batch_get(self.key, ranges))
        return [[str(cell) for cell in (one.get("values") or [[]])[0]] for one in read["valueRanges"]]

    def write(self, requests: Sequence[Request], *, mark: int, sheet: int, past: Iterable[int] = ()) -> None:
        """Do all of these, once, whatever is lost on the way. `past`: the marks that the sheet has."""
        body = {"requests": [*requests, _marked(mark, sheet), *(_unmarked(old) for old in _stale(past))]}
        doubtful = False
        for attempt in self._attempts():
            with attempt:
                if doubtful and self._has(mark):
                    return
                try:
                    self.door.batch_update(self.key, body)
                except RequestRefused:
                    # A mark that exists is refused: this write was done, and its answer never came.
                    if self._has(mark):
                        return
                    raise
                except SheetFault as fault:
                    doubtful = doubtful or fault.is_doubtful
                    raise

    def arrange(self, requests: Sequence[Request]) -> None:
        """Do what changes nothing when it is done twice."""
        if requests:
            self._read(lambda: self.door.batch_update(self.key, {"requests": list(requests)}))

    def _has(self, mark: int) -> bool:
        read = self.door.fetch_sheet_metadata(self.key, params={"fields": STATE})
        return any(mark in _tab(sheet).marks for sheet in read["sheets"])

    def _read(self, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        for attempt in self._attempts():
            with attempt:
                return ask()
        raise AssertionError("unreachable")  # stamina raises the last fault itself

    def _attempts(self) -> Any:
        return stamina.retry_context(
            on=self._worth_another_try, attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=FIRST_WAIT,
            wait_max=LONGEST_WAIT, wait_jitter=FIRST_WAIT,
        )  # fmt: skip

    def _worth_another_try(self, error: Exception) -> bool:
        if isinstance(error, SheetFault) and error.retryable:
            self._waited(error)
            return True
        return False


def room_for(contents: Contents, cells: int) -> None:
    """Raises SpreadsheetFull when Google would not take that many more."""
    if contents.cells + cells > CELLS_AT_MOST:
        raise SpreadsheetFull(
            f"Le classeur « {contents.title} » a {french.number(contents.cells)} cellules, et Google n’en permet que "
            f"{french.number(CELLS_AT_MOST)}."
        )


# -- requests ----------------------------------------------------------------------------------------------------------


def added(number: int, title: str, rows: int) -> list[Request]:
    """A new sheet as wide as the report, its titles in bold and always in sight."""
    grid = {"rowCount": max(rows + 1, 2), "columnCount": len(HEADER), "frozenRowCount": 1}
    sheet = {"sheetId": number, "title": title, "gridProperties": grid}
    return [{"addSheet": {"properties": sheet}}, appended(number, [HEADER], bold=True)]


def appended(number: int, rows: Iterable[Sequence[str]], *, bold: bool = False) -> Request:
    """Under the last row that has anything. A cell is text and nothing else: « =1+1 » and « 0012 » stay as written."""
    shown: Request = {"userEnteredFormat": {"textFormat": {"bold": True}}} if bold else {}
    data = [
        {"values": [{"userEnteredValue": {"stringValue": cell}, **shown} if cell else {} for cell in row]}
        for row in rows
    ]
    fields = "userEnteredValue,userEnteredFormat.textFormat.bold" if bold else "userEnteredValue"
    return {"appendCells": {"sheetId": number, "rows": data, "fields": fields}}


def renamed(number: int, title: str) -> Request:
    return {"updateSheetProperties": {"properties": {"sheetId": number, "title": title}, "fields": "title"}}


def widened(tab: Tab) -> list[Request]:
    if tab.columns >= len(HEADER):
        return []
    missing = len(HEADER) - tab.columns
    return [{"appendDimension": {"sheetId": tab.number, "dimension": "COLUMNS", "length": missing}}]


def removed(number: int) -> Request:
    return {"deleteSheet": {"sheetId": number}}


def in_front(numbers: Sequence[int]) -> list[Request]:
    """These sheets first, in this order."""
    return [
        {"updateSheetProperties": {"properties": {"sheetId": number, "index": 0}, "fields": "index"}}
        for number in reversed(numbers)
    ]


def _marked(mark: int, sheet: int) -> Request:
    told = {
        "metadataId": mark, "metadataKey": MARK, "metadataValue": "écriture", "location": {"sheetId": sheet},
        "visibility": "DOCUMENT",
    }  # fmt: skip
    return {"createDeveloperMetadata": {"developerMetadata": told}}


def _unmarked(mark: int) -> Request:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": mark}}}}


def _stale(past: Iterable[int]) -> list[int]:
    return list(past)[: -MARKS_KEPT + 1]


def _tab(sheet: Mapping[str, Any]) -> Tab:
    told = sheet["properties"]
    grid = told.get("gridProperties", {})  # a sheet that is one chart has none
    marks = (one for one in sheet.get("developerMetadata", ()) if one.get("metadataKey") == MARK)
    return Tab(
        number=told.get("sheetId", 0), title=told["title"], index=told.get("index", 0), rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0), marks=frozenset(one["metadataId"] for one in marks),
    )  # fmt: skip


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
