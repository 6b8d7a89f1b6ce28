"""What became of one attempt to send, in the words of those who sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Accepted:
    """The server took it for this recipient; `receipt` is what it answered."""

    receipt: str


@dataclass(frozen=True)
class NotSent:
    """It was written somewhere else on purpose: no mail server is set."""

    why: str


@dataclass(frozen=True)
class TryLater:
    """Certainly not accepted, for a reason that may pass. `after` is what the server asked to wait, in seconds."""

    why: str
    after: float = 0.0


@dataclass(frozen=True)
class Refused:
    """Certainly not accepted, and trying again would change nothing."""

    why: str


@dataclass(frozen=True)
class Doubtful:
    """It was handed over, and no answer came: it may have been accepted."""

    why: str


Outcome: TypeAlias = Accepted | NotSent | TryLater | Refused | Doubtful
