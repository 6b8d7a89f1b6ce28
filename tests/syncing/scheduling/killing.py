"""Clusters killed in the middle of jobs: `python -m tests.syncing.scheduling.killing SECONDS [SEED]`.

Two clusters share the queue; one of them after the other is killed, workers and all, and started again. Runs are
planned meanwhile; nothing may be doubled, and nothing missed without being shown. Needs DATABASE_URL and DIARY.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.syncing.scheduling.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q.tasks import async_task  # noqa: E402

from syncing.scheduling import declaring  # noqa: E402
from syncing.scheduling.declaring import jobs  # noqa: E402
from syncing.scheduling.models import JobRun, RunOutcome, Trigger  # noqa: E402
from syncing.scheduling.planning import declare  # noqa: E402
from syncing.scheduling.waking import wake  # noqa: E402
from tests.syncing.scheduling import diaries  # noqa: E402
from tests.syncing.scheduling.diaries import SLICES  # noqa: E402

vars(declaring)["load"] = lambda _: [diaries]  # the jobs of this trial alone
BETWEEN_SLOTS, BETWEEN_KILLS, PATIENCE = 2.5, (1.0, 3.0), 60
CLUSTER = "from tests.syncing.scheduling import killing; from django_q.cluster import Cluster; Cluster().start()"


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CLUSTER], process_group=0, stderr=subprocess.DEVNULL)


def kill(cluster: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    os.killpg(cluster.pid, number)
    cluster.wait()


def trial(seconds: float, dice: random.Random) -> dict[str, object]:
    """Play, then wait for what is left; how many kills, and how the runs ended."""
    call_command("migrate", verbosity=0)
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    declare(jobs(), first)
    clusters, kills, slots = [start(), start()], 0, 0
    begun, next_slot, next_kill = time.monotonic(), 0.0, 4.0
    try:
        while (passed := time.monotonic() - begun) < seconds + PATIENCE:
            if passed >= next_slot and passed < seconds:
                slots, next_slot = slots + 1, passed + BETWEEN_SLOTS
                for one in jobs():
                    async_task(one.path, slot=(first + slots * timedelta(minutes=5)).isoformat(), cluster="default")
            if passed >= next_kill and passed < seconds:
                victim = dice.randrange(len(clusters))
                kill(clusters[victim])
                clusters[victim] = start()
                kills, next_kill = kills + 1, passed + dice.uniform(*BETWEEN_KILLS)
            wake(timezone.now())
            if passed > seconds and not JobRun.objects.filter(finished_at=None).exists() and written(slots):
                break
            time.sleep(0.1)
    finally:
        for cluster in clusters:
            kill(cluster)
    return {"kills": kills, "slots": slots, "outcomes": judged(first, slots)}


def written(slots: int) -> bool:
    """Whether each hour that was asked for is on a row; one that a killed cluster had fetched comes again later."""
    return JobRun.objects.filter(trigger=Trigger.SCHEDULER).count() >= slots * len(list(jobs()))


def judged(first: datetime, slots: int) -> dict[str, int]:
    planned = {(one.name, first + number * timedelta(minutes=5)) for one in jobs() for number in range(1, slots + 1)}
    rows = list(JobRun.objects.all())
    shown = Counter((row.job, row.slot) for row in rows if row.outcome != RunOutcome.MISSED)
    for row in rows:
        if row.outcome == RunOutcome.MISSED:
            hours = [row.slot + n * timedelta(minutes=5) for n in range(row.stats["count"])]
            shown.update((row.job, at) for at in hours)
    assert not shown - Counter(planned), f"doubled: {shown - Counter(planned)}"
    assert not Counter(planned) - shown, f"not shown: {Counter(planned) - shown}"
    assert all(row.finished_at for row in rows), "something is stuck"
    assert not [row for row in rows if row.outcome == RunOutcome.ERROR], "a failure of ours"
    lines = [line.split() for line in Path(os.environ["DIARY"]).read_text().splitlines()]
    ended = Counter((int(run), int(done)) for _, what, _, run, done in lines if what == "ended")
    for row in rows:
        if row.outcome == RunOutcome.SUCCESS:
            assert {done for run, done in ended if run == row.pk} == set(range(SLICES)), f"not all of {row} was done"
    for name in {line[2] for line in lines}:
        at_work = ""
        for pid, what, job, *_ in lines:
            if job == name and what == "began":
                at_work = pid
            elif job == name:
                assert pid == at_work, f"two processes at {name} at once"
    return dict(Counter(row.outcome for row in rows))


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    told: dict[str, object] = {"seed": seed, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    told |= trial(float(sys.argv[1]), random.Random(seed))
    print(json.dumps(told))  # noqa: T201
