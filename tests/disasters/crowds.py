"""Two syncs and two workers at once: the leases decide, nothing is lost, doubled or waited for."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from typing import Any

from tests.disasters.house import Broken, House
from tests.disasters.kills import COMMANDS, FULL_READINGS
from tests.disasters.scenario import BOTH, Stage, scenario


@scenario("Two syncs at once, any commands, one of them killed now and then", short=BOTH)
def two_syncs_at_once(stage: Stage) -> str:
    rounds, killed, aside = stage.times(12, 1), 0, 0
    with stage.house() as house:
        for number in range(rounds):
            house.later(minutes=3)
            house.office.work(4)
            both = [house.start("sync", *stage.chance.choice(COMMANDS if number else ((),))) for _ in range(2)]
            if stage.chance.random() < 0.3:
                time.sleep(stage.chance.random() * 0.3)
                ended = [house.kill(both[0]), house.wait(both[1])]
            else:
                ended = [house.wait(one) for one in both]
            for one in ended:
                killed += one.status == -signal.SIGKILL
                aside += "laissée de côté" in one.out
                if one.status not in (0, -signal.SIGKILL):
                    raise Broken(f"one of two syncs at once ended with {one.status}:\n{one.out}")
            house.later(minutes=3)
            house.synced()
            for arguments in FULL_READINGS:
                house.synced(*arguments)
            house.judge()
    return f"{rounds} pairs, {aside} left a table to the other, {killed} killed"


@scenario("Two workers at once for a while, the office at work meanwhile")
def two_workers_at_once(stage: Stage) -> str:
    readings = stage.times(25, 3)
    with stage.house() as house:
        house.synced()
        said: Counter[int] = Counter()
        broken: list[str] = []
        with house.office.at_work(quiet=True, pause=0.1):
            workers = [threading.Thread(target=work, args=(house, readings, said, broken)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        if broken or said.keys() - {0}:
            raise Broken(f"exit statuses {dict(said)}\n" + "\n".join(broken))
        house.later(minutes=3)
        house.synced("--full")
        house.judge()
    return f"2 workers, {readings} readings each, {house.office.gestures} gestures of the office"


def work(house: House, readings: int, said: Counter[int], broken: list[str]) -> None:
    process = house.hire()
    for number in range(readings):
        arguments = ["sync", *(("--full",) if number % 5 == 4 else ())]
        try:
            answer: dict[str, Any] = process.order(do="here", arguments=arguments, clock=house.now.isoformat())
        except Broken as error:
            broken.append(str(error))
            return
        said[answer["status"]] += 1
        if answer["status"]:
            broken.append(answer["out"])
