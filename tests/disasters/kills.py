"""`kill -9`: at every place where a sync crosses to the database, the disk or the network, and at any instant."""

from __future__ import annotations

import json
import signal
import time

from tests.disasters.house import House
from tests.disasters.scenario import BOTH, SQLITE, Stage, scenario, some_of

Crossing = tuple[str, int]
FULL_READINGS = (("--full",),) * 3
"""The first may take up one that was stopped, and so have seen what was deleted since; two whole ones prove it gone."""
"""Who has no single read is believed gone after two complete readings."""


@scenario("Killed at every commit, file and socket boundary of a first reading, then resumed unaided", short=BOTH)
def kills_of_a_first_reading(stage: Stage) -> str:
    with stage.house() as house:
        house.keep()
        places = rehearse(house)
        crossings = chosen(stage, places, usual=60, short=2)
        for crossing in crossings:
            house.bring_back()
            kill_at(house, crossing)
            if stage.chance.random() < 0.2:  # the resumption dies too
                kill_at(house, stage.chance.choice(crossings))
            house.synced()
            judged(house, crossing)
        return figures(house, crossings, places)


@scenario("Killed at every boundary of a full reading after edits of every kind, then resumed unaided")
def kills_of_a_full_reading(stage: Stage) -> str:
    with stage.house() as house:
        house.synced()
        house.office.work(10)
        places = rehearse(house, "--full")
        crossings = chosen(stage, places, usual=30, short=2)
        for crossing in crossings:
            house.office.work(stage.chance.randint(1, 6))
            house.later(minutes=3)
            kill_at(house, crossing, "--full")
            house.later(minutes=3)
            for arguments in FULL_READINGS:
                house.synced(*arguments)
            judged(house, crossing)
        return figures(house, crossings, places)


@scenario("Killed at every boundary of an ordinary reading, then resumed unaided", short=(SQLITE,))
def kills_of_an_ordinary_reading(stage: Stage) -> str:
    with stage.house() as house:
        house.synced()
        house.office.work(10, quiet=True)
        places = rehearse(house)
        crossings = chosen(stage, places, usual=30, short=2)
        for crossing in crossings:
            house.office.work(stage.chance.randint(1, 6), quiet=True)
            house.later(minutes=3)
            kill_at(house, crossing)
            house.later(minutes=3)
            house.synced()
            judged(house, crossing)
        return figures(house, crossings, places)


COMMANDS = ((), ("--full",), ("--recent",), ("clients", "pianos"), ("timeline",), ("appointments", "--full"))


@scenario("Killed at random instants, several times in a row, any command, the office at work meanwhile")
def kills_at_random_instants(stage: Stage) -> str:
    killed = survived = 0
    with stage.house() as house:
        started = time.monotonic()
        house.synced()
        lasts = time.monotonic() - started
        rounds = stage.times(8, 1)
        for _ in range(rounds):
            with house.office.at_work(pause=0.05):
                for _ in range(stage.chance.randint(1, 4)):
                    reading = house.start("sync", *stage.chance.choice(COMMANDS))
                    time.sleep(stage.chance.random() * lasts / 2)  # the first reading is the longest
                    ended = house.kill(reading)
                    killed += ended.status == -signal.SIGKILL
                    survived += ended.status != -signal.SIGKILL
                    house.later(minutes=1)
            house.synced()
            for arguments in FULL_READINGS:
                house.later(minutes=1)
                house.synced(*arguments)
            house.judge()
    return f"{killed} kills, {survived} commands were quicker, {rounds} judgements"


# -- the parts ---------------------------------------------------------------------------------------------------------


def rehearse(house: House, *arguments: str) -> dict[str, int]:
    """The places that this command crosses when nothing happens to it, and how often."""
    path = house.folder / "rehearsal.json"
    house.sync(*arguments, rehearse=str(path))
    places: dict[str, int] = json.loads(path.read_text("utf-8"))
    return places


def chosen(stage: Stage, places: dict[str, int], *, usual: int, short: int) -> list[Crossing]:
    """Half of the places, the others being for the other database; each at any of its crossings, as many as asked, and
    half as many where a thousand syncs are played too."""
    # In the first half of its crossings: the history to come may have fewer of them.
    once = [(place, stage.chance.randrange(1 + times // 2)) for place, times in sorted(places.items())]
    return some_of(stage.share(once), stage.times(usual // 2 if stage.is_busy else usual, short), stage.chance)


def kill_at(house: House, crossing: Crossing, *arguments: str) -> None:
    """One that does not come by that place this time ends well, and is not counted."""
    house.sync(*arguments, die_at=crossing)


def judged(house: House, crossing: Crossing) -> None:
    try:
        house.judge()
    except AssertionError as difference:
        raise AssertionError(f"killed at « {crossing[0]} », crossing {crossing[1]}: {difference}") from None


def figures(house: House, crossings: list[Crossing], places: dict[str, int]) -> str:
    covered = len({place for place, _ in crossings})
    return (
        f"{house.kills} kills, {covered} of {len(places)} places, {len(crossings)} of {sum(places.values())} crossings"
    )
