"""The words of instants, ages and numbers, at the hours that bite: 23:00 and the two nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncing import french
from syncing.french import COMPANY_ZONE

NOW = datetime(2026, 3, 25, 14, 30, tzinfo=COMPANY_ZONE)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), "à l’instant"),
        (timedelta(seconds=-30), "à l’instant"),
        (timedelta(seconds=20), "il y a 20 s"),
        (timedelta(seconds=59), "il y a 59 s"),
        (timedelta(minutes=1), "il y a 1 min"),
        (timedelta(minutes=12), "il y a 12 min"),
        (timedelta(minutes=60), "il y a 1 h 00"),
        (timedelta(minutes=68), "il y a 1 h 08"),
        (timedelta(hours=14), "il y a 14 h 00"),
        (timedelta(hours=15), "hier"),
        (timedelta(days=1), "hier"),
        (timedelta(days=5), "il y a 5 jours"),
        (timedelta(days=150), "il y a 5 mois"),
        (timedelta(days=800), "il y a 2 ans"),
    ],
)
def test_an_age_in_words(age: timedelta, expected: str) -> None:
    assert plain(french.ago(NOW - age, NOW)) == expected


@pytest.mark.parametrize(
    ("spent", "expected"),
    [(0, "0,0 s"), (0.04, "< 0,1 s"), (0.05, "0,1 s"), (3.24, "3,2 s"), (12.4, "12 s"), (190, "3 min")],
)
def test_a_step_is_told_in_tenths_while_they_say_something(spent: float, expected: str) -> None:
    assert plain(french.seconds(spent)) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(2026, 3, 25, 4, 0, tzinfo=COMPANY_ZONE), "aujourd’hui 4 h 00"),
        (datetime(2026, 3, 24, 4, 12, tzinfo=COMPANY_ZONE), "hier à 4 h 12"),
        (datetime(2026, 3, 22, 4, 12, tzinfo=COMPANY_ZONE), "dimanche 4 h 12"),
        (datetime(2026, 3, 19, 4, 12, tzinfo=COMPANY_ZONE), "jeudi 4 h 12"),
        (datetime(2026, 3, 18, 4, 12, tzinfo=COMPANY_ZONE), "mercredi 18 mars"),
    ],
)
def test_a_moment_of_the_week_keeps_its_clock(when: datetime, expected: str) -> None:
    assert plain(french.weekday_and_clock(when, NOW)) == expected


def test_at_one_in_the_morning_eleven_in_the_evening_is_two_hours_ago_not_yesterday() -> None:
    now = datetime(2026, 3, 25, 1, 0, tzinfo=COMPANY_ZONE)
    assert plain(french.ago(datetime(2026, 3, 24, 23, 0, tzinfo=COMPANY_ZONE), now)) == "il y a 2 h 00"


def test_at_eleven_in_the_evening_the_day_is_that_of_the_company_not_of_utc() -> None:
    now = datetime(2026, 3, 25, 3, 0, tzinfo=UTC)  # 23:00 on the 24th in Montréal
    assert plain(french.day_and_clock(now - timedelta(minutes=30), now)) == "aujourd’hui 22 h 30"
    assert plain(french.day_and_clock(datetime(2026, 3, 24, 1, 10, tzinfo=UTC), now)) == "hier à 21 h 10"


def test_an_age_is_real_time_in_the_night_that_loses_an_hour() -> None:
    before = datetime(2026, 3, 8, 1, 30, tzinfo=COMPANY_ZONE)
    after = datetime(2026, 3, 8, 3, 30, tzinfo=COMPANY_ZONE)
    assert plain(french.ago(before, after)) == "il y a 1 h 00"
    assert french.elapsed(before, after) == timedelta(hours=1)


def test_an_age_is_real_time_in_the_night_that_has_an_hour_twice() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=COMPANY_ZONE)
    second = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=COMPANY_ZONE)
    assert plain(french.ago(first, second)) == "il y a 1 h 00"
    assert plain(french.clock(first)) == plain(french.clock(second)) == "1 h 30"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(2026, 3, 25, 14, 30, tzinfo=COMPANY_ZONE), "aujourd’hui 14 h 30"),
        (datetime(2026, 3, 25, 0, 5, tzinfo=COMPANY_ZONE), "aujourd’hui 0 h 05"),
        (datetime(2026, 3, 24, 21, 10, tzinfo=COMPANY_ZONE), "hier à 21 h 10"),
        (datetime(2026, 3, 3, 9, 0, tzinfo=COMPANY_ZONE), "mardi 3 mars"),
        (datetime(2026, 3, 1, 9, 0, tzinfo=COMPANY_ZONE), "dimanche 1er mars"),
        (datetime(2025, 11, 12, 9, 0, tzinfo=COMPANY_ZONE), "12 nov. 2025"),
    ],
)
def test_a_moment_in_words(when: datetime, expected: str) -> None:
    assert plain(french.day_and_clock(when, NOW)) == expected


def test_the_age_of_the_data() -> None:
    assert plain(french.data_of(NOW - timedelta(minutes=5), NOW)) == "Données de 14 h 25"
    assert plain(french.data_of(NOW - timedelta(days=1), NOW)) == "Données d’hier, 14 h 30"
    assert plain(french.data_of(NOW - timedelta(days=2), NOW)) == "Données du lundi 23 mars"
    assert plain(french.since(NOW - timedelta(minutes=28), NOW)) == "depuis 14 h 02"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(milliseconds=300), "moins d’une seconde"),
        (timedelta(seconds=9), "9 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=90), "1 h 30"),
        (timedelta(days=7), "7 jours"),
        (timedelta(seconds=-1), "0 s"),
    ],
)
def test_a_duration_in_words(length: timedelta, expected: str) -> None:
    assert plain(french.duration(length)) == expected


def test_spaces_never_break_a_number_from_its_unit() -> None:
    assert french.number(168204) == "168\u202f204"
    assert french.clock(NOW) == "14\u00a0h\u00a030"
    assert french.duration(timedelta(minutes=5)) == "5\u00a0min"
    assert french.percent(99.6) == "99,6\u00a0%"


@pytest.mark.parametrize(
    ("value", "expected"), [(100.0, "100 %"), (99.97, "99,9 %"), (98.0, "98 %"), (0.0, "0 %"), (33.35, "33,4 %")]
)
def test_a_share_is_never_rounded_up_to_perfection(value: float, expected: str) -> None:
    assert plain(french.percent(value)) == expected


def test_zero_and_one_are_singular() -> None:
    told = [plain(french.counted(n, "ligne", "lignes")) for n in (0, 1, 2, 1000)]
    assert told == ["0 ligne", "1 ligne", "2 lignes", "1 000 lignes"]


def test_a_list_in_words() -> None:
    assert [french.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a et b",
        "a, b et c",
    ]
