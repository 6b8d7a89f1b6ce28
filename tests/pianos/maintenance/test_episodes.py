"""Episodes of a problem: the same whatever order its events arrived in."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from pianos.maintenance.episodes import Event, Kind, episodes

START = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def event(day: int, kind: Kind) -> Event:
    return Event(START + timedelta(days=day), kind, f"{kind.name.lower()}{day}")


def told(*events: Event) -> list[tuple[str, str]]:
    return [(one.opened.key, one.closed.key if one.closed else "") for one in episodes(events)]


def test_a_later_note_resolves_and_the_next_problem_is_another_episode() -> None:
    events = (event(0, Kind.OPEN), event(5, Kind.OPEN), event(9, Kind.RIGHT), event(20, Kind.OPEN))
    assert told(*events) == [("open0", "right9"), ("open20", "")]


def test_a_problem_solved_in_its_own_note_is_never_open() -> None:
    assert told(event(0, Kind.BRIEF)) == [("brief0", "brief0")]


def test_a_resolution_without_any_problem_is_nothing() -> None:
    assert told(event(0, Kind.RIGHT), event(3, Kind.CLOSED), event(4, Kind.REOPENED)) == []


def test_what_a_person_reopens_is_ended_by_later_words_only() -> None:
    events = (event(0, Kind.OPEN), event(2, Kind.RIGHT), event(3, Kind.REOPENED))
    assert told(*events) == [("open0", "")]
    assert told(*events, event(9, Kind.RIGHT)) == [("open0", "right9")]


@pytest.mark.parametrize("seed", range(20))
def test_events_give_the_same_episodes_whatever_order_they_arrive_in(seed: int) -> None:
    dice = random.Random(seed)
    events = [event(day, dice.choice(list(Kind))) for day in range(12)]
    expected = told(*events)
    dice.shuffle(events)
    assert told(*events) == expected
