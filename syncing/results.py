"""What is asked of a run, what became of it, and the faults that are the engine's own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.contrib.auth.base_user import AbstractBaseUser

from syncing import leases
from syncing.fetching.pages import Page
from syncing.models import Leg
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity
from syncing.staging.accepting import StagedPage
from syncing.vocabulary import INTERRUPTED, Mode, SyncError


class DatabaseGone(SyncError):
    """The database stopped answering; what was fetched waits in the spool."""

    code = "database_gone"
    action = "Rien n’est perdu : relancez la lecture quand la base répond, elle reprendra d’elle-même."
    retryable = True


class DatabaseLocked(SyncError):
    """Another program holds what must be written; what was fetched waits in the spool."""

    code = "database_locked"
    action = "Fermez le programme qui la tient (sauvegarde, console, autre copie du site), puis relancez la lecture."
    retryable = True


class Surprise(SyncError):
    """Something nobody foresaw: the trace is in the logs, the other entities go on."""

    code = "surprise"
    action = "Consultez le journal du serveur, puis relancez la lecture."


class Interrupted(SyncError):
    """A person stopped the run."""

    code = INTERRUPTED
    action = "Relancez la même commande : la lecture reprend à la page suivante."
    retryable = True


class EmptyList(SyncError):
    """Gazelle gave nothing at all where there was something: that proves nothing, and seals nothing."""

    code = "empty_list"
    action = (
        "Regardez dans Gazelle si la table y est vraiment vide. Si elle l’est, une lecture complète (sync --full) "
        "pose la question à la page /systeme/decisions/ ; sinon, la prochaine lecture réessaiera."
    )
    retryable = True


@dataclass(frozen=True)
class Asked:
    """What was asked of a run, and by whom."""

    mode: Mode
    period: tuple[datetime, datetime] | None
    trigger: str
    user: AbstractBaseUser | None


@dataclass
class Result:
    """What became of one root entity and of those it carries."""

    brought: list[Entity]
    """The root, then those it carries."""
    legs: dict[str, Leg] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: SyncError | None = None
    is_unknown: bool = False
    """One record was asked for, and Gazelle does not know it."""
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def root(self) -> Entity:
        return self.brought[0]

    @property
    def skipped(self) -> bool:
        """Another run is at it: nothing failed, nothing was done."""
        return isinstance(self.error, leases.Taken)


class Reporter(Protocol):
    """Who shows what happens; commands and tests hand in their own."""

    def started(self, root: Entity, leg: Leg) -> None: ...
    def page(self, root: Entity, page: Page, staged: StagedPage) -> None: ...
    def reconciled(self, entity: Entity, tally: Tally) -> None: ...
    def finished(self, root: Entity, result: Result) -> None: ...
