"""The same tabs as a file that a spreadsheet program opens, for a house without a Google account."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pianos.report.faults import FileNotWritten
from pianos.report.rows import HEADER, Row

WIDTHS = (14, 13, 60, 32, 16, 16, 16, 13, 9, 18, 22, 16)
"""Of the columns, in characters."""
FORBIDDEN, LONGEST = re.compile(r"[\[\]:*?/\\]"), 31
ROWS_AT_MOST = 1_048_575
"""What a sheet of such a file holds, its titles apart."""


def write_workbook(tabs: Mapping[str, Sequence[Row]], path: Path) -> None:
    """The whole report in one file, which takes the place of the one before once it is complete.

    Every cell is text: a note that begins with « = » stays a note. Raises FileNotWritten.
    """
    too_long = [tab for tab, rows in tabs.items() if len(rows) > ROWS_AT_MOST]
    if too_long:
        raise FileNotWritten(f"L’onglet « {too_long[0]} » a plus de lignes que n’en tient un fichier .xlsx.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".xlsx", delete=False) as unfinished:
            partial = Path(unfinished.name)
        try:
            _write(tabs, partial)
            partial.chmod(0o640)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except (OSError, XlsxWriterException) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise FileNotWritten(f"Le fichier {path.name} n’a pas pu être écrit : {why}.") from error


def _name(tab: str, taken: set[str]) -> str:
    """What such a file allows: 31 characters, without those that its formulas use, and no two that differ by case."""
    plain = " ".join(FORBIDDEN.sub(" ", tab).strip("'").split())[:LONGEST] or "Onglet"
    name, n = plain, 2
    while name.casefold() in taken:
        name, n = f"{plain[: LONGEST - 4]} {n}", n + 1
    taken.add(name.casefold())
    return name


def _write(tabs: Mapping[str, Sequence[Row]], path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    try:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        plain = book.add_format({"valign": "top"})
        taken = set[str]()
        for tab, rows in tabs.items():
            sheet = book.add_worksheet(_name(tab, taken))
            sheet.freeze_panes(1, 0)
            for column, (title, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, title, bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row.cells):
                    if cell:
                        sheet.write_string(number, column, cell, wrapped if column == 2 else plain)
            sheet.autofilter(0, 0, max(len(rows), 1), len(HEADER) - 1)
    finally:
        book.close()
