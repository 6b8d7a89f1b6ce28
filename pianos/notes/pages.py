"""The pages of words beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    """The lines of a page, without its comments."""
    written = (line.strip() for line in (_DATA / name).read_text("utf-8").splitlines())
    return [line for line in written if line and not line.startswith("#")]


@cache
def word_sets(name: str) -> dict[str, frozenset[str]]:
    """« label: word word » of a page."""
    found = {}
    for line in lines(name):
        label, _, words = line.partition(":")
        found[label.strip()] = frozenset(words.split())
    return found
