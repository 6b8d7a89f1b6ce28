"""A new record against 10 000 clients, beside comparing it with every name: `python -m tests.benchmarks.matching`.

No database: the base is the labelled set of tests/matching. The alternative is the usual one, the nearest of all names
by one string distance. Its hits are counted too: it answers another question, and that is the point.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz, process

from clients.likeness import MODEL
from syncing.matching.index import Index
from syncing.matching.model import Decision
from tests.matching import generating
from tests.matching.generating import JUDGED, Household, Town
from tests.matching.worlds import park, second_households, second_instruments

CLIENTS, PIANOS, MET = 10_000, 1_650, 1_000
Found = TypeVar("Found")


def main() -> None:
    say(f"Python {sys.version.split()[0]}, {CLIENTS} clients, {MET} second records")
    town = Town(JUDGED)
    generating.populate(town, CLIENTS)
    arrivals = list(second_households(town, MET))
    tracemalloc.start()
    cards = [one.card(f"known_{one.who}") for one in town.base]
    index = Index(MODEL, cards)
    say(f"{'Index with its cards':<50}{tracemalloc.get_traced_memory()[0] / 1e6:>8.1f} MB")
    tracemalloc.stop()
    say(f"{'Index, time to build':<50}{timed(lambda: Index(MODEL, cards)) * 1000:>8.0f} ms")

    new = [one.card(f"new_{number}") for number, one in enumerate(arrivals)]
    spent, found = each(lambda n: index.matches(new[n]), MET)
    line("The matcher", spent)
    sure = [next((s.right_id for s in one if s.decision is Decision.SAME), "") for one in found]
    report(arrivals, sure)

    names = [name(one) for one in town.base]
    best_name(name(arrivals[0]), names)
    spent, hits = each(lambda n: best_name(name(arrivals[n]), names), MET)
    line("rapidfuzz process.extract over every name", spent)
    report(arrivals, [f"known_{town.base[place].who}" if score >= 95 else "" for place, score in hits])

    made, instruments = park("held out", JUDGED.seed, PIANOS)
    pianos = [one.card(f"new_{n}") for n, one in enumerate(second_instruments(made, MET))]
    spent, _ = each(lambda n: instruments.matches(pianos[n]), MET)
    line(f"The matcher, a new piano against {len(instruments)}", spent)
    pairs = timed(lambda: sum(1 for _ in index.pairs()))
    say(f"{'All pairs of the base that may be one':<50}{pairs:>8.1f} s")


def name(one: Household) -> str:
    person = one.people[0]
    return one.company or f"{person.first_name} {person.last_name}"


def best_name(new: str, names: Sequence[str]) -> tuple[int, float]:
    """Where the nearest name is, and how near out of 100."""
    ((_, score, place), *_) = process.extract(new, names, scorer=fuzz.WRatio, limit=5)
    return place, score


def each(work: Callable[[int], Found], count: int) -> tuple[list[tuple[float, float]], list[Found]]:
    """(elapsed, our own) milliseconds of each: a busy machine shows in the first only."""
    spent, found = [], []
    for number in range(count):
        started, began = time.perf_counter(), time.thread_time()
        found.append(work(number))
        spent.append(((time.perf_counter() - started) * 1000, (time.thread_time() - began) * 1000))
    return spent, found


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def line(what: str, spent: list[tuple[float, float]]) -> None:
    elapsed, own = (sorted(times) for times in zip(*spent, strict=True))
    half, most = len(spent) // 2, len(spent) * 95 // 100
    shown = f"{elapsed[half]:.2f} ms, p95 {elapsed[most]:.2f} ms; own {own[half]:.2f} ms, p95 {own[most]:.2f} ms"
    say(f"{what:<50}{shown}")


def report(arrivals: Sequence[Household], chosen: Sequence[str]) -> None:
    right = sum(one == f"known_{arrival.who}" for one, arrival in zip(chosen, arrivals, strict=True))
    wrong = sum(bool(one) for one in chosen) - right
    say(f"{'  decided alone':<50}{right:>8} right, {wrong} wrong, of {len(arrivals)}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
