"""What a cell may hold, and rows by parcels."""

from __future__ import annotations

import pytest

from pianos.report.cells import CHARACTERS_AT_ONCE, EXCEL, GOOGLE, ROWS_AT_ONCE, fit, fitted, parcels, units
from pianos.report.rows import Row


def row(number: int, text: str = "Accord") -> Row:
    return Row(("2026-01-19", "Service", text, *[""] * 9), (f"tme_{number}",))


@pytest.mark.parametrize("limit", [GOOGLE, EXCEL])
@pytest.mark.parametrize("text", ["x" * 61_440, "🎹" * 30_000, "é\n" * 40_000])
def test_a_text_that_no_cell_holds_is_cut_and_says_so(limit: int, text: str) -> None:
    cut = fit(text, limit)
    assert units(cut) <= limit
    assert cut.endswith("caractères]")
    assert text.startswith(cut.partition("…")[0])
    rows, told = fitted([row(1), row(2, text)], limit)
    assert told == ["tme_2"]
    assert rows[0] == row(1)
    assert rows[1].ids == ("tme_2",)


@pytest.mark.parametrize("text", ["😀🎹", "=1+1", "0012", "'a", "a\nb", "x" * 32_000, "🎹" * 16_383])
def test_a_text_that_fits_is_left_as_it_is(text: str) -> None:
    assert fit(text, EXCEL) == text
    assert fitted([row(1, text)], EXCEL) == ([row(1, text)], [])


def test_characters_that_no_program_shows_are_left_out() -> None:
    assert fit("a\x00b\x1bc\ud800d\r\ne", EXCEL) == "abcd\ne"


def test_parcels_hold_every_row_once_and_stay_light() -> None:
    rows = [row(number, "x" * (number % 7 * 9_000)) for number in range(2_500)]
    found = list(parcels(rows))
    assert [one for parcel in found for one in parcel] == rows
    assert max(map(len, found)) <= ROWS_AT_ONCE
    weights = [sum(len(cell) for one in parcel for cell in one.cells) for parcel in found]
    assert max(weights) <= CHARACTERS_AT_ONCE
    assert list(parcels([])) == []
