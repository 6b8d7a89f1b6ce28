"""A year of the production schedule by the clock: what is planned runs then, once, and what could not is shown."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django import Settings

from syncing.french import COMPANY_ZONE
from syncing.scheduling.crons import between
from syncing.scheduling.declaring import Job, jobs
from syncing.scheduling.models import JobRun, RunOutcome
from tests.syncing.scheduling.clockwork import POLL, Clockwork, clockwork, days, local

pytestmark = pytest.mark.django_db(transaction=True)
EVERY_FEW_MINUTES = {"tick", "long_tick", "fast_sync", "walk", "change_notices"}
SPRING, AUTUMN, SATURDAY = date(2027, 3, 14), date(2027, 11, 7), date(2027, 5, 8)
Slot = tuple[str, datetime]


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"


def planned_by_hand(day: date) -> list[Slot]:
    """The table of the schedule as a person reads it, for one day, without what comes every few minutes."""
    hours = (8, 12, 18) if day.weekday() >= 5 else range(6, 23, 2)
    planned = [("incremental_sync", local(day, hour)) for hour in hours]
    planned += [
        ("timeline_report", local(day, 2)),
        ("backup", local(day, 3)),
        ("archive", local(day, 5)),
        ("learn", local(day, 5)),
        ("likenesses", local(day, 5, 15)),
        ("maintenance_scan", local(day, 5, 30)),
        ("digest", local(day, 7)),
        ("unconfirmed_week", local(day, 9)),
        ("long_booked", local(day, 9)),
        ("unconfirmed_tomorrow", local(day, 16)),
    ]
    return planned + ([("full_sync", local(day, 4))] if day.weekday() == 6 else [])


def minutes_by_hand(start: datetime, end: datetime) -> list[Slot]:
    """What comes every few minutes: each minute that really passes, read on the wall."""
    planned = []
    at = start
    while at <= end:
        wall = at.astimezone(COMPANY_ZONE)
        minute = (wall - wall.replace(hour=6, minute=0)).total_seconds() // 60
        planned.append(("tick", at))
        if wall.minute % 5 == 0:
            planned.append(("long_tick", at))
        if time(6, 1) <= wall.time() <= time(22, 30) and minute % 3 == 1:
            planned.append(("fast_sync", at))
        if 6 <= wall.hour <= 22 and wall.minute % 20 == 0:
            planned.append(("walk", at))
        if 7 <= wall.hour <= 21:
            planned.append(("change_notices", at))
        at += timedelta(minutes=1)
    return planned


def ran() -> Counter[Slot]:
    rows = JobRun.objects.filter(outcome=RunOutcome.SUCCESS)
    return Counter(rows.values_list("job", "slot"))


def assert_each_began_once_and_at_its_hour(clock: Clockwork) -> None:
    rows = list(JobRun.objects.filter(outcome=RunOutcome.SUCCESS))
    assert sorted(clock.began) == sorted((row.job, row.started_at) for row in rows)
    late = [row for row in rows if row.started_at and not timedelta() <= row.started_at - row.slot <= POLL]
    assert late == []


@pytest.mark.parametrize("start", [date(2027, 3, 11), date(2027, 11, 4), date(2027, 12, 27)])
def test_in_a_week_every_job_runs_when_planned_and_once(start: date) -> None:
    """Around both clock changes, and over New Year; `python -m tests.syncing.scheduling` plays the whole year."""
    assert_runs_as_planned(start, start + timedelta(days=7))


def assert_runs_as_planned(start: date, end: date) -> None:
    rare = [one for one in jobs() if one.name not in EVERY_FEW_MINUTES]
    with clockwork(rare, copies=1) as clock:
        clock.play(local(start, 0), local(end, 0))
    assert ran() == Counter(slot for day in days(start, end) for slot in planned_by_hand(day))
    assert not JobRun.objects.exclude(outcome=RunOutcome.SUCCESS).exists()
    assert_each_began_once_and_at_its_hour(clock)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_what_comes_every_few_minutes_is_planned_as_on_the_wall(night: date) -> None:
    assert_frequent_as_planned(night - timedelta(days=1), night + timedelta(days=2))


def assert_frequent_as_planned(first: date, last: date) -> None:
    start, end = local(first, 0), local(last, 0)
    wanted: dict[str, list[datetime]] = {}
    for name, at in minutes_by_hand(start + timedelta(minutes=1), end):
        wanted.setdefault(name, []).append(at)
    frequent = [one for one in jobs() if one.name in EVERY_FEW_MINUTES]
    planned = {one.name: between(((cron, start) for cron in one.lines("production").values()), end) for one in frequent}
    assert planned == wanted


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_in_the_nights_when_the_clocks_change_nothing_is_doubled_nor_lost(night: date) -> None:
    """Two clusters of each kind, and every task delivered twice."""
    start, end = local(night, 0, 45), local(night, 3, 15)
    with clockwork(list(jobs())) as clock:
        clock.play(start, end)
    frequent = minutes_by_hand(start + timedelta(minutes=1), end - POLL)
    rare = [(name, at) for name, at in planned_by_hand(night) if start < at < end]
    assert ran() == Counter([*frequent, *rare])
    assert_each_began_once_and_at_its_hour(clock)


def test_only_signs_of_life_begin_between_one_and_two() -> None:
    """That hour comes twice in autumn."""
    for environment in ("production", "staging"):
        lines = [(one.name, cron) for one in jobs() for cron in one.lines(environment).values()]
        hours = {name for name, cron in lines if "1" in _hours(cron)}
        assert hours <= {"tick", "long_tick"}


def _hours(cron: str) -> set[str]:
    field = cron.split()[1]
    return {"1"} if field == "*" else set(field.replace("/", ",").split(",")[:-1] if "/" in field else field.split(","))


def test_three_hours_without_any_cluster_are_told_and_the_last_run_of_each_job_is_made_up() -> None:
    start, end = local(SATURDAY, 11, 30), local(SATURDAY, 15, 30)
    down, up = local(SATURDAY, 11, 59) + timedelta(seconds=45), local(SATURDAY, 15, 2)
    with clockwork(list(jobs())) as clock:
        clock.play(start, end, outages=[(down, up)])
    frequent = minutes_by_hand(start + timedelta(minutes=1), end - POLL)
    expected = [*frequent, *(slot for slot in planned_by_hand(SATURDAY) if start < slot[1] < end)]
    done, missed = ran(), missed_slots()
    assert not set(done) & set(missed)
    assert done + missed == Counter(expected)
    assert all(down < at < up for _, at in missed)
    made_up = {name: at for name, at in done if down < at <= up}
    assert made_up == {
        "tick": local(SATURDAY, 15, 2), "long_tick": local(SATURDAY, 15), "fast_sync": local(SATURDAY, 15, 1),
        "walk": local(SATURDAY, 15), "incremental_sync": local(SATURDAY, 12), "change_notices": local(SATURDAY, 15, 2),
    }  # fmt: skip
    assert len(clock.began) == len(set(clock.began)) == sum(done.values())
    told = JobRun.objects.get(job="fast_sync", outcome=RunOutcome.MISSED)
    assert told.message.replace("\u00a0", " ") == "60 lancements manqués, aujourd’hui 12 h 01 à aujourd’hui 14 h 58."


def missed_slots() -> Counter[Slot]:
    """Each planned instant that the rows of what was missed stand for."""
    found: Counter[Slot] = Counter()
    for row in JobRun.objects.filter(outcome=RunOutcome.MISSED):
        last = datetime.fromisoformat(row.stats["last"])
        between = [slot for slot in minutes_by_hand(row.slot, last) if slot[0] == row.job]
        assert len(between) == row.stats["count"]
        found.update(between)
    return found


def test_the_year_of_staging_reads_every_four_hours(settings: Settings) -> None:
    settings.SCHEDULER_ENV = "staging"
    with clockwork([one for one in jobs() if one.name not in EVERY_FEW_MINUTES]) as clock:
        clock.play(datetime(2027, 11, 6, 4, 0, tzinfo=UTC), datetime(2027, 11, 9, 5, 1, tzinfo=UTC))
    told = Counter(name for name, _ in clock.began)
    assert told == {
        "incremental_sync": 18, "timeline_report": 3, "archive": 3, "learn": 3,
        "unconfirmed_week": 3, "long_booked": 3, "unconfirmed_tomorrow": 3,
    }  # fmt: skip


@pytest.mark.parametrize(("enabled", "environment"), [(False, "production"), (True, "local")])
def test_nothing_runs_by_itself_when_the_schedule_is_off_or_on_a_laptop(
    settings: Settings, enabled: bool, environment: str
) -> None:
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = enabled, environment
    with clockwork(list[Job](jobs())) as clock:
        clock.play(local(SATURDAY, 5), local(SATURDAY, 8))
    assert clock.began == []
    assert not JobRun.objects.exists()
