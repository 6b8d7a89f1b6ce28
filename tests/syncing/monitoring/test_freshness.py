"""Freshness at its borders: computed from the journal's instants, never from a column that could get stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncing.french import COMPANY_ZONE
from syncing.models import Conflict, GazelleConnection, Leg, StagedRecord
from syncing.monitoring import freshness
from syncing.monitoring.findings import Level, findings
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.monitoring.hours import Hour, strip
from syncing.monitoring.overview import overview
from syncing.monitoring.promises import score
from syncing.registry import entities

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 25, 18, 30, tzinfo=UTC)
PROMISE = timedelta(minutes=30)


@pytest.fixture
def first() -> str:
    return next(iter(entities())).name


def leg(entity: str, ago: timedelta, **overrides: Any) -> Leg:
    """A complete reading that was sealed `ago`."""
    at = NOW - ago
    told = {
        "mode": "full",
        "started_at": at - timedelta(seconds=10),
        "heartbeat_at": at,
        "sealed_at": at,
        "finished_at": at,
        "total": 3,
        "distinct": 3,
        "fetched": 3,
    }
    return Leg.objects.create(entity=entity, **{**told, **overrides})


def broken(entity: str, ago: timedelta, code: str = "server_fault") -> Leg:
    return leg(
        entity, ago, sealed_at=None, error_code=code, error_message="Gazelle répond 502.", error_action="Relancez."
    )


def state(name: str) -> EntityStatus:
    return next(one for one in freshness.statuses(NOW) if one.name == name)


def codes() -> list[str]:
    return [one.code for one in findings(NOW, freshness.statuses(NOW))]


# -- the arithmetic ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (None, 0.0),
        (timedelta(0), 100.0),
        (PROMISE, 100.0),
        (PROMISE + timedelta(seconds=1), 99.9),
        (2 * PROMISE, 50.0),
        (3 * PROMISE, 33.3),
    ],
)
def test_the_score_is_full_until_the_promise_then_its_share_of_the_age(age: timedelta | None, expected: float) -> None:
    assert score(age, PROMISE) == expected


def test_the_promise_is_kept_at_its_very_last_second(first: str) -> None:
    promise = entities()[first].promise
    leg(first, promise)
    assert state(first).status is Health.HEALTHY
    Leg.objects.all().delete()
    leg(first, promise + timedelta(seconds=1))
    assert state(first).status is Health.LATE


@pytest.mark.parametrize(
    ("sealed", "now", "expected"),
    [
        (  # 01:45 to 03:10 in the night without a 2 o'clock: 25 minutes
            datetime(2026, 3, 8, 1, 45, tzinfo=COMPANY_ZONE),
            datetime(2026, 3, 8, 3, 10, tzinfo=COMPANY_ZONE),
            timedelta(minutes=25),
        ),
        (  # 00:50 to the second 01:10 in the night with two: 80 minutes
            datetime(2026, 11, 1, 0, 50, tzinfo=COMPANY_ZONE),
            datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=COMPANY_ZONE),
            timedelta(minutes=80),
        ),
    ],
)
def test_an_age_is_real_time_when_the_clocks_change(
    first: str, sealed: datetime, now: datetime, expected: timedelta
) -> None:
    leg(first, timedelta(0), started_at=sealed, sealed_at=sealed, finished_at=sealed)
    found = next(one for one in freshness.statuses(now) if one.name == first)
    assert found.age == expected


# -- the states --------------------------------------------------------------------------------------------------------


def test_nothing_sealed_is_never_whatever_was_tried(first: str) -> None:
    leg(first, timedelta(minutes=5), mode="recent")
    found = state(first)
    assert (found.status, found.freshness, found.last_sync) == (Health.NEVER, 0.0, None)


def test_an_error_after_the_seal_is_a_failure_until_the_next_seal(first: str) -> None:
    leg(first, timedelta(minutes=20))
    broken(first, timedelta(minutes=10))
    found = state(first)
    assert found.status is Health.FAILING
    assert found.last_error is not None
    assert found.last_error.message == "Gazelle répond 502."
    assert found.freshness == 100.0, "the age is told apart from the failure"
    leg(first, timedelta(minutes=5))
    assert state(first).status is Health.HEALTHY


def test_a_reading_stopped_by_a_person_is_interrupted_not_failing(first: str) -> None:
    broken(first, timedelta(minutes=10), code="interrupted")
    found = state(first)
    assert found.last_error is None
    assert found.interrupted is not None
    assert "interrupted" in codes()


@pytest.mark.parametrize(("silence", "runs"), [(timedelta(seconds=119), True), (timedelta(minutes=2), False)])
def test_a_leg_runs_while_its_heart_beats(first: str, silence: timedelta, runs: bool) -> None:
    size = entities()[first].page_size
    leg(first, silence, sealed_at=None, finished_at=None, page=12, total=41 * size, fetched=1200)
    found = state(first)
    assert (found.running is not None, found.interrupted is not None) == (runs, not runs)
    if found.running:
        assert (found.running.page, found.running.pages, found.running.rows_per_second) == (12, 41, 120)


def test_what_is_resumed_is_no_longer_interrupted(first: str) -> None:
    leg(first, timedelta(hours=1), sealed_at=None, finished_at=None)
    assert "interrupted" in codes()
    leg(first, timedelta(minutes=1))
    assert "interrupted" not in codes()


def test_a_window_does_not_pretend_to_know_the_whole(first: str) -> None:
    leg(first, timedelta(hours=2), total=5000, distinct=5000)
    leg(first, timedelta(minutes=1), mode="incremental", since=NOW - timedelta(days=2), total=7, distinct=7)
    found = state(first)
    assert found.last_sync == NOW - timedelta(minutes=1)
    assert found.in_gazelle == 5000


def test_a_list_without_total_counts_what_it_saw(first: str) -> None:
    leg(first, timedelta(minutes=1), total=None, distinct=14)
    assert state(first).in_gazelle == 14


def test_staged_rows_and_conflicts_are_counted_by_what_they_wait_for(first: str) -> None:
    for number, row_state in enumerate(["pending", "retry", "retry", "rejected", "failed", "reconciled"]):
        StagedRecord.objects.create(
            entity=first, gazelle_id=str(number), digest="x", raw=b"{}", state=row_state, fetched_at=NOW
        )
    Conflict.objects.create(entity=first, gazelle_id="1", column="name")
    Conflict.objects.create(entity=first, gazelle_id="2", column="name", settled_at=NOW)
    found = state(first)
    assert (found.pending, found.rejected, found.failed, found.conflicts) == (3, 1, 1, 1)


def test_the_cost_does_not_grow_with_the_entities() -> None:
    for entity in entities():
        leg(entity.name, timedelta(minutes=1))
    with CaptureQueriesContext(connection) as asked:
        freshness.statuses(NOW)
    assert len(asked) == 6
    with CaptureQueriesContext(connection) as asked:
        freshness.vital_signs(NOW)
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        freshness.glance(NOW)
    assert len(asked) == 1


# -- the strip ---------------------------------------------------------------------------------------------------------


def test_an_hour_with_an_error_is_broken_and_one_with_fresh_data_is_kept() -> None:
    shown = strip(NOW, PROMISE, [NOW - timedelta(hours=3, minutes=30)], [NOW - timedelta(minutes=30)])
    assert len(shown) == 24
    assert shown[-4:] == (Hour.KEPT, Hour.KEPT, Hour.NONE, Hour.BROKEN)
    assert set(shown[:-4]) == {Hour.NONE}


@pytest.mark.parametrize(("scheduled", "expected"), [(False, Hour.NONE), (True, Hour.BROKEN)])
def test_silence_is_a_broken_promise_only_while_something_is_scheduled(
    settings: Any, scheduled: bool, expected: Hour
) -> None:
    settings.SCHEDULER_ENABLED = scheduled
    assert strip(NOW, PROMISE, [NOW - timedelta(hours=5)], [])[-1] is expected


def test_the_night_breaks_no_promise(settings: Any) -> None:
    settings.SCHEDULER_ENABLED = True
    morning = datetime(2026, 3, 25, 7, 0, tzinfo=COMPANY_ZONE)
    last_night = datetime(2026, 3, 24, 22, 29, tzinfo=COMPANY_ZONE)
    shown = strip(morning, PROMISE, [last_night, datetime(2026, 3, 25, 6, 1, tzinfo=COMPANY_ZONE)], [])
    assert Hour.BROKEN not in shown[-8:-1]


# -- findings and verdict ----------------------------------------------------------------------------------------------


def test_one_cause_for_all_entities_is_said_once(first: str) -> None:
    for entity in entities():
        broken(entity.name, timedelta(minutes=1))
    found = [one for one in findings(NOW, freshness.statuses(NOW)) if one.level is Level.FAULT]
    assert [(one.code, one.count) for one in found] == [("failing:server_fault", len(list(entities())))]


def test_a_refused_token_outranks_its_own_consequences(first: str) -> None:
    GazelleConnection.objects.create(
        access_token=b"x", refresh_token=b"x", refused_at=NOW, refused_reason="invalid_grant"
    )
    broken(first, timedelta(minutes=1), code="token_refused")
    seen = overview(NOW)
    assert seen.verdict.tone == "fault"
    assert seen.verdict.next is not None
    assert (seen.verdict.next.code, seen.verdict.next.url) == ("token_refused", "/systeme/gazelle/")
    assert not any(one.level is Level.FAULT for one in seen.others)


def test_totals_that_disagree_are_a_finding(first: str) -> None:
    leg(first, timedelta(minutes=1), total=10, distinct=9)
    assert "totals" in codes()


def test_lateness_without_a_schedule_is_said_calmly(settings: Any) -> None:
    settings.SCHEDULER_ENABLED = False
    for entity in entities():
        leg(entity.name, timedelta(days=1))
    seen = overview(NOW)
    assert seen.verdict.tone == "watch"
    assert seen.verdict.title.startswith("Données d’hier")
    assert "Aucun horaire n’est en marche" in seen.verdict.lede
    assert seen.healthy


def test_decisions_do_not_disturb_the_verdict(first: str) -> None:
    for entity in entities():
        leg(entity.name, timedelta(minutes=1))
    Conflict.objects.create(entity=first, gazelle_id="1", column="name")
    seen = overview(NOW)
    assert seen.verdict.title == "Tout va bien."
    assert "1 élément attend une décision" in seen.verdict.lede
    assert [one.code for one in seen.decisions] == ["conflicts"]


def test_the_figures_of_the_day_leave_out_the_day_before(first: str) -> None:
    leg(first, timedelta(hours=25), fetched=1000, created=1000)
    leg(first, timedelta(hours=1), fetched=40, updated=2, created=1, rejected=1)
    broken(first, timedelta(minutes=1))
    figures = overview(NOW).journal.figures
    assert (figures.legs, figures.fetched, figures.changed, figures.failed, figures.broken_legs) == (2, 43, 3, 1, 1)


def test_what_was_started_together_is_told_together(first: str) -> None:
    leg(first, timedelta(minutes=10))
    leg(first, timedelta(minutes=9, seconds=45))
    leg(first, timedelta(minutes=1))
    starts = overview(NOW).journal.starts
    assert [len(start.lines) for start in starts] == [1, 2]
