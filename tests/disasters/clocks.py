"""Clocks that jump, forwards, backwards, in the middle of a reading; and both changes of hour in Toronto."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.disasters.house import House
from tests.disasters.scenario import SQLITE, Stage, scenario

JUMPS = (
    timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1), timedelta(minutes=-40),
    timedelta(days=8), timedelta(days=-8), timedelta(minutes=7), timedelta(seconds=-90), timedelta(hours=5),
    timedelta(hours=-5),
)  # fmt: skip


@scenario("The clock jumps between two readings, forwards and back, up to eight days", short=(SQLITE,), aside=True)
def clock_jumps_between_readings(stage: Stage) -> str:
    jumps = stage.chance.sample(JUMPS, stage.times(len(JUMPS), 1))
    with stage.house() as house:
        house.synced()
        for jump in jumps:
            house.later(seconds=jump.total_seconds())
            converges(house, stage)
            house.office.work(2)
            for _ in range(2):
                house.later(seconds=1)
                house.synced("--full")
            house.judge()
    return f"{len(jumps)} jumps"


@scenario("The clock jumps in the middle of a reading", aside=True)
def clock_jumps_while_reading(stage: Stage) -> str:
    rounds = stage.times(20, 3)
    with stage.house() as house:
        house.synced()
        for number in range(rounds):
            jump = JUMPS[number % len(JUMPS)].total_seconds()
            house.office.work(4, quiet=True)
            house.later(minutes=3)
            house.sync(*stage.chance.choice(((), ("--full",))), jump=[stage.chance.random() * 0.3, jump])
            house.later(seconds=jump)
            converges(house, stage)
    return f"{rounds} jumps"


CHANGES = (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC))


@scenario(
    "Both changes of hour: visits and notes of that night, read every ten minutes across it",
    short=(SQLITE,),
    aside=True,
)
def both_changes_of_hour(stage: Stage) -> str:
    readings = stage.times(18, 1)
    for change in CHANGES:
        with stage.house(opens_at=change - timedelta(minutes=10 * readings // 2)) as house:
            house.synced()
            for number in range(readings):
                house.later(minutes=10)
                at = change + timedelta(minutes=stage.chance.randint(-90, 90))
                client = house.office.some("clients")
                house.box.create("appointments", client=client, title=f"{number}", start=at)
                house.box.create("timeline", client=client, type="USER_COMMENT", comment=f"{number}", occurredAt=at)
                converges(house, stage)
    return f"{readings} readings across each"


def converges(house: House, stage: Stage) -> None:
    """An ordinary reading brings what the office did just before it."""
    house.office.work(stage.chance.randint(2, 5), quiet=True)
    house.later(seconds=1)
    house.synced()
    house.judge()
