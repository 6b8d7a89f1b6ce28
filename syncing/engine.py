"""What a person, a job or a program asks of the engine: read these entities, reconcile those.

Entities are isolated: whatever stops one is in its result and on its leg, and the next one starts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, close_old_connections

from syncing import leases, legs
from syncing.connection import transport as connect
from syncing.fetching.spool import Spool
from syncing.fetching.transport import Transport
from syncing.merging import infer_merges, lead_the_late
from syncing.reconciling.reconciling import reconcile
from syncing.reconciling.tables import table
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, Registry, entities, load
from syncing.results import Asked, Reporter, Result
from syncing.running import Run
from syncing.vocabulary import Mode, SyncError

logger = logging.getLogger(__name__)


def sync(
    names: Sequence[str] = (),
    *,
    mode: Mode = Mode.INCREMENTAL,
    period: tuple[datetime, datetime] | None = None,
    reporter: Reporter,
    trigger: str = "manual",
    user: AbstractBaseUser | None = None,
    registry: Registry | None = None,
    transport: Transport | None = None,
) -> list[Result]:
    """Read `names` (everything when empty) and bring the domain tables up to what was read.

    An entity that was never read whole is read whole, whatever the mode. `period` goes with the repair mode. Raises
    UnknownEntity for a wrong name, OtherSource, and KeyboardInterrupt when a person stops it, after the books are
    closed; every other fault is in the results.
    """
    close_old_connections()  # a worker's may have broken since its last sync
    registry = registry or entities()
    roots = registry.roots(names)
    if mode is Mode.RECENT:
        roots = [root for root in roots if Mode.RECENT in root.reads]
    asked = Asked(mode, period, trigger, user)
    with nullcontext(transport) if transport else _door(roots, asked, registry) as door:
        legs.refuse_other_source(legs.source_of(door.api_url))
        results = []
        for root in roots:
            run = Run(root, asked, registry, door, Spool(settings.RAW_DATA_DIR), reporter)
            results.append(run.perform())
            reporter.finished(root, results[-1])
    try:
        infer_merges(registry)
        lead_the_late(registry)
    except DatabaseError:
        logger.exception("merges_not_inferred")  # nothing depends on it: the next sync does it
    _follow()
    return results


def _follow() -> None:
    """Let every app bring up to date what it derives from the mirrored tables, in its `following.py`."""
    for module in load("following"):
        try:
            module.after_sync()  # type: ignore[attr-defined]  # a module is an object to mypy
        except Exception:  # what is derived is brought up to date by the next sync: this one is done
            logger.exception("not_followed", extra={"follower": module.__name__})  # type: ignore[attr-defined]  # as above


def _door(roots: Iterable[Entity], asked: Asked, registry: Registry) -> Transport:
    """The way to Gazelle; without it no table is read, and the journal says why as it does of any other failure."""
    source = legs.source_of(settings.GAZELLE_API_URL)
    try:
        return connect()
    except SyncError as error:
        legs.refuse_other_source(source)
        for root in roots:
            opened = legs.open_legs(
                registry.brought_by(root), asked.mode, since=None, until=None, query="", source=source,
                trigger=asked.trigger, user=asked.user,
            )  # fmt: skip
            legs.finish(opened, error, requests=0, warnings=(), seconds={})
        raise


def sync_one(
    name: str,
    gazelle_id: str,
    *,
    reporter: Reporter,
    trigger: str = "manual",
    user: AbstractBaseUser | None = None,
    registry: Registry | None = None,
    transport: Transport | None = None,
) -> Result:
    """Ask Gazelle again for one record; raises UnknownEntity, and LookupError when the API has no single read."""
    close_old_connections()
    registry = registry or entities()
    entity = registry[name]
    if not entity.single:
        raise LookupError(f"Gazelle ne donne pas « {entity.label} » une fiche à la fois : lisez la table entière.")
    with nullcontext(transport) if transport else connect() as door:
        legs.refuse_other_source(legs.source_of(door.api_url))
        run = Run(
            entity, Asked(Mode.REPAIR, None, trigger, user), registry, door, Spool(settings.RAW_DATA_DIR), reporter
        )
        result = run.perform_one(gazelle_id)
    reporter.finished(entity, result)
    return result


def settle(
    wanted: Iterable[Entity], *, replay: bool = False, registry: Registry | None = None
) -> Iterable[tuple[Entity, Tally | leases.Taken]]:
    """Reconcile what waits (everything kept, with `replay`), each entity under its lease."""
    registry, owner = registry or entities(), leases.new_owner()
    for entity in wanted:
        try:
            with leases.held([leases.name_for(entity)], owner):
                scanned = table(entity).model._base_manager.count()
                yield entity, reconcile(entity, registry, replay=replay, scanned=scanned)
        except leases.Taken as taken:
            yield entity, taken
