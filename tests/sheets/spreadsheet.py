"""A spreadsheet as the Sheets API keeps it: what a `batchUpdate` may ask, done whole or not at all; what it refuses."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CELLS_AT_MOST, TEXT_AT_MOST, TITLE_AT_MOST = 10_000_000, 50_000, 100


class Refused(Exception):
    """What Google answers 400 to, in its words."""


@dataclass
class Sheet:
    """One tab: what is in its cells, as text, and how large its grid is."""

    number: int
    title: str
    rows: int = 1000
    columns: int = 26
    cells: list[list[str]] = field(default_factory=list)
    formulas: int = 0
    """Cells that were written otherwise than as text."""
    marks: dict[int, str] = field(default_factory=dict)
    is_protected: bool = False

    def row(self, number: int) -> list[str]:
        found = list(self.cells[number]) if number < len(self.cells) else []
        while found and not found[-1]:
            found.pop()
        return found


class Spreadsheet:
    """Sheets in their order."""

    def __init__(self, key: str, title: str = "Rapport Timeline", limit: int = CELLS_AT_MOST) -> None:
        self.key, self.title, self.limit = key, title, limit
        self.sheets = [Sheet(0, "Feuille 1")]
        self.editors: set[str] = set()

    def __getitem__(self, title: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.title == title)

    @property
    def titles(self) -> list[str]:
        return [sheet.title for sheet in self.sheets]

    def rows(self, title: str) -> list[list[str]]:
        """What a person sees under the titles."""
        return [self[title].row(number) for number in range(1, len(self[title].cells))]

    def state(self) -> dict[str, Any]:
        return {
            "spreadsheetId": self.key,
            "properties": {"title": self.title},
            "sheets": [self._told(index, sheet) for index, sheet in enumerate(self.sheets)],
        }

    def _told(self, index: int, sheet: Sheet) -> dict[str, Any]:
        grid = {"rowCount": sheet.rows, "columnCount": sheet.columns}
        told: dict[str, Any] = {
            "properties": {"sheetId": sheet.number, "title": sheet.title, "index": index, "gridProperties": grid}
        }
        if sheet.marks:
            told["developerMetadata"] = [
                {"metadataId": number, "metadataKey": key} for number, key in sheet.marks.items()
            ]
        return told

    def values(self, asked: str) -> dict[str, Any]:
        """The only range our side asks for: the first row of a sheet."""
        title, _, cells = asked.rpartition("!")
        name = title.strip("'").replace("''", "'")
        found = [sheet for sheet in self.sheets if sheet.title.casefold() == name.casefold()]
        if not found or cells != "1:1":
            raise Refused(f"Unable to parse range: {asked}")
        row = found[0].row(0)
        return {"range": asked, "majorDimension": "ROWS", **({"values": [row]} if row else {})}

    def update(self, requests: list[dict[str, Any]]) -> None:
        """All of them, or none."""
        before = copy.deepcopy(self.sheets)
        try:
            for index, request in enumerate(requests):
                [(kind, body)] = request.items()
                try:
                    getattr(self, f"_{kind}")(body)
                except Refused as error:
                    raise Refused(f"Invalid requests[{index}].{kind}: {error}") from None
                if sum(sheet.rows * sheet.columns for sheet in self.sheets) > self.limit:
                    raise Refused(
                        f"Invalid requests[{index}].{kind}: This action would increase the number of cells in the "
                        "workbook above the limit of 10000000 cells."
                    )
        except Exception:
            self.sheets = before
            raise

    # -- the requests --------------------------------------------------------------------------------------------------

    def _sheet(self, number: int) -> Sheet:
        for sheet in self.sheets:
            if sheet.number == number:
                return sheet
        raise Refused(f"No sheet with id: {number}")

    def _addSheet(self, body: dict[str, Any]) -> None:  # noqa: N802  # Google's word
        told = body["properties"]
        number, grid = told["sheetId"], told["gridProperties"]
        if any(sheet.number == number for sheet in self.sheets):
            raise Refused(f"Duplicate sheet id: {number}")
        self._check_title(told["title"])
        if grid.get("frozenRowCount", 0) >= grid["rowCount"]:
            raise Refused("You can't freeze all visible rows on the sheet.")
        self.sheets.append(Sheet(number, told["title"], grid["rowCount"], grid["columnCount"]))

    def _deleteSheet(self, body: dict[str, Any]) -> None:  # noqa: N802
        sheet = self._sheet(body["sheetId"])
        if len(self.sheets) == 1:
            raise Refused("You can't remove all the sheets in a document.")
        self.sheets.remove(sheet)

    def _updateSheetProperties(self, body: dict[str, Any]) -> None:  # noqa: N802
        told = body["properties"]
        sheet = self._sheet(told["sheetId"])
        match body["fields"]:
            case "title":
                self._check_title(told["title"], sheet)
                sheet.title = told["title"]
            case "index":
                self.sheets.remove(sheet)
                self.sheets.insert(told["index"], sheet)
            case other:
                raise Refused(f"Unknown fields: {other}")

    def _appendCells(self, body: dict[str, Any]) -> None:  # noqa: N802
        sheet = self._sheet(body["sheetId"])
        if sheet.is_protected:
            raise Refused("You are trying to edit a protected cell or object. Please contact the spreadsheet owner.")
        while sheet.cells and not any(sheet.cells[-1]):
            sheet.cells.pop()
        for row in body["rows"]:
            if len(row["values"]) > sheet.columns:
                raise Refused(f"Attempting to write column: {sheet.columns}, beyond the last requested column.")
            sheet.cells.append([self._text(cell, sheet) for cell in row["values"]])
        sheet.rows = max(sheet.rows, len(sheet.cells))

    def _text(self, cell: dict[str, Any], sheet: Sheet) -> str:
        value = cell.get("userEnteredValue", {})
        if set(value) - {"stringValue"}:
            sheet.formulas += 1
        text = str(value.get("stringValue", ""))
        if len(text.encode("utf-16-le")) // 2 > TEXT_AT_MOST:
            raise Refused("Your input contains more than the maximum of 50000 characters in a single cell.")
        return text

    def _appendDimension(self, body: dict[str, Any]) -> None:  # noqa: N802
        self._sheet(body["sheetId"]).columns += body["length"]

    def _createDeveloperMetadata(self, body: dict[str, Any]) -> None:  # noqa: N802
        told = body["developerMetadata"]
        if told["metadataId"] in dict(self._marks()):
            raise Refused(f"Developer metadata with id {told['metadataId']} already exists.")
        self._sheet(told["location"]["sheetId"]).marks[told["metadataId"]] = told["metadataKey"]

    def _deleteDeveloperMetadata(self, body: dict[str, Any]) -> None:  # noqa: N802
        number = body["dataFilter"]["developerMetadataLookup"]["metadataId"]
        found = dict(self._marks()).get(number)
        if found is None:
            raise Refused(f"No developer metadata with id: {number}")
        del found.marks[number]

    def _marks(self) -> Iterator[tuple[int, Sheet]]:
        for sheet in self.sheets:
            for number in sheet.marks:
                yield number, sheet

    def _check_title(self, title: str, own: Sheet | None = None) -> None:
        if not title or len(title) > TITLE_AT_MOST:
            raise Refused("The name of the sheet is not valid.")
        if any(sheet.title.casefold() == title.casefold() and sheet is not own for sheet in self.sheets):
            raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')
