"""Telephone numbers and e-mail addresses: read as people type them, compared by what they reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from syncing.folding import digits, fold
from syncing.french import NBSP
from syncing.matching.best import best
from syncing.matching.model import Census, Finding
from syncing.matching.spelling import slip

_EXTENSION = re.compile(r"(?:poste|post|ext(?:ension)?|x|#)\W*(\d{1,6})\s*$")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
NEAR_LOCAL = 5
"""Letters an address must have before its @ for one of them to be a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A North American number, with the extension behind it."""

    number: str
    extension: str = ""

    def __str__(self) -> str:
        area, shown = self.number[:-7], f"{self.number[-7:-4]}-{self.number[-4:]}"
        shown = f"{area} {shown}" if area else shown
        return f"{shown}, poste{NBSP}{self.extension}" if self.extension else shown


def phone(text: str, extension: str = "") -> Phone | None:
    """« (514) 555-0123 poste 4 »; None for what cannot be a number, such as 000-0000."""
    folded = fold(text)
    if found := _EXTENSION.search(folded):
        folded, extension = folded[: found.start()], extension or found[1]
    number = digits(folded)
    if len(number) == 11 and number.startswith("1"):
        number = number[1:]
    if len(number) not in (7, 10) or len(set(number[-7:])) == 1:
        return None
    return Phone(number, digits(extension).lstrip("0"))


PHONE_LEVELS = ("different", "close", "desk", "line", "equal")
"""Two desks of one line are two people; a line with and without its extension may be one."""


class Phones:
    """Compares two lists of numbers by the pair that agrees best."""

    def keys(self, values: tuple[Phone, ...]) -> Iterator[str]:
        return (f"phone {value.number[-7:]}" for value in values)

    def looked_up(self, values: tuple[Phone, ...]) -> Iterator[str]:
        return self.keys(values)

    def counted(self, values: tuple[Phone, ...]) -> Iterator[tuple[str, str]]:
        return (("phone", value.number[-7:]) for value in values)

    def compare(self, left: tuple[Phone, ...], right: tuple[Phone, ...], census: Census) -> Iterable[Finding]:
        rank, mine, theirs = best(left, right, _phones_agree)
        level = PHONE_LEVELS[rank]
        longer = mine if len(mine.number) >= len(theirs.number) else theirs
        shared = longer.number[-7:] if level in ("equal", "line", "desk") else ""
        return (Finding("phone", level, str(longer if level == "equal" else mine), str(theirs), shared),)


def _phones_agree(mine: Phone, theirs: Phone) -> int:
    """The place in PHONE_LEVELS. A missing area code is taken for the same one."""
    shorter = min(len(mine.number), len(theirs.number))
    if mine.number[-shorter:] == theirs.number[-shorter:]:
        if mine.extension == theirs.extension:
            return 4
        return 2 if mine.extension and theirs.extension else 3
    return 1 if OSA.distance(mine.number, theirs.number, score_cutoff=1) <= 1 else 0


@dataclass(frozen=True, slots=True)
class Email:
    """An address, in small letters without accents."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def email(text: str) -> Email | None:
    """None for what is not an address."""
    folded = fold(text).strip(" <>;,.")
    if not _EMAIL.fullmatch(folded):
        return None
    local, _, domain = folded.rpartition("@")
    return Email(local, domain)


class Emails:
    """Compares two lists of addresses by the pair that agrees best."""

    def keys(self, values: tuple[Email, ...]) -> Iterator[str]:
        for value in values:
            yield f"email {value}"
            if len(value.local) > NEAR_LOCAL:  # found even when the domain is mistyped
                yield f"local {value.local}"

    def looked_up(self, values: tuple[Email, ...]) -> Iterator[str]:
        return self.keys(values)

    def counted(self, values: tuple[Email, ...]) -> Iterator[tuple[str, str]]:
        return (("email", str(value)) for value in values)

    def compare(self, left: tuple[Email, ...], right: tuple[Email, ...], census: Census) -> Iterable[Finding]:
        rank, mine, theirs = best(left, right, _emails_agree)
        level = ("different", "close", "equal")[rank]
        return (Finding("email", level, str(mine), str(theirs), str(mine) if rank == 2 else ""),)


def _emails_agree(mine: Email, theirs: Email) -> int:
    if mine == theirs:
        return 2
    if mine.local == theirs.local:
        return 1 if OSA.distance(mine.domain, theirs.domain, score_cutoff=2) <= 2 else 0
    # A digit or a dot is no slip of the finger: marie1@ and marie2@, marie.roy@ and marieroy@ are two people.
    plain, other = re.sub(r"\W", "", mine.local), re.sub(r"\W", "", theirs.local)
    near = mine.domain == theirs.domain and plain != other and digits(plain) == digits(other)
    return 1 if near and slip(plain, other) else 0
