"""One root entity, from its lease to its journal: the order of the phases, and what each kind of fault costs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from syncing import absences, french, leases, legs
from syncing.auditing import audit
from syncing.bulk import count_afresh
from syncing.digests import digest
from syncing.fetching.errors import CursorRefused, QueryRefused, SpoolTorn, UnreadableAnswer
from syncing.fetching.pages import Page, Plan, plan, read_one, walk
from syncing.fetching.spool import Spool
from syncing.fetching.transport import Transport
from syncing.locks import is_locked_out
from syncing.models import Drift, Leg, StagedRecord
from syncing.reconciling.drifting import note
from syncing.reconciling.reconciling import reconcile
from syncing.reconciling.tables import table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry
from syncing.results import Asked, DatabaseGone, DatabaseLocked, EmptyList, Interrupted, Reporter, Result, Surprise
from syncing.slimming import Missing, missing_fields, without
from syncing.staging.accepting import StagedPage, stage_page
from syncing.vocabulary import Mode, Node, Outcome, SyncError

logger = logging.getLogger(__name__)

RECONCILE_EVERY = 5  # pages: people see a first load grow, and a batch is as large as the reconciler likes it
RENEW_EVERY = 5.0  # seconds; a lease lasts ten minutes
NOTICES = 20  # a leg that complains on every page says the same thing; the first ones tell it
BESIDES = "-besides"  # how the spool knows the pages of a list outside the default one
SLIMMED_AT_MOST = 5  # a query refused for its fields is asked again without them, this many times


class Run:
    """One root entity, from lease to journal."""

    def __init__(
        self, root: Entity, asked: Asked, registry: Registry, transport: Transport, spool: Spool, reporter: Reporter
    ) -> None:
        self.root, self.asked, self.registry = root, asked, registry
        self.transport, self.spool, self.reporter = transport, spool, reporter
        self.brought = registry.brought_by(root)
        self.names = [leases.name_for(entity) for entity in self.brought]
        self.owner = leases.new_owner()
        self.source = legs.source_of(transport.api_url)
        self.mode = asked.mode
        self.result = Result(self.brought, tallies={entity.name: Tally() for entity in self.brought})
        self._requests = transport.requests
        self._unsaid: list[str] = []
        self._renewed = float("-inf")

    @cached_property
    def first_load(self) -> bool:
        """The entity was never read whole: nothing here can be emptied, and people watch the table grow."""
        return legs.mark(self.root, Mode.FULL) is None

    def perform(self) -> Result:
        """Read the list; what goes wrong is in the result and on the leg."""
        return self._guarded(self._read_all)

    def perform_one(self, gazelle_id: str) -> Result:
        """Read one record."""
        return self._guarded(lambda: self._read_one(gazelle_id))

    # -- what each kind of fault costs ---------------------------------------------------------------------------------

    def _guarded(self, work: Callable[[], None]) -> Result:
        close_old_connections()  # one that broke since the last entity is replaced before it costs this one
        try:
            with leases.held(self.names, self.owner):
                self._booked(work)
        except SyncError as error:
            self.result.error = error
        except (OperationalError, InterfaceError) as error:
            logger.exception("database_gone", extra={"entity": self.root.name})
            self._after_database_fault(_of_the_database(error))
        except Exception as error:  # the edge of one entity: whatever happens here stays here
            logger.exception("entity_failed", extra={"entity": self.root.name})
            self._after_database_fault(Surprise(f"{type(error).__name__} : {error}"))
        return self.result

    def _booked(self, work: Callable[[], None]) -> None:
        """Do the work, then reconcile and close the books, whatever was read of it."""
        error: SyncError | None = None
        try:
            try:
                work()
                self._reconcile()
                self._look_besides()
                if self.first_load:
                    count_afresh([StagedRecord, *(table(entity).model for entity in self.brought)])
            except leases.Lost:
                raise  # somebody else holds the entity now: not a line more
            except SyncError as caught:
                error = self.result.error = caught
                self._reconcile()
        except KeyboardInterrupt as stop:
            self._close(Interrupted(str(stop) or "Lecture interrompue par une personne."))
            raise
        self._close(error)

    def _after_database_fault(self, error: SyncError) -> None:
        """A connection that broke is replaced; if the server is there after all, the books are closed on it."""
        self.result.error = error
        connection.close()
        with suppress(DatabaseError, InterfaceError):
            self._close(error)
            for name in self.names:
                leases.release(name, self.owner)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read_all(self) -> None:
        """Read to the seal; once more when the list moved under the reading, or when its beginning is too old."""
        self.mode = self._mode_needed()
        self._judge_what_was_left()
        self._stage_what_waits()
        self._read()
        leg = self.result.legs[self.root.name]
        if self._seal() > legs.usual_shortfall(leg):
            self._close(None)
            self._read(fresh=True)
            self._seal()
        if legs.is_stale(self.result.legs[self.root.name], self.root):
            self._reconcile()
            self._look_besides()
            self._close(None)
            self.mode = Mode.INCREMENTAL
            self._read(fresh=True)
            self._seal()

    def _mode_needed(self) -> Mode:
        """A table that was never read whole is read whole first: a window would show a part as if it were all."""
        if self.asked.mode in (Mode.INCREMENTAL, Mode.RECENT) and self.first_load:
            return Mode.FULL
        return self.asked.mode

    def _read(self, *, fresh: bool = False) -> None:
        """The pages that are missing: from the last one at hand, or from the first."""
        since, until = self.asked.period or legs.window(self.root, self.mode)
        stopped = None if fresh or self.mode is Mode.REPAIR else legs.unfinished(self.root, self.mode)
        for _ in range(SLIMMED_AT_MOST):
            reading = self._plan(stopped, since, until)
            if stopped is not None and stopped.query != question(reading, self.brought):
                stopped = None
                continue
            try:
                return self._walk(reading, stopped, since, until)
            except CursorRefused:
                if stopped is None:
                    raise
                self._notice("Gazelle n’accepte plus l’ancien curseur : la liste est relue du début.")
                self._close(None)
                stopped = None
            except QueryRefused as error:
                missing = missing_fields(error.problems)
                if not missing:
                    raise
                self._do_without(missing)
                self._close(None)
                stopped = None
        raise Surprise("Gazelle refuse la question même sans les champs qu’elle ne connaît plus.")

    def _plan(self, stopped: Leg | None, since: datetime | None, until: datetime | None) -> Plan:
        if stopped is not None:
            since, until = stopped.since, stopped.until
        return plan(self.root, self.registry, self.mode, since=since, until=until)

    def _walk(self, reading: Plan, stopped: Leg | None, since: datetime | None, until: datetime | None) -> None:
        if stopped is not None:
            self.result.legs = legs.take_up(stopped, self.brought)
        else:
            self.result.legs = legs.open_legs(
                self.brought, self.mode, since=since, until=until, query=question(reading, self.brought),
                source=self.source, trigger=self.asked.trigger, user=self.asked.user,
            )  # fmt: skip
        leg = self.result.legs[self.root.name]
        self.reporter.started(self.root, leg)
        pages = walk(self.transport, reading, leg=str(leg.pk), cursor=leg.cursor, number=leg.page + 1)
        while (page := self._timed_next(pages)) is not None:
            with self._timed("staging"):
                path = self.spool.write(page)
                staged = self._stage(page, self.result.legs)
                self.spool.delete(path)
            self._say_holes(page, staged)
            self.reporter.page(self.root, page, staged)
            if self.first_load and page.number % RECONCILE_EVERY == 0:
                self._reconcile()

    def _read_besides(self) -> None:
        """The lists outside the default one: their records are kept, and marked as out of it."""
        leg = self.result.legs.get(self.root.name)
        if leg is None or leg.sealed_at is None or leg.mode != Mode.FULL:
            return
        listed, outside = legs.seen_in(leg), set()
        for arguments in self.root.read(Mode.FULL).also:
            reading = plan(self.root, self.registry, Mode.FULL, since=leg.since, until=leg.until, arguments=arguments)
            pages = walk(self.transport, reading, leg=f"{leg.pk}{BESIDES}")
            while (page := self._timed_next(pages)) is not None:
                with self._timed("staging"):
                    path = self.spool.write(page)
                    staged = self._stage(page, {})
                    found = identified(page.nodes) - listed
                    absences.keep_out(self.root, found)
                    self.spool.delete(path)
                legs.count_faults(leg, len(page.faults) + staged.empty)
                self._say_holes(page, staged)
                outside |= found
        if outside:
            self._reconcile()
            absences.mark_gone(self.root, outside)

    def _timed_next(self, pages: Iterator[Page]) -> Page | None:
        with self._timed("fetching"):
            try:
                return next(pages, None)
            except UnreadableAnswer as error:
                leg = self.result.legs[self.root.name]
                kept = self.spool.keep_body(self.root.name, str(leg.pk), leg.page + 1, error.body, str(error))
                self._notice(f"La réponse illisible est gardée dans {kept}.")
                raise

    def _read_one(self, gazelle_id: str) -> None:
        node = read_one(self.transport, self.root, self.registry, gazelle_id)
        self.result.legs = legs.open_legs(
            self.brought, Mode.REPAIR, since=None, until=None, query="", source=self.source,
            trigger=self.asked.trigger, user=self.asked.user,
        )  # fmt: skip
        if node is None:
            self.result.is_unknown = True
            self._notice(f"Gazelle ne connaît pas « {gazelle_id} ».")
            return
        self._stage_nodes(self.root, [node])
        if self.root.read(Mode.FULL).also:
            # An answer about one record does not say in which of the lists it is: only their reading does.
            absences.keep_out(self.root, [gazelle_id])
            if not table(self.root).model._base_manager.filter(pk=gazelle_id, is_placeholder=False).exists():
                self._notice("Gazelle ne dit pas si cette fiche est archivée : la prochaine lecture complète le dira.")

    def _do_without(self, missing: set[Missing]) -> None:
        """Gazelle lost some fields: their columns keep what they have, and the novelty is told."""
        self.registry = without(self.registry, missing)
        self.root = self.registry[self.root.name]
        self.brought = self.registry.brought_by(self.root)
        for type_name, name in sorted({(field.type_name, field.name) for field in missing}):
            note(self.root.name, Drift.MISSING, f"{type_name}.{name}")
            self._notice(f"Gazelle ne connaît plus le champ « {name} » de {type_name} : lu sans lui.")

    # -- staging -------------------------------------------------------------------------------------------------------

    def _stage(self, page: Page, family: dict[str, Leg]) -> StagedPage:
        self._renew()
        return stage_page(
            entities=self.brought, nodes=page.nodes, number=page.number, end_cursor=page.end_cursor, total=page.total,
            fetched_at=page.fetched_at, faults=len(page.faults), legs=family,
        )  # fmt: skip

    def _stage_nodes(self, entity: Entity, nodes: list[Node]) -> None:
        """Records asked one by one."""
        brought = self.registry.brought_by(entity)
        stage_page(
            entities=brought, nodes=nodes, number=0, end_cursor="", total=None, fetched_at=timezone.now(), legs={}
        )

    def _stage_what_waits(self) -> None:
        """Pages fetched by a run that died before they were staged; what cannot be staged stops nobody."""
        if overflow := self.spool.overflow():
            self._notice(str(overflow))
        for path in self.spool.waiting(self.root.name):
            try:
                page = self.spool.read(path)
                if legs.source_of(page.api_url) != self.source:
                    raise SpoolTorn(f"{path} vient d’une autre source ({page.api_url}).")
                self._stage_waiting(page)
                if page.leg.endswith(BESIDES):
                    absences.keep_out(self.root, identified(page.nodes))
            except (OperationalError, InterfaceError, leases.Lost):
                raise
            except Exception as error:  # noqa: BLE001  # a page nobody can stage must not block its table for ever
                kept = self.spool.set_aside(path, str(error))
                self._notice(f"Page mise de côté dans {kept} : {error}")
                continue
            self.spool.delete(path)

    def _stage_waiting(self, page: Page) -> None:
        leg = Leg.objects.filter(pk=page.leg, entity=self.root.name).first() if page.leg.isdigit() else None
        next_of_leg = leg is not None and (leg.page + 1, leg.cursor) == (page.number, page.cursor)
        if leg is not None and next_of_leg and leg.sealed_at is None:
            family = {each.entity: each for each in [leg, *Leg.objects.filter(carried_by=leg)]}
            self._stage(page, {name: family[name] for name in family if name in self.result.tallies})
        elif not legs.superseded(self.root, page.fetched_at):
            self._stage(page, {})

    # -- sealing, reconciling, absences --------------------------------------------------------------------------------

    def _seal(self) -> int:
        """Move the mark; how many records are missing from what was announced."""
        leg = self.result.legs[self.root.name]
        if leg.since is None and leg.mode != Mode.REPAIR:
            leg.refresh_from_db()
            if leg.fetched == 0:
                self._doubt_emptiness(leg)
        legs.seal(self.result.legs)
        missing = legs.shortfall(leg)
        if missing:
            self._notice(f"Gazelle annonce {leg.total} fiches et en a donné {leg.distinct}.")
            logger.warning("total_mismatch", extra={"entity": self.root.name, "missing": missing})
        for entity in self.brought:
            absences.raise_returned(entity, self.result.legs[entity.name])
        return missing

    def _doubt_emptiness(self, leg: Leg) -> None:
        """An empty list is believed once nobody who was in it is unaccounted for. Raises EmptyList until then."""
        self._judge(self.root, leg)
        if not absences.is_accounted_for(self.root):
            raise EmptyList(f"Gazelle n’a donné aucune fiche pour « {self.root.label} », où il y en avait.")

    def _judge_what_was_left(self) -> None:
        """A full reading whose process died after its seal is judged now, from who it saw; another one replaces it."""
        leg = legs.unjudged(self.root) if self.mode in (Mode.INCREMENTAL, Mode.RECENT) else None
        if leg is None:
            return
        self.result.legs = legs.family_of(leg, self.brought)
        error: SyncError | None = None
        try:
            self._reconcile()
            self._look_besides()
        except (OperationalError, InterfaceError, leases.Lost):
            raise
        except Exception as caught:  # what is left of an old reading must not keep people from the new one
            logger.exception("full_reading_not_judged", extra={"entity": self.root.name})
            error = caught if isinstance(caught, SyncError) else Surprise(f"{type(caught).__name__} : {caught}")
            self._notice(f"La lecture complète précédente n’a pas pu être vérifiée : {error}")
        self._close(error)
        self.result.legs = {}

    def _reconcile(self) -> None:
        """Bring what is staged into the domain tables; each entity by itself."""
        with self._timed("reconciling"):
            for entity in self.brought:
                leg = self.result.legs.get(entity.name)
                tally = reconcile(
                    entity,
                    self.registry,
                    scanned=None if self.first_load else self._scanned(entity, leg),
                    record=lambda batch, leg=leg: legs.record(leg, batch) if leg else None,  # type: ignore[misc]  # a default binds the loop's leg
                )
                self.result.tallies[entity.name].add(tally)
                self.reporter.reconciled(entity, tally)

    def _scanned(self, entity: Entity, leg: Leg | None) -> int:
        """Against how many records an emptied field is weighed: those of a reading that ended, else the whole table."""
        if leg is not None:
            leg.refresh_from_db(fields=("fetched", "sealed_at"))
            if leg.sealed_at is not None:
                return leg.fetched
        return table(entity).model._base_manager.count()

    def _look_besides(self) -> None:
        """What a sealed leg allows beyond its own records: absences, lists outside the default one, a comparison."""
        self._read_besides()
        self._look_for_absences()

    def _look_for_absences(self) -> None:
        """After a sealed leg: who is gone, with proof; after a full one, a sample compared with the source too."""
        for entity in self.brought:
            leg = self.result.legs.get(entity.name)
            if leg is None or leg.sealed_at is None:
                continue
            self._judge(entity, leg)
            if leg.mode == Mode.FULL:
                with self._timed("audit"):
                    self._audit(entity, leg)

    def _judge(self, entity: Entity, leg: Leg) -> None:
        """Mark those who are gone with proof, and bring up to date those who are not."""
        with self._timed("absences"):
            found = absences.look(entity, leg, self._ask)
            if found.suspended:
                self._notice(f"{entity.label} : {found.suspended} Une personne doit confirmer.")
            if found.alive:
                self._stage_nodes(entity, found.alive)
                self._reconcile()
            gone = absences.mark_gone(entity, found.gone)
        if gone:
            tally = Tally()
            tally.outcomes[Outcome.DELETED] = gone
            self.result.tallies[entity.name].add(tally)
            legs.record(leg, tally)

    def _audit(self, entity: Entity, leg: Leg) -> None:
        compared = audit(entity, leg, self._ask)
        Leg.objects.filter(pk=leg.pk).update(audit=compared.as_json())
        if compared.differing:
            self._stage_nodes(entity, compared.differing)
            self._reconcile()
            told = french.counted(len(compared.differing), "fiche différait", "fiches différaient")
            self._notice(f"{entity.label} : dans l’échantillon, {told} de Gazelle.")

    def _ask(self, entity: Entity, gazelle_id: str) -> Node | None:
        self._renew()
        return read_one(self.transport, entity, self.registry, gazelle_id)

    def _renew(self) -> None:
        """Keep the leases, and make sure that they are still ours; a page takes milliseconds, so not at each."""
        if time.monotonic() - self._renewed > RENEW_EVERY:
            for name in self.names:
                leases.renew(name, self.owner)
            self._renewed = time.monotonic()

    # -- the books -----------------------------------------------------------------------------------------------------

    def _close(self, error: SyncError | None) -> None:
        requests, self._requests = self.transport.requests - self._requests, self.transport.requests
        legs.finish(self.result.legs, error, requests=requests, warnings=self._unsaid, seconds=self.result.seconds)
        self._unsaid = []

    def _say_holes(self, page: Page, staged: StagedPage) -> None:
        for fault in page.faults:
            self._notice(f"Page {page.number} : {fault}")
        if staged.empty:
            self._notice(f"Page {page.number} : {staged.empty} fiches vides.")

    def _notice(self, warning: str) -> None:
        """Something worth telling that stops nothing: shown now, and kept on the leg."""
        if warning not in self.result.warnings and len(self.result.warnings) < NOTICES:
            self.result.warnings.append(warning)
            self._unsaid.append(warning)

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.result.seconds[phase] += time.perf_counter() - started


def _of_the_database(error: Exception) -> SyncError:
    if is_locked_out(error):
        return DatabaseLocked("La base de données est verrouillée par un autre programme : rien ne peut y être écrit.")
    return DatabaseGone(f"La base de données ne répond plus : {error}".strip())


def identified(nodes: Iterable[object]) -> set[str]:
    """The ids of those of these nodes that have one."""
    ids = (node.get("id") for node in nodes if isinstance(node, dict))
    return {gazelle_id for gazelle_id in ids if isinstance(gazelle_id, str)}


def question(reading: Plan, brought: list[Entity]) -> str:
    """A fingerprint of what is asked: a leg is only taken up again under the same question."""
    return digest(f"{reading.query} {[entity.name for entity in brought]}".encode())
