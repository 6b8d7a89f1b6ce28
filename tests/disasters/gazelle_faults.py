"""Gazelle failing: every fault on every page, a thousand syncs at five percent, one table broken for a day."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from gazelle_site.sandbox.faults import FAULT_KINDS
from gazelle_site.sandbox.faults.planning import Page
from syncing.registry import entities
from tests.disasters.house import Broken, House, Staff
from tests.disasters.kills import FULL_READINGS
from tests.disasters.scenario import BOTH, SQLITE, Stage, scenario
from tests.disasters.truth import truth

STATUSES = (401, 403, 404, 429, 500, 502, 503, 504)
TIMINGS: dict[str, dict[str, Any]] = {"hang": {"seconds": 0.8}, "slow_drip": {"seconds": 0.1}}
"""Longer than the children wait, and shorter."""
TOGETHER = 3
"""Disturbed readings in a row, each with other faults, before one that is not."""
PERSISTENT = 12  # times: more than the tries of one request, so that the reading fails


def values_for(kind: str, stage: Stage) -> dict[str, Any]:
    if kind == "status":
        return {"code": stage.chance.choice(STATUSES), "retry_after": stage.chance.choice((0, 1))}
    return TIMINGS.get(kind, {})


# -- every fault on every page -----------------------------------------------------------------------------------------


@scenario(
    "Every fault on every page of every list, passing or lasting, then an undisturbed reading",
    short=(SQLITE,),
    aside=True,
)
def every_fault_on_every_page(stage: Stage) -> str:
    with stage.house() as house:
        house.synced()
        plans = {entity: positions(stage, pages) for entity, pages in pages_of(house).items()}
        total = sum(len(plan) for plan in plans.values())
        rounds = stage.times(max(len(plan) for plan in plans.values()), 1)
        met: Counter[str] = Counter()
        for number in range(rounds):
            planned = [(entity, *plan[number]) for entity, plan in plans.items() if number < len(plan)]
            house.office.work(2, quiet=True)
            house.later(minutes=3)
            # One fault a list: what happens to one must not be seen by the others.
            for entity, kind, page in planned:
                times = stage.chance.choice((1, PERSISTENT))
                house.box.faults.add(kind, entity=entity, page=page, times=times, **values_for(kind, stage))
            ended = house.sync("--full")
            met += Counter(hit.kind for hit in house.box.faults.applied)
            house.box.faults.applied.clear()
            house.box.faults.clear()
            if ended.status not in (0, 1):
                raise Broken(f"{planned}: status {ended.status}\n{ended.out}")
            house.later(minutes=3)
            if (number + 1) % TOGETHER and number < rounds - 1:
                continue  # the next faults find what these left
            house.synced("--full")
            try:
                house.judge()
            except Broken as difference:
                raise Broken(
                    f"after {planned} and before: {difference}\nthe disturbed reading said:\n{ended.out}"
                ) from None
    never = sorted(set(FAULT_KINDS) - met.keys()) if stage.percent == 100 else []
    if never:
        raise Broken(f"these faults were never met: {never}")
    return f"{len(met)} kinds, {total} positions in {rounds} readings, {sum(met.values())} faults met"


def pages_of(house: House) -> dict[str, int]:
    """How many pages each root list has."""
    ceiling = house.box.switches.max_first or 1
    source, registry = truth(house.box), entities()
    return {name: 1 if registry[name].plain_list else -(-len(nodes) // ceiling) for name, nodes in source.items()}


def positions(stage: Stage, pages: int) -> list[tuple[str, Page]]:
    """Every kind on every page, in any order."""
    places: list[Page] = [*range(1, pages), "last"]
    every = list(itertools.product(FAULT_KINDS, places))
    return stage.chance.sample(every, len(every))


# -- a thousand syncs --------------------------------------------------------------------------------------------------

SHARE = 0.05
BETWEEN_JUDGEMENTS = 50
MEGABYTE = 1024**2


@scenario("A thousand syncs in a row at 5 % faults, in one process; memory, files and connections flat", short=BOTH)
def a_thousand_syncs(stage: Stage) -> str:
    syncs = stage.times(1000 if stage.is_busy else 50, 5)
    held: list[dict[str, int]] = []
    statuses: Counter[int] = Counter()
    with stage.house() as house:
        worker = house.hire()
        order(worker, house, "sync")
        for number in range(1, syncs + 1):
            if number % BETWEEN_JUDGEMENTS == 1:
                house.box.faults.mix(SHARE, mixed(stage), seed=stage.chance.randrange(2**32))
            house.later(minutes=3)
            house.office.work(stage.chance.randint(0, 3))
            mode = stage.chance.choices(((), ("--recent",), ("--full",)), (30, 60, 10))[0]
            statuses[order(worker, house, "sync", *mode)["status"]] += 1
            if number % BETWEEN_JUDGEMENTS == 0 or number == syncs:
                house.box.faults.clear()
                for arguments in FULL_READINGS:
                    house.later(minutes=3)
                    answer = order(worker, house, "sync", *arguments)
                    if answer["status"] != 0:
                        raise Broken(f"after {number} syncs, an undisturbed one failed:\n{answer['out']}")
                house.judge()
                held.append(worker.order(do="held") | {"connections": house.database.connections()})
        met = Counter(hit.kind for hit in house.box.faults.applied)
    if syncs >= 10 * BETWEEN_JUDGEMENTS:
        flat(held)
    if statuses.keys() - {0, 1}:
        raise Broken(f"exit statuses {dict(statuses)}")
    return (
        f"{syncs} syncs, {sum(met.values())} faults of {len(met)} kinds, {statuses[1]} syncs failed and were made up "
        f"for, {len(held)} judgements; memory {held[0]['rss'] / MEGABYTE:.0f} to {held[-1]['rss'] / MEGABYTE:.0f} MB, "
        f"{held[-1]['files']} files, {held[-1]['connections']} connections"
    )


def mixed(stage: Stage) -> list[dict[str, Any]]:
    return [{"kind": kind, **values_for(kind, stage)} for kind in FAULT_KINDS]


def order(worker: Staff, house: House, *arguments: str) -> dict[str, Any]:
    answer = worker.order(do="here", arguments=list(arguments), clock=house.now.isoformat())
    if "Traceback" in answer["out"]:
        raise Broken(answer["out"])
    return answer


def flat(held: list[dict[str, int]]) -> None:
    """The last third holds no more than the second did: the first one is what a process needs to warm up."""
    third = len(held) // 3
    for what, slack in (("rss", 4 * MEGABYTE), ("files", 0), ("connections", 0)):
        before = max(each[what] for each in held[third : 2 * third])
        after = statistics.median(each[what] for each in held[-third:])
        if after > before + slack:
            raise Broken(f"{what} grows: {[each[what] for each in held]}")


# -- the isolation of entities -----------------------------------------------------------------------------------------

TICK = timedelta(minutes=3)
BREAKDOWNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"code": 500}), ("html", {}), ("cut", {}), ("graphql_error", {}), ("reset", {}), ("not_utf8", {}),
    ("repeat_cursor", {}), ("status", {"code": 429, "retry_after": 1}),
)  # fmt: skip
UNHURT = ("clients", "contacts", "pianos", "measurements", "appointments")


@scenario(
    "The timeline is broken for a day: clients, pianos and appointments keep every promise", short=(SQLITE,), aside=True
)
def timeline_broken_for_a_day(stage: Stage) -> str:
    """A tick each three minutes, at its own instant: what is recent each time, lists each twenty minutes, all each two
    hours. The monitoring itself is asked, at each tick, whether the promises are kept."""
    ticks = stage.times(480, 4)
    with stage.house() as house:
        worker = house.hire()
        order(worker, house, "sync")
        asked = 0
        for number, breakdown in zip(range(ticks), breakdowns(), strict=False):
            if number % 20 == 0:
                house.box.faults.clear()
                house.box.faults.add(breakdown[0], entity="timeline", times=None, **breakdown[1])
            house.later(seconds=TICK.total_seconds())
            house.office.work(1, quiet=True)
            for arguments in due(number):
                answer = order(worker, house, *arguments)
                asked += 1
            states = house.nursery.order(do="freshness", clock=house.now.isoformat())["states"]
            late = {name: states[name] for name in UNHURT if states[name] != "healthy"}
            if late:
                raise Broken(f"at tick {number}, {breakdown[0]} on the timeline: {late}\n{answer['out']}")
            if number > 2 and states["timeline"] == "healthy":
                raise Broken(f"at tick {number} nobody says that the timeline is broken")
        house.box.faults.clear()
        house.later(minutes=3)
        house.synced()
        house.judge()
    return f"{ticks} ticks, {asked} readings, and the timeline made up for at once"


def breakdowns() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each lasts an hour of ticks."""
    for breakdown in itertools.cycle(BREAKDOWNS):
        yield from itertools.repeat(breakdown, 20)


def due(tick: int) -> Iterator[tuple[str, ...]]:
    """What the page of operations says is read how often."""
    if tick % 40 == 0:
        yield ("sync",)
    else:
        yield ("sync", "appointments", "timeline", "--recent")
        if tick % 6 == 0:
            yield ("sync", "clients", "pianos")
