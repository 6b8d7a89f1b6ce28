"""Movable feasts against the calendars that were published for those years."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.understanding.times.almanac import HOLIDAYS, easter, nth_weekday


@pytest.mark.parametrize(
    "published",
    [date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31), date(2025, 4, 20), date(2038, 4, 25)],
)
def test_easter_falls_on_the_published_sunday(published: date) -> None:
    assert easter(published.year) == published


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("vacances de la construction", date(2021, 7, 18), date(2021, 7, 31)),
        ("vacances de la construction", date(2022, 7, 24), date(2022, 8, 6)),
        ("vacances de la construction", date(2023, 7, 23), date(2023, 8, 5)),
        ("vacances de la construction", date(2024, 7, 21), date(2024, 8, 3)),
        ("vacances de la construction", date(2025, 7, 20), date(2025, 8, 2)),
        ("vacances de la construction", date(2026, 7, 19), date(2026, 8, 1)),
        ("relache scolaire?", date(2025, 3, 3), date(2025, 3, 7)),
        ("fete de la reine", date(2025, 5, 19), date(2025, 5, 19)),
        ("fete de la reine", date(2026, 5, 18), date(2026, 5, 18)),
        ("action de grace|graces", date(2025, 10, 13), date(2025, 10, 13)),
        ("fete du travail", date(2025, 9, 1), date(2025, 9, 1)),
        ("fete des meres", date(2025, 5, 11), date(2025, 5, 11)),
        ("fete des peres", date(2025, 6, 15), date(2025, 6, 15)),
        ("black friday", date(2024, 11, 29), date(2024, 11, 29)),
        ("vendredi saint", date(2025, 4, 18), date(2025, 4, 18)),
        ("pentecote", date(2025, 6, 8), date(2025, 6, 8)),
    ],
)
def test_a_movable_feast_falls_on_its_published_days(name: str, first: date, last: date) -> None:
    assert HOLIDAYS[name](first.year) == (first, last)


def test_a_fifth_monday_exists_only_in_some_months() -> None:
    assert nth_weekday(2026, 3, 0, 5) == date(2026, 3, 30)
    assert nth_weekday(2026, 4, 0, 5) is None
    assert nth_weekday(2026, 4, 0, -1) == date(2026, 4, 27)
