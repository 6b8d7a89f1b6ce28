"""Serial numbers, as they are copied: O for 0, I for 1, zeros lost, digits swapped; and the numbers of twins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from syncing.folding import fold
from syncing.matching.model import Census, Finding

_LOOKS = str.maketrans({"o": "0", "q": "0", "i": "1", "l": "1"})
_LABEL = re.compile(r"^(?:(?:no|n°|s/?n|serie)\W+|#)")
_ENDS = re.compile(r"^[a-z]+|[a-z]+$")
ENOUGH = 4
"""Digits below which a number is met on many instruments, or is not a serial number at all."""
MANY = 6
"""Digits from which two makers rarely came to the same number."""
BATCH = 100
"""Numbers this near left the factory together."""


@dataclass(frozen=True, slots=True)
class Serial:
    """A number in the forms it is compared by."""

    written: str
    """Letters and digits only."""
    looks: str
    """As the eye sees it: letters that look like digits read as such, leading zeros and letters apart."""
    letters: str
    """Those letters: A12345 is not B12345, but 12345 may be either."""
    shown: str

    @property
    def without_zeros(self) -> str:
        return self.looks.replace("0", "")

    @property
    def is_enough(self) -> bool:
        """Not 42, nor 11111, nor 123456, which stand for « I could not read it »."""
        return len(self.looks) >= ENOUGH and len(set(self.looks)) > 1 and self.looks not in "1234567890"


def serial(text: str) -> Serial | None:
    """None for what has no digit: the name of a room in the wrong box, « inconnu »."""
    written = re.sub(r"[^a-z0-9]", "", _LABEL.sub("", fold(text)))
    seen = written.translate(_LOOKS)
    looks = _ENDS.sub("", seen).lstrip("0")
    if not any(char.isdigit() for char in written) or not looks:
        return None
    return Serial(written, looks, "".join(_ENDS.findall(seen)), " ".join(text.split()))


class Serials:
    """Compares two numbers."""

    def keys(self, values: tuple[Serial, ...]) -> Iterator[str]:
        for value in values:
            yield f"serial {value.looks}"
            if len(value.without_zeros) >= ENOUGH:
                yield f"serial0 {value.without_zeros}"
                yield f"digits {''.join(sorted(value.without_zeros))}"  # found with digits swapped

    def looked_up(self, values: tuple[Serial, ...]) -> Iterator[str]:
        return self.keys(values)

    def counted(self, values: tuple[Serial, ...]) -> Iterator[tuple[str, str]]:
        return (("serial", value.looks) for value in values)

    def compare(self, left: tuple[Serial, ...], right: tuple[Serial, ...], census: Census) -> Iterable[Finding]:
        mine, theirs = left[0], right[0]
        level = serials_agree(mine, theirs)
        shared = mine.looks if level in ("equal", "few", "alike", "short") else ""
        yield Finding("serial", level, mine.shown, theirs.shown, shared)


def serials_agree(mine: Serial, theirs: Serial) -> str:
    """`equal`, `few`, `alike`, `short`, `twin`, `batch`, `zeros`, `swapped`, `close` or `different`."""
    if mine.looks == theirs.looks:
        if mine.letters and theirs.letters and mine.letters != theirs.letters:
            return "close"
        if not mine.is_enough:
            return "short"
        if mine.written != theirs.written:
            return "alike"
        return "equal" if len(mine.looks) >= MANY else "few"
    if mine.looks.isdigit() and theirs.looks.isdigit() and (gap := abs(int(mine.looks) - int(theirs.looks))) < BATCH:
        return "twin" if gap == 1 else "batch"
    if min(len(mine.looks), len(theirs.looks)) < ENOUGH:
        return "different"
    if mine.without_zeros == theirs.without_zeros and len(mine.looks) != len(theirs.looks):
        return "zeros"
    distance = OSA.distance(mine.looks, theirs.looks, score_cutoff=1)
    if distance > 1:
        return "different"
    return "swapped" if sorted(mine.looks) == sorted(theirs.looks) else "close"
