"""The few legs that tell how an entity stands, out of a journal that grows by thousands a day.

Each is one step in an index and all come back in one query, written by hand: the bar of every page asks it, and the
ORM takes twenty times longer to write these sixty steps than the database to take them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from syncing.models import Leg
from syncing.monitoring import hours
from syncing.monitoring.promises import Promise, known_at, promises
from syncing.registry import Entity
from syncing.vocabulary import Mode

COMPLETE = (Mode.INCREMENTAL, Mode.FULL)
"""The modes that may read a whole list and count it."""
NEWEST = 5
"""Legs started last: one at work may have been started before others and resumed after them."""
LAST_SEALS = 3
"""Seals: when the last one is that of a resumed leg, one before it may tell of newer data."""
COLUMNS = (
    *("id", "entity", "mode", "carried_by_id", "since", "until", "started_at", "heartbeat_at", "sealed_at"),
    *("finished_at", "resumed", "page", "total", "fetched", "distinct", "audit"),
    *("error_code", "error_message", "error_action"),
)


@dataclass(frozen=True)
class Kept:
    """One promise, and the readings that keep or break it."""

    promise: Promise
    counts: Leg | None = None
    """The sealed leg that tells of the newest data."""
    last_seal: Leg | None = None
    last_end: Leg | None = None
    last_start: Leg | None = None
    before_strip: Leg | None = None


@dataclass(frozen=True)
class Readings:
    """Everything the journal says about one entity, in a few legs."""

    kept: tuple[Kept, ...]
    last_whole: Leg | None = None
    last_audit: Leg | None = None
    open_legs: Sequence[Leg] = field(default_factory=tuple)


def readings(now: datetime, known: Iterable[Entity], *, at_a_glance: bool = False) -> dict[str, Readings]:
    """The decisive legs of each entity, in one query; `at_a_glance` leaves out what only the system page shows."""
    known = list(known)
    steps = [step for entity in known for step in _steps(now, entity, at_a_glance=at_a_glance)]
    legs: dict[str, dict[int, Leg]] = {entity.name: {} for entity in known}
    if steps:
        columns = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
        each = (f"SELECT * FROM (SELECT {columns} FROM syncing_leg {text}) step" for text, _ in steps)  # noqa: S608  # constant text, the values are parameters
        for leg in Leg.objects.raw(" UNION ALL ".join(each), [value for _, values in steps for value in values]):
            legs[leg.entity][leg.pk] = leg
    return {entity.name: _sorted_out(now, entity, list(legs[entity.name].values())) for entity in known}


def _steps(now: datetime, entity: Entity, *, at_a_glance: bool) -> Iterator[tuple[str, list[object]]]:
    """The end of each SELECT, and its values."""
    by_seal, by_start = "ORDER BY sealed_at DESC LIMIT", "ORDER BY started_at DESC LIMIT"
    for promise in promises(entity):
        where = f"WHERE entity = %s AND mode IN ({', '.join(['%s'] * len(promise.modes))})"
        values: list[object] = [entity.name, *(mode.value for mode in promise.modes)]
        yield f"{where} AND sealed_at IS NOT NULL {by_seal} {LAST_SEALS}", values
        yield f"{where} {by_start} {NEWEST}", values
        if not at_a_glance:
            before = connection.ops.adapt_datetimefield_value(now - hours.REACH)
            yield f"{where} AND sealed_at < %s {by_seal} 1", [*values, before]
    yield f"WHERE entity = %s {by_start} {NEWEST}", [entity.name]
    if not at_a_glance:
        whole = "WHERE entity = %s AND mode IN (%s, %s) AND sealed_at IS NOT NULL AND since IS NULL AND until IS NULL"
        yield f"{whole} {by_seal} 1", [entity.name, *(mode.value for mode in COMPLETE)]
        audited = "WHERE entity = %s AND mode = %s AND sealed_at IS NOT NULL AND audit IS NOT NULL"
        yield f"{audited} {by_seal} 1", [entity.name, Mode.FULL.value]


def _sorted_out(now: datetime, entity: Entity, legs: list[Leg]) -> Readings:
    """The same steps, taken once more among the few legs that came back."""
    whole = [leg for leg in legs if leg.mode in COMPLETE and leg.since is None and leg.until is None]
    return Readings(
        kept=tuple(_kept(now, promise, legs) for promise in promises(entity)),
        last_whole=_latest(whole, "sealed_at"),
        last_audit=_latest([leg for leg in legs if leg.mode == Mode.FULL and leg.audit is not None], "sealed_at"),
        open_legs=[leg for leg in legs if leg.finished_at is None],
    )


def _kept(now: datetime, promise: Promise, legs: list[Leg]) -> Kept:
    legs = [leg for leg in legs if leg.mode in promise.modes]
    sealed = [leg for leg in legs if leg.sealed_at]
    before = [leg for leg in sealed if leg.sealed_at and leg.sealed_at < now - hours.REACH]
    return Kept(
        promise=promise,
        counts=max(sealed, key=lambda leg: known_at(leg) or now, default=None),
        last_seal=_latest(sealed, "sealed_at"),
        last_end=_latest(legs, "finished_at"),
        last_start=_latest(legs, "started_at"),
        before_strip=_latest(before, "sealed_at"),
    )


def _latest(legs: Iterable[Leg], column: str) -> Leg | None:
    """The leg whose instant is the last; those without it do not count."""
    dated = [leg for leg in legs if getattr(leg, column) is not None]
    return max(dated, key=lambda leg: (getattr(leg, column), leg.pk), default=None)
