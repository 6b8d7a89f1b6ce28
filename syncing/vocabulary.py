"""The words of the engine: the same in code, journal, page and mail.

Pure core: standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

Node: TypeAlias = Mapping[str, object]
"""One record as Gazelle answers it: its own field names, JSON values."""


class Mode(StrEnum):
    """How much of an entity a leg reads."""

    FULL = "full"
    """The whole list, every archived or inactive flag included: the only mode that may prove an absence."""
    INCREMENTAL = "incremental"
    """The cheapest window that is still complete, as the entity declares it."""
    RECENT = "recent"
    """What was created or happens about now: seen early, never relied upon for completeness."""
    REPAIR = "repair"
    """A period or a record asked again by a person; moves no mark and proves no absence."""


WIDTHS = (Mode.RECENT, Mode.INCREMENTAL, Mode.FULL)
"""Each reads at least what those before it read. A repair is not among them: it moves no mark and keeps no promise."""
INTERRUPTED = "interrupted"
"""The error code of a reading that a person stopped: nothing failed, it waits to be taken up again."""


class Outcome(StrEnum):
    """What reconciling did with one record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REVIVED = "revived"
    REJECTED = "rejected"
    DELETED = "deleted"


class RowState(StrEnum):
    """Where a staged row stands."""

    PENDING = "pending"
    """Staged, not yet reconciled."""
    RECONCILED = "reconciled"
    """Its content is in the domain table."""
    REJECTED = "rejected"
    """Cannot become a record: kept with path and reason, replayed when the parser or the content changes."""
    RETRY = "retry"
    """The database refused it for now: tried again by itself."""
    HELD = "held"
    """Would empty a field that is being emptied everywhere: waits for a person."""
    REFUSED = "refused"
    """A person said no to what it would change: neither tried nor replayed until Gazelle sends something else."""
    FAILED = "failed"
    """A surprise: somebody must look."""


class SyncError(Exception):
    """A fault the engine knows how to name.

    `code` is for programs, the message is one French sentence for people, `action` is the next step,
    `retryable` says whether trying again later, unchanged, may succeed.
    """

    code = "sync_error"
    action = "Consultez le journal de la lecture."
    retryable = False

    def __init__(self, message: str, *, action: str = "") -> None:
        super().__init__(message)
        if action:
            self.action = action


class Rejected(SyncError):
    """A record that cannot be stored at all; `path` says which part of it."""

    code = "rejected"
    action = "Corrigez la fiche dans Gazelle, ou le lecteur de cette entité, puis relancez « reconcile --replay »."

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} : {reason}")
        self.path = path
        self.reason = reason
