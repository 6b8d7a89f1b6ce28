"""`python -m tests.assistant.answering --questions 10000 --seed 1`: as large a crowd as one likes, what it saw."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter

import django


def main() -> int:
    parser = argparse.ArgumentParser(description="Random people ask random questions of a random house.")
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        return _crowd(told.questions, told.seed)
    finally:
        teardown_databases(made, verbosity=0)


def _crowd(count: int, seed: int) -> int:
    from tests.assistant.answering.crowd import asked, leaked, questions, random_house
    from tests.assistant.answering.sources import untraced

    dice = random.Random(seed)
    house = random_house(dice)
    outcomes: Counter[str] = Counter()
    spent: list[float] = []
    wrong = facts = 0
    for who, understood, memory in questions(dice, house, count):
        began = time.perf_counter()
        found = asked(house, who, understood, memory)
        spent.append(time.perf_counter() - began)
        outcomes[found.outcome.value] += 1
        facts += sum(1 for item in found.items for _ in item.facts) + sum(1 for _ in found.text.facts)
        if faults := [*sorted(leaked(house, who, found)), *untraced(found)]:
            wrong += 1
            print(who, understood.intent, dict(understood.slots), faults[:3])  # noqa: T201  # its answer
    spent.sort()
    print(  # noqa: T201  # its answer
        f"{count} questions, seed {seed}: {wrong} wrong; {facts} facts traced; {dict(outcomes)}; "
        f"p50 {spent[count // 2] * 1000:.1f} ms, p95 {spent[count * 95 // 100] * 1000:.1f} ms"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
