"""Second records met with an index, and what was decided compared with the truth."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from syncing.matching.index import Index
from syncing.matching.model import Card, Decision
from syncing.matching.scoring import Suggestion

Held = TypeVar("Held", bound=Card)


class Labelled(Protocol):
    """A record whose truth is known."""

    @property
    def who(self) -> int: ...
    @property
    def damage(self) -> tuple[str, ...]: ...


Source = TypeVar("Source", bound=Labelled)


@dataclass
class Verdict:
    """Counts of one run, and what went wrong in full."""

    met: int = 0
    right: int = 0
    suggested: int = 0
    wrong: list[str] = field(default_factory=list)
    explained: list[Suggestion] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        return self.right + len(self.wrong)

    @property
    def recall(self) -> float:
        return self.right / self.met

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.met + other.met, self.right + other.right, self.suggested + other.suggested,
            self.wrong + other.wrong, self.explained + other.explained, self.missed + other.missed,
        )  # fmt: skip

    def say(self, what: str) -> None:
        """One line for whoever runs the tests with -s."""
        most = ", ".join(f"{cause} {count}" for cause, count in self.missed.most_common(6))
        sys.stdout.write(
            f"\n{what}: {self.met} second records, {self.decided} decided alone, {len(self.wrong)} wrong, recall "
            f"{self.recall:.3f}, {self.suggested} suggested, {self.met - self.right - self.suggested} unnoticed; "
            f"not decided: {most}\n"
        )


def judge(index: Index[Held], arrivals: Iterable[Source], read: Callable[[Source, str], Held]) -> Verdict:
    """`index` holds record n of the truth under the id « known_n »."""
    verdict = Verdict()
    for number, arrival in enumerate(arrivals):
        verdict.met += 1
        truth, found = f"known_{arrival.who}", ""
        for suggestion in index.matches(read(arrival, f"new_{number}")):
            verdict.explained.append(suggestion)
            if suggestion.decision is Decision.SAME and suggestion.right_id != truth:
                verdict.wrong.append(f"{suggestion.sentence} {arrival}")
            elif suggestion.right_id == truth:
                found = suggestion.decision
        verdict.right += found == Decision.SAME
        verdict.suggested += found == Decision.PERHAPS
        if found != Decision.SAME:
            verdict.missed.update(arrival.damage)
    return verdict
