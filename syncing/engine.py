"""The order of the phases, and nothing else: lease, spool, fetch, stage, seal, reconcile.

Entities are isolated: whatever stops one is written on its leg, and the next one starts.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import InterfaceError, OperationalError

from syncing import leases, legs
from syncing.connection import transport as connect
from syncing.fetching.errors import CursorRefused, NotUtf8, SpoolTorn
from syncing.fetching.pages import Page, plan, walk
from syncing.fetching.spool import Spool
from syncing.fetching.transport import Transport
from syncing.models import Leg
from syncing.reconciling.applying import Tally
from syncing.reconciling.reconciling import reconcile
from syncing.registry import Entity, Registry, entities
from syncing.staging.accepting import StagedPage, stage_page
from syncing.vocabulary import Mode, SyncError

logger = logging.getLogger(__name__)

RECONCILE_EVERY = 5  # pages: people see a first load grow, and a batch is as large as the reconciler likes it


class DatabaseGone(SyncError):
    """The database stopped answering; what was fetched waits in the spool."""

    code = "database_gone"
    action = "Rien n’est perdu : relancez la lecture quand la base répond, elle reprendra d’elle-même."
    retryable = True


class Surprise(SyncError):
    """Something nobody foresaw: the trace is in the logs, the other entities go on."""

    code = "surprise"
    action = "Consultez le journal du serveur, puis relancez la lecture."


class Interrupted(SyncError):
    """A person stopped the run."""

    code = "interrupted"
    action = "Relancez la même commande : la lecture reprend à la page suivante."
    retryable = True


class Reporter(Protocol):
    """Who shows what happens; commands and tests hand in their own."""

    def started(self, root: Entity, leg: Leg) -> None: ...
    def page(self, root: Entity, page: Page, staged: StagedPage) -> None: ...
    def reconciled(self, entity: Entity, tally: Tally) -> None: ...
    def finished(self, root: Entity, result: Result) -> None: ...


@dataclass
class Result:
    """What became of one root entity and of those it carries."""

    brought: list[Entity]
    """The root, then those it carries."""
    legs: dict[str, Leg] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: SyncError | None = None
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def root(self) -> Entity:
        return self.brought[0]

    @property
    def skipped(self) -> bool:
        """Another run is at it: nothing failed, nothing was done."""
        return isinstance(self.error, leases.Taken)


def sync(
    names: Sequence[str] = (),
    *,
    mode: Mode = Mode.INCREMENTAL,
    reporter: Reporter,
    trigger: str = "manual",
    user: AbstractBaseUser | None = None,
    registry: Registry | None = None,
    transport: Transport | None = None,
) -> list[Result]:
    """Read `names` (everything when empty) and bring the domain tables up to what was read.

    Raises UnknownEntity for a wrong name and KeyboardInterrupt when a person stops it, after the books are closed;
    every other fault is in the results.
    """
    registry = registry or entities()
    roots = registry.roots(names)
    with nullcontext(transport) if transport else connect() as door:
        legs.refuse_other_source(legs.source_of(door.api_url))
        results = []
        for root in roots:
            run = Run(root, mode, registry, door, Spool(settings.RAW_DATA_DIR), reporter, trigger, user)
            results.append(run.perform())
            reporter.finished(root, results[-1])
    return results


class Run:
    """One root entity, from lease to journal."""

    def __init__(
        self, root: Entity, mode: Mode, registry: Registry, transport: Transport, spool: Spool, reporter: Reporter,
        trigger: str, user: AbstractBaseUser | None,
    ) -> None:  # fmt: skip
        self.root, self.mode, self.registry, self.transport = root, mode, registry, transport
        self.spool, self.reporter, self.trigger, self.user = spool, reporter, trigger, user
        self.brought = registry.brought_by(root)
        self.owner = leases.new_owner()
        self.source = legs.source_of(transport.api_url)
        self.result = Result(self.brought, tallies={entity.name: Tally() for entity in self.brought})
        self._requests = transport.requests
        self._unsaid: list[str] = []

    def perform(self) -> Result:
        """Everything about this entity; what goes wrong is in the result and on the leg."""
        try:
            with leases.held([f"sync:{entity.name}" for entity in self.brought], self.owner):
                self._perform_leased()
        except SyncError as error:
            self.result.error = error
        except (OperationalError, InterfaceError) as error:
            logger.exception("database_gone", extra={"entity": self.root.name})
            self.result.error = DatabaseGone(f"La base de données ne répond plus : {error}".strip())
        except Exception as error:  # the edge of one entity: whatever happens here stays here
            logger.exception("entity_failed", extra={"entity": self.root.name})
            self.result.error = Surprise(f"{type(error).__name__} : {error}")
            self._close(self.result.error)
        return self.result

    def _perform_leased(self) -> None:
        error: SyncError | None = None
        try:
            self._stage_what_waits()
            self._read_complete()
        except SyncError as caught:
            error = self.result.error = caught
        except KeyboardInterrupt:
            self._close(Interrupted("Lecture interrompue par une personne."))
            raise
        self._reconcile()
        self._close(error)

    def _read_complete(self) -> None:
        """Read to the seal; a list that gave less than announced is read once more, since pages may have shifted."""
        self._read()
        if self._seal() > legs.usual_shortfall(self.result.legs[self.root.name]):
            self._close(None)
            self._read(fresh=True)
            self._seal()

    def _seal(self) -> int:
        legs.seal(self.result.legs)
        leg = self.result.legs[self.root.name]
        missing = legs.shortfall(leg)
        if missing:
            self._notice(f"Gazelle annonce {leg.total} fiches et en a donné {leg.distinct}.")
            logger.warning("total_mismatch", extra={"entity": self.root.name, "missing": missing})
        return missing

    def _read(self, *, fresh: bool = False) -> None:
        """The pages that are missing: from the last one at hand, or from the first."""
        stopped = None if fresh else legs.unfinished(self.root, self.mode)
        if stopped is not None:
            self.result.legs = legs.take_up(stopped, self.brought)
            try:
                return self._walk(stopped)
            except CursorRefused:
                self._notice("Gazelle n’accepte plus l’ancien curseur : la liste est relue du début.")
                self._close(None)
        since, until = legs.window(self.root, self.mode)
        self.result.legs = legs.open_legs(
            self.brought, self.mode, since=since, until=until, source=self.source, trigger=self.trigger, user=self.user
        )
        return self._walk(self.result.legs[self.root.name])

    def _walk(self, leg: Leg) -> None:
        self.reporter.started(self.root, leg)
        reading = plan(self.root, self.registry, self.mode, since=leg.since, until=leg.until)
        pages = walk(self.transport, reading, leg=str(leg.pk), cursor=leg.cursor, number=leg.page + 1)
        while (page := self._timed_next(pages)) is not None:
            with self._timed("staging"):
                path = self.spool.write(page)
                staged = self._stage(page, self.result.legs)
                self.spool.delete(path)
            self.reporter.page(self.root, page, staged)
            if page.number % RECONCILE_EVERY == 0:
                self._reconcile()

    def _timed_next(self, pages: Iterator[Page]) -> Page | None:
        with self._timed("fetching"):
            try:
                return next(pages, None)
            except NotUtf8 as error:
                leg = self.result.legs[self.root.name]
                kept = self.spool.keep_body(self.root.name, str(leg.pk), leg.page + 1, error.body, str(error))
                self._notice(f"La réponse illisible est gardée dans {kept}.")
                raise

    def _stage(self, page: Page, family: dict[str, Leg]) -> StagedPage:
        for entity in self.brought:
            leases.renew(f"sync:{entity.name}", self.owner)
        return stage_page(
            entities=self.brought, nodes=page.nodes, number=page.number, end_cursor=page.end_cursor, total=page.total,
            fetched_at=page.fetched_at, warnings=page.faults, legs=family,
        )  # fmt: skip

    def _stage_what_waits(self) -> None:
        """Pages fetched by a run that died before they were staged."""
        if overflow := self.spool.overflow():
            self._notice(str(overflow))
        for path in self.spool.waiting(self.root.name):
            try:
                page = self.spool.read(path)
            except SpoolTorn as error:
                self.spool.set_aside(path, str(error))
                self._notice(str(error))
                continue
            leg = Leg.objects.filter(pk=page.leg, entity=self.root.name).first() if page.leg.isdigit() else None
            if leg is not None and page.number == leg.page + 1 and leg.sealed_at is None:
                family = {each.entity: each for each in [leg, *Leg.objects.filter(carried_by=leg)]}
                self._stage(page, family)
            elif not legs.superseded(self.root, page.fetched_at):
                self._stage(page, {})
            self.spool.delete(path)

    def _reconcile(self) -> None:
        """Bring what is staged into the domain tables; each entity by itself."""
        with self._timed("reconciling"):
            for entity in self.brought:
                tally = reconcile(entity, self.registry)
                self.result.tallies[entity.name].add(tally)
                if entity.name in self.result.legs:
                    legs.record(self.result.legs[entity.name], tally, self.result.seconds)
                self.reporter.reconciled(entity, tally)

    def _close(self, error: SyncError | None) -> None:
        requests, self._requests = self.transport.requests - self._requests, self.transport.requests
        legs.finish(self.result.legs, error, requests=requests, warnings=self._unsaid)
        self._unsaid = []

    def _notice(self, warning: str) -> None:
        """Something worth telling that stops nothing: shown now, and kept on the leg."""
        self.result.warnings.append(warning)
        self._unsaid.append(warning)

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.result.seconds[phase] += time.perf_counter() - started
