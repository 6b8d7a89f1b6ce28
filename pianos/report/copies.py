"""An old import wrote entries under ids of its own making, `tle_…`, beside those of Gazelle, `tme_…`: the same, twice.

One copy is taken for one original, and only when nothing tells them apart: two pianos tuned on one day with the same
words stay two rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from pianos.report.entries import Entry

INVENTED = "tle_"
Likeness: TypeAlias = tuple[object, ...]


def without_copies(entries: Iterable[Entry]) -> tuple[list[Entry], list[tuple[Entry, Entry]]]:
    """The entries in their order, each once and knowing the ids of its copies; and each copy with its original."""
    kept = {entry.id: entry for entry in entries}
    free = defaultdict[Likeness, list[str]](list)
    for entry in kept.values():
        if not entry.id.startswith(INVENTED):
            free[_likeness(entry)].append(entry.id)
    found: list[tuple[Entry, Entry]] = []
    copies = [entry for entry in kept.values() if entry.id.startswith(INVENTED)]
    # Those that name their piano choose first: one that names none takes what is left.
    for copy in sorted(copies, key=lambda entry: not entry.piano):
        original = next((pk for pk in free[_likeness(copy)] if _may_be(copy, kept[pk])), "")
        if original:
            free[_likeness(copy)].remove(original)
            kept[original] = kept[original].known_also_as(*copy.ids)
            found.append((copy, kept[original]))
            del kept[copy.id]
    return list(kept.values()), found


def _likeness(entry: Entry) -> Likeness:
    return entry.kind, entry.day, " ".join(entry.said.split())


def _may_be(copy: Entry, original: Entry) -> bool:
    """What the import did not know is not a difference."""
    return (
        copy.piano in ("", original.piano)
        and copy.technician in ("", original.technician)
        and (bool(copy.piano) or copy.client in ("", original.client))
    )
