"""Several promises of one entity: the worst kept tells the age, one broken makes it late, and the finding names it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncing.french import COMPANY_ZONE
from syncing.monitoring import freshness
from syncing.monitoring.findings import findings
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.monitoring.hours import Hour, together
from syncing.monitoring.promises import promises
from syncing.registry import Entity, entities
from syncing.vocabulary import Mode
from tests.syncing.monitoring.test_freshness import NOW, broken, leg

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def windowed() -> Entity:
    """One that promises 5 minutes for what is recent, and more for the rest."""
    found = next(entity for entity in entities() if len(promises(entity)) == 2)
    assert [(p.mode, p.limit) for p in promises(found)] == [(Mode.RECENT, 5 * MINUTE), (Mode.INCREMENTAL, 2 * HOUR)]
    return found


@pytest.fixture
def unpromised() -> Entity:
    """One with a recent read that promises nothing."""
    return next(e for e in entities() if Mode.RECENT in e.reads and e.reads[Mode.RECENT].promise is None)


def state(entity: Entity, now: datetime = NOW) -> EntityStatus:
    return next(one for one in freshness.statuses(now) if one.name == entity.name)


def told(code: str) -> str:
    return next(one.cause for one in findings(NOW, freshness.statuses(NOW)) if one.code == code)


def everything_else_is_fresh(but: Entity) -> None:
    for entity in entities():
        if entity is not but:
            leg(entity.name, timedelta(0))


@pytest.mark.parametrize("mode", ["recent", "incremental", "full"])
def test_a_wider_reading_keeps_the_promise_of_a_narrower_one(windowed: Entity, mode: str) -> None:
    leg(windowed.name, HOUR)
    leg(windowed.name, 4 * MINUTE, mode=mode, since=None if mode == "full" else NOW)
    found = state(windowed)
    assert (found.status, found.promise, found.age) == (Health.HEALTHY, 5 * MINUTE, 4 * MINUTE)


def test_what_is_recent_is_late_although_the_rest_is_not(windowed: Entity) -> None:
    everything_else_is_fresh(but=windowed)
    leg(windowed.name, HOUR)
    leg(windowed.name, 10 * MINUTE, mode="recent")
    found = state(windowed)
    assert (found.status, found.promise, found.freshness) == (Health.LATE, 5 * MINUTE, 50.0)
    assert [standing.mode for standing in found.broken] == [Mode.RECENT]
    assert "dernière lecture récente il y a 10\u00a0min, au-delà de la promesse (5\u00a0min)" in told("late:recent")


def test_the_rest_is_late_although_what_is_recent_is_not(windowed: Entity) -> None:
    everything_else_is_fresh(but=windowed)
    leg(windowed.name, 4 * HOUR)
    leg(windowed.name, MINUTE, mode="recent")
    found = state(windowed)
    assert (found.status, found.promise, found.freshness) == (Health.LATE, 2 * HOUR, 50.0)
    assert found.age == 4 * HOUR, "the age that goes with the promise that is broken"
    assert "dernière lecture courante il y a 4\u00a0h\u00a000, au-delà de la promesse (2\u00a0h)" in told("late")


def test_one_silence_breaks_both_and_is_told_once(windowed: Entity) -> None:
    everything_else_is_fresh(but=windowed)
    leg(windowed.name, 5 * HOUR)
    assert len(state(windowed).broken) == 2
    codes = [one.code for one in findings(NOW, freshness.statuses(NOW))]
    assert codes == ["late"]


def test_a_recent_reading_alone_has_read_nothing_whole(windowed: Entity) -> None:
    leg(windowed.name, MINUTE, mode="recent")
    found = state(windowed)
    assert (found.status, found.freshness, found.last_sync) == (Health.NEVER, 0.0, None)


def test_a_recent_reading_that_promises_nothing_changes_nothing(unpromised: Entity) -> None:
    leg(unpromised.name, 2 * HOUR)
    leg(unpromised.name, MINUTE, mode="recent")
    broken(unpromised.name, timedelta(seconds=30)).__class__.objects.filter(error_code="server_fault").update(
        mode="recent"
    )
    found = state(unpromised)
    assert (found.status, found.age, found.last_error) == (Health.LATE, 2 * HOUR, None)


def test_a_repair_counts_for_nothing(windowed: Entity) -> None:
    leg(windowed.name, 3 * HOUR, total=50, distinct=50)
    leg(windowed.name, MINUTE, mode="repair", total=1, distinct=1)
    leg(windowed.name, timedelta(minutes=30), mode="repair", sealed_at=None, finished_at=None)
    found = state(windowed)
    assert (found.status, found.age, found.in_gazelle) == (Health.LATE, 3 * HOUR, 50)
    assert found.interrupted is None


def test_a_resumed_reading_is_as_old_as_its_first_page(windowed: Entity) -> None:
    leg(windowed.name, MINUTE, started_at=NOW - 3 * HOUR, resumed=1)
    found = state(windowed)
    assert (found.last_sync, found.status) == (NOW - 3 * HOUR, Health.LATE)
    leg(windowed.name, 2 * MINUTE)
    assert state(windowed).last_sync == NOW - 2 * MINUTE, "one read at one go tells of newer data, though sealed before"


def test_an_error_of_the_recent_reading_is_over_when_a_wider_one_succeeds(windowed: Entity) -> None:
    leg(windowed.name, HOUR)
    fault = broken(windowed.name, 3 * MINUTE)
    fault.mode = "recent"
    fault.save()
    assert state(windowed).status is Health.FAILING
    leg(windowed.name, MINUTE, mode="incremental", since=NOW)
    assert state(windowed).status is Health.HEALTHY


def test_an_error_of_the_wide_reading_is_not_hidden_by_recent_ones(windowed: Entity) -> None:
    leg(windowed.name, HOUR)
    broken(windowed.name, 30 * MINUTE)
    leg(windowed.name, MINUTE, mode="recent")
    assert state(windowed).status is Health.FAILING


def test_the_whole_is_compared_with_the_last_reading_without_edges(windowed: Entity) -> None:
    leg(windowed.name, 9 * HOUR, total=5000, distinct=5000)
    leg(windowed.name, HOUR, mode="incremental", since=NOW - timedelta(days=30), total=70, distinct=70)
    leg(windowed.name, MINUTE, mode="recent", since=NOW, until=NOW, total=7, distinct=7)
    assert state(windowed).in_gazelle == 5000


def test_a_dead_reading_among_many_recent_ones_is_still_told(windowed: Entity) -> None:
    leg(windowed.name, 3 * HOUR)
    leg(windowed.name, HOUR, mode="incremental", since=NOW, sealed_at=None, finished_at=None, page=12)
    for minutes in range(30, 0, -3):
        leg(windowed.name, minutes * MINUTE, mode="recent", since=NOW)
    found = state(windowed)
    assert found.interrupted is not None
    assert found.interrupted.page == 12


def test_a_dead_recent_reading_is_over_with_the_next(windowed: Entity) -> None:
    leg(windowed.name, HOUR)
    leg(windowed.name, 8 * MINUTE, mode="recent", sealed_at=None, finished_at=None)
    assert state(windowed).interrupted is not None
    leg(windowed.name, 4 * MINUTE, mode="recent")
    assert state(windowed).interrupted is None


def test_those_carried_by_one_interrupted_reading_are_told_with_it() -> None:
    for entity in entities():
        leg(entity.name, HOUR)
    root = next(entity for entity in entities() if entity.carried_names)
    stopped = leg(root.name, 10 * MINUTE, sealed_at=None, finished_at=None, page=4)
    for name in root.carried_names:
        leg(name, 10 * MINUTE, sealed_at=None, finished_at=None, page=4, carried_by=stopped)
    found = [one for one in findings(NOW, freshness.statuses(NOW)) if one.code == "interrupted"]
    assert [one.command for one in found] == [f"python manage.py sync {' '.join((root.name, *root.carried_names))}"]


@pytest.mark.parametrize(
    ("sealed", "now", "expected"),
    [
        (  # 01:58 to 03:02 in the night without a 2 o'clock: 4 minutes
            datetime(2026, 3, 8, 1, 58, tzinfo=COMPANY_ZONE),
            datetime(2026, 3, 8, 3, 2, tzinfo=COMPANY_ZONE),
            Health.HEALTHY,
        ),
        (  # 01:58 to the second 01:01 in the night with two: 3 minutes
            datetime(2026, 11, 1, 1, 58, tzinfo=COMPANY_ZONE),
            datetime(2026, 11, 1, 1, 1, fold=1, tzinfo=COMPANY_ZONE),
            Health.HEALTHY,
        ),
        (  # the first 01:01 to the second: an hour
            datetime(2026, 11, 1, 1, 1, tzinfo=COMPANY_ZONE),
            datetime(2026, 11, 1, 1, 1, fold=1, tzinfo=COMPANY_ZONE),
            Health.LATE,
        ),
    ],
)
def test_five_minutes_are_five_minutes_when_the_clocks_change(
    windowed: Entity, sealed: datetime, now: datetime, expected: Health
) -> None:
    whole = sealed.astimezone(UTC) - HOUR
    for mode, at in (("full", whole), ("recent", sealed)):
        leg(windowed.name, timedelta(0), mode=mode, started_at=at, sealed_at=at, finished_at=at)
    assert state(windowed, now).status is expected


def test_the_strip_of_several_promises_is_that_of_the_worst_kept(windowed: Entity, settings: Any) -> None:
    kept, none, bad = Hour.KEPT, Hour.NONE, Hour.BROKEN
    assert together([(kept, kept, kept, none), (kept, none, bad, bad)]) == (kept, none, bad, bad)
    settings.SCHEDULER_ENABLED = True
    leg(windowed.name, 90 * MINUTE)
    assert state(windowed).hours[-1] is Hour.BROKEN
    for minutes in range(90, -1, -3):
        leg(windowed.name, minutes * MINUTE, mode="recent")
    assert state(windowed).hours[-1] is Hour.KEPT
