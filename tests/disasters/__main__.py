"""Every disaster, and a judge: `python -m tests.disasters [--seed N] [--only NAME…] [--percent P] [--list]`.

Both databases at once, each in a process of its own. A failure prints the command that plays it again.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import subprocess
import sys
import time
import traceback

from tests.disasters.scenario import BOTH, POSTGRESQL, SCENARIOS, NotPlayed, Scenario, is_busy, played
from tests.disasters.scenarios import KEPT_SEEDS
from tests.postgres import cluster


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers and file systems are put away on the way out
    asked = arguments()
    if asked.list:
        for each in SCENARIOS.values():
            say(f"{each.name:<42}{each.title} ({', '.join(each.databases)}{', short' if each.short else ''})")
        return 0
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    if asked.database:
        return half(asked.database, seed, asked)
    say(f"Disasters, seed {seed}")
    started = time.monotonic()
    command = [sys.executable, "-m", "tests.disasters", "--seed", str(seed)]
    command += ["--percent", str(asked.percent), *(part for name in asked.only for part in ("--only", name))]
    halves = [subprocess.Popen([*command, "--database", database]) for database in BOTH]
    try:
        failed = sum(process.wait() != 0 for process in halves)
    finally:
        for process in halves:
            process.terminate()
    say(f"{'FAILED' if failed else 'All promises kept'}, seed {seed}, {time.monotonic() - started:.0f} s")
    return int(failed > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.disasters", description=__doc__)
    parser.add_argument("--seed", type=int, help="play the same history again; a new one otherwise")
    parser.add_argument("--only", action="append", default=[], choices=sorted(SCENARIOS), metavar="NAME")
    parser.add_argument("--database", choices=BOTH, help="one database instead of both")
    parser.add_argument("--percent", type=int, default=100, help="how much of it; 0 is what runs with the suite")
    parser.add_argument("--list", action="store_true", help="the scenarios and what they are")
    return parser.parse_args()


def half(database: str, seed: int, asked: argparse.Namespace) -> int:
    """The scenarios of one database, one after another; 1 when a promise was broken."""
    wanted = [each for each in SCENARIOS.values() if database in each.databases]
    wanted = [each for each in wanted if not asked.only or each.name in asked.only]
    wanted = [each for each in wanted if asked.percent or database in each.short]
    if asked.percent and not asked.only and is_busy(database, seed):
        wanted = [each for each in wanted if not each.aside]
    if database != POSTGRESQL:
        return play_all(wanted, database, seed, "", percent=asked.percent)
    with cluster(durable=True) as server:
        if server is None:
            say(f"[{database}] ABSENT: no PostgreSQL binaries, half of the disasters were not played")
            return 0
        return play_all(wanted, database, seed, server.url(), percent=asked.percent)


def play_all(wanted: list[Scenario], database: str, seed: int, server: str, *, percent: int) -> int:
    broken = 0
    for each in wanted:
        for its_seed in dict.fromkeys([seed, *(KEPT_SEEDS.get(each.name, ()) if percent else ())]):
            broken += not play(each, database, its_seed, server, percent=percent)
    return int(broken > 0)


def play(each: Scenario, database: str, seed: int, server: str, *, percent: int) -> bool:
    """One scenario, one line; its whole story when a promise was broken."""
    started = time.monotonic()
    try:
        told, kept = played(each, seed=seed, database=database, server=server, percent=percent), True
    except NotPlayed as reason:
        told, kept = f"NOT PLAYED: {reason}", True
    except Exception:  # noqa: BLE001  # whatever it is, the other disasters are played
        again = f"python -m tests.disasters --seed {seed} --only {each.name} --database {database} --percent {percent}"
        told, kept = f"BROKEN\n{traceback.format_exc()}Play it again: {again}", False
    say(f"[{database}] {each.title} (seed {seed}): {told} [{time.monotonic() - started:.0f} s]")
    return kept


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
