"""What a note was understood to say; every value carries the exact words that proved it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise


class Kind(Enum):
    """What a number of a note measures."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    PITCH = "pitch"


class Polarity(Enum):
    """Whether the words tell of something wrong, or of its being put right."""

    PROBLEM = "problem"
    RESOLUTION = "resolution"


@dataclass(frozen=True)
class Span:
    """`text[start:end]`, and those words."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Quantity:
    """A number with its meaning: degrees Celsius, percent of relative humidity, or hertz of the A."""

    kind: Kind
    value: float
    span: Span


@dataclass(frozen=True)
class Finding:
    """One thing said about one type of problem. `persists` when the words say it is still so, whatever came before."""

    type: str
    polarity: Polarity
    span: Span
    persists: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a note leaves one type of problem: what was wrong, what put it right, and whether it is still open."""

    type: str
    problem: Finding | None
    resolution: Finding | None
    is_open: bool


@dataclass(frozen=True)
class Reading:
    """A note as read: its numbers, and what it says of each type of problem, in the order of the text."""

    quantities: tuple[Quantity, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def temperature(self) -> Quantity | None:
        return self._climate[0]

    @property
    def humidity(self) -> Quantity | None:
        return self._climate[1]

    @property
    def pitch(self) -> Quantity | None:
        """The pitch the piano was left at: the last one told (« 437 monté à 440 »)."""
        return next((one for one in reversed(self.quantities) if one.kind is Kind.PITCH), None)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One per type named, in the order of the text."""
        types = dict.fromkeys(one.type for one in self.findings)
        return tuple(_outcome(name, [one for one in self.findings if one.type == name]) for name in types)

    @property
    def open_problems(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.is_open)

    @property
    def _climate(self) -> tuple[Quantity | None, Quantity | None]:
        """The first temperature and humidity told side by side; failing that the first of each."""
        told = [one for one in self.quantities if one.kind is not Kind.PITCH]
        for one, other in pairwise(told):
            if one.kind is not other.kind:
                return (one, other) if one.kind is Kind.TEMPERATURE else (other, one)
        warm = next((one for one in told if one.kind is Kind.TEMPERATURE), None)
        return warm, next((one for one in told if one.kind is Kind.HUMIDITY), None)


def _outcome(name: str, findings: list[Finding]) -> Outcome:
    """A resolution closes wherever it stands (« rebranché le PLS qui était débranché »), unless later words insist."""
    problems = [one for one in findings if one.polarity is Polarity.PROBLEM]
    resolutions = [one for one in findings if one.polarity is Polarity.RESOLUTION]
    insists = any(one.persists and one.span.start > resolutions[-1].span.start for one in problems if resolutions)
    return Outcome(
        type=name,
        problem=problems[0] if problems else None,
        resolution=resolutions[-1] if resolutions else None,
        is_open=bool(problems) and (not resolutions or insists),
    )
