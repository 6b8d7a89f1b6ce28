"""Relay windows: which slice of a list a page shows, and the cursors that lead to the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from gazelle_site.sandbox.store import Record

Known = Callable[[str], bool]

ANY_ID = "surrogatepass"
"""An id may be anything a test can think of, a lone surrogate included."""


def cursor_of(position: int, record: Record | None) -> str:
    """An opaque cursor: the record's id, and its position for when the record has gone meanwhile."""
    record_id = str((record or {}).get("id") or "")
    return base64.b64encode(f"{position}:{record_id}".encode("utf-8", ANY_ID)).decode()


def place_of(cursor: str) -> int | None:
    """The place a cursor of ours was given at; None for one that is not ours."""
    try:
        return int(base64.b64decode(cursor, validate=True).decode("utf-8", ANY_ID).partition(":")[0])
    except (ValueError, binascii.Error):
        return None


def _position(cursor: str, items: Sequence[Record], known: Known) -> tuple[int, bool]:
    """Where a cursor points, and whether its record is still there."""
    position = place_of(cursor)
    if position is None:
        raise GraphQLError(f"Invalid cursor: {cursor!r}")
    record_id = base64.b64decode(cursor).decode("utf-8", ANY_ID).partition(":")[2]
    if not record_id:
        if not 0 <= position < len(items):
            raise GraphQLError(f"Invalid cursor: {cursor!r}")
        return position, True
    if position < len(items) and items[position].get("id") == record_id:
        return position, True
    for index, record in enumerate(items):
        if record.get("id") == record_id:
            return index, True
    if not known(record_id):
        raise GraphQLError(f"Invalid cursor: {cursor!r}")
    return min(position, len(items)), False


def window(
    items: Sequence[Record], args: Mapping[str, Any], *, known: Known, max_first: int | None = None
) -> tuple[int, int]:
    """The bounds of the page asked for; without `first` or `last` the whole list, as the API does."""
    first, last = args.get("first"), args.get("last")
    for name, value in (("first", first), ("last", last)):
        if value is not None and value < 0:
            raise GraphQLError(f"`{name}` must be a non-negative integer, got {value}")
    start, stop = 0, len(items)
    if args.get("after"):
        position, present = _position(args["after"], items, known)
        start = position + 1 if present else position
    if args.get("before"):
        stop = max(start, _position(args["before"], items, known)[0])
    if max_first is not None:
        if last is not None and first is None:
            last = min(last, max_first)
        else:
            first = max_first if first is None else min(first, max_first)
    if first is not None:
        stop = min(stop, start + first)
    if last is not None:
        start = max(start, stop - last)
    return start, max(start, stop)
