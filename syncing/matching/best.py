"""Of two lists of values, the pair that agrees best speaks for their records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def best(
    left: tuple[Value, ...], right: tuple[Value, ...], agree: Callable[[Value, Value], int]
) -> tuple[int, Value, Value]:
    """The highest rank and its two values, the same pair whichever side one comes from."""
    mine, theirs = left[0], right[0]
    rank = agree(mine, theirs)
    if len(left) == len(right) == 1:
        return rank, mine, theirs
    for one in left:
        for other in right:
            found = agree(one, other)
            if found > rank or (found == rank and _order(one, other) < _order(mine, theirs)):
                rank, mine, theirs = found, one, other
    return rank, mine, theirs


def _order(one: object, other: object) -> list[str]:
    return sorted((str(one), str(other)))
