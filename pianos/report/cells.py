"""What a cell may hold: text without control characters, no longer than the place it goes to permits. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pianos.report.rows import Row
from syncing import french

GOOGLE, EXCEL = 50_000, 32_767
"""The longest text of a cell, in UTF-16 units as both count."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# What is sent at once: far under what Google takes, and seconds of work for it.
ROWS_AT_ONCE, CHARACTERS_AT_ONCE = 1000, 400_000


def fitted(rows: Iterable[Row], limit: int) -> tuple[list[Row], list[str]]:
    """The rows as a cell can hold them, and the entries whose text had to be cut."""
    found, cut = [], list[str]()
    for row in rows:
        cells = tuple(fit(cell, limit) for cell in row.cells)
        if any(len(before) > limit // 2 and units(before) > limit for before in row.cells):
            cut.append(row.ids[0])
        found.append(row if cells == row.cells else replace(row, cells=cells))
    return found, cut


def fit(text: str, limit: int) -> str:
    """« Accord… [texte coupé : 61 440 caractères] » for a whole report pasted into a note."""
    plain = CONTROL.sub("", text.replace("\r\n", "\n"))
    if len(plain) <= limit // 2 or units(plain) <= limit:
        return plain
    end = f"… [texte coupé : {french.counted(len(plain), 'caractère', 'caractères')}]"
    kept = plain.encode("utf-16-le")[: 2 * (limit - len(end))].decode("utf-16-le", "ignore")
    return kept + end


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "ignore")) // 2


def parcels(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows by as many as are sent at once."""
    parcel, weight = list[Row](), 0
    for row in rows:
        size = sum(map(len, row.cells))
        if parcel and (len(parcel) == ROWS_AT_ONCE or weight + size > CHARACTERS_AT_ONCE):
            yield parcel
            parcel, weight = [], 0
        parcel.append(row)
        weight += size
    if parcel:
        yield parcel
