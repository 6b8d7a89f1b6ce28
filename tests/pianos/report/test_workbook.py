"""The report as a file: opened again, it has the same tabs, every cell as text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pianos.report.faults import FileNotWritten
from pianos.report.rows import ALERTS, HEADER, Row
from pianos.report.workbook import write_workbook

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def read(path: Path) -> dict[str, list[list[str]]]:
    """Each sheet by its name, and the text of its cells; a cell of another kind is a mistake."""
    with zipfile.ZipFile(path) as file:
        names = [one.get("name", "") for one in parsed(file, "xl/workbook.xml").iterfind("m:sheets/m:sheet", SPACE)]
        return {name: cells(parsed(file, f"xl/worksheets/sheet{n}.xml")) for n, name in enumerate(names, 1)}


def parsed(file: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(file.read(name))  # noqa: S314  # a file of our own


def cells(sheet: ElementTree.Element) -> list[list[str]]:
    rows = []
    for row in sheet.iterfind("m:sheetData/m:row", SPACE):
        found = [""] * len(HEADER)
        for cell in row.iterfind("m:c", SPACE):
            assert cell.get("t") == "inlineStr"
            column = ord(re.sub(r"\d", "", cell.get("r", ""))) - ord("A")
            found[column] = "".join(text.text or "" for text in cell.iterfind("m:is/m:t", SPACE))
        rows.append(found)
    return rows


def row(text: str) -> Row:
    return Row(("2026-01-19", "Service", text, *[""] * 3, "0012", *[""] * 5), ("tme_1",))


def test_the_file_has_every_tab_in_order_with_its_titles(tmp_path: Path) -> None:
    write_workbook({"UQAM": [], "Vincent": [row("Accord")], ALERTS: []}, tmp_path / "rapport.xlsx")
    found = read(tmp_path / "rapport.xlsx")
    assert list(found) == ["UQAM", "Vincent", ALERTS]
    assert [rows[0] for rows in found.values()] == [list(HEADER)] * 3
    assert found["Vincent"][1] == list(row("Accord").cells)
    assert list(tmp_path.iterdir()) == [tmp_path / "rapport.xlsx"]


@pytest.mark.parametrize("text", ["=1+1", "+33", "http://exemple.ca", "😀🎹", "deux\nlignes", "x" * 32_767, "<&>"])
def test_a_cell_is_text_as_it_was_written(tmp_path: Path, text: str) -> None:
    write_workbook({"Vincent": [row(text)]}, tmp_path / "rapport.xlsx")
    assert read(tmp_path / "rapport.xlsx")["Vincent"][1][2] == text


def test_names_that_such_a_file_refuses_are_mended(tmp_path: Path) -> None:
    tabs = ["Salle [A]: 1/2?", "x" * 60, "X" * 60, "'", "a:b"]
    write_workbook({tab: [] for tab in tabs}, tmp_path / "rapport.xlsx")
    names = list(read(tmp_path / "rapport.xlsx"))
    assert names[0] == "Salle A 1 2"
    assert len({name.casefold() for name in names}) == len(tabs)
    assert max(map(len, names)) <= 31


def test_a_file_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "rapport.xlsx"
    write_workbook({"Vincent": [row("Accord")]}, path)
    folder = tmp_path / "occupé"
    folder.write_text("un fichier")
    with pytest.raises(FileNotWritten, match="n’a pas pu être écrit"):
        write_workbook({"Vincent": []}, folder / "rapport.xlsx")
    assert len(read(path)["Vincent"]) == 2


def test_a_tab_longer_than_such_a_file_is_told(tmp_path: Path) -> None:
    rows = [row("Accord")] * 1_048_576
    with pytest.raises(FileNotWritten, match="plus de lignes"):
        write_workbook({"Vincent": rows}, tmp_path / "rapport.xlsx")
