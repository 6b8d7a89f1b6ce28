"""What a question says besides the dates: hours, parts of the day, refusals, open ends, second readings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.understanding.text import read
from assistant.understanding.times import LATEST, OPEN, When, find

TUESDAY = datetime(2026, 3, 17, 10, 30)  # noqa: DTZ001 - the company's wall clock


def whens(typed: str, now: datetime = TUESDAY) -> list[When]:
    return find(read(typed), now)


def days(typed: str, now: datetime = TUESDAY) -> list[tuple[str, str]]:
    """First and last day of each stretch."""
    return [(str(w.start.date()), str((w.end - timedelta(seconds=1)).date())) for w in whens(typed, now)]


@pytest.mark.parametrize(
    ("typed", "at", "after", "before"),
    [
        ("mes rv demain à 14 h 30", "14:30", "", ""),
        ("vers 15 h", "15:00", "", ""),
        ("demain 2 h de l'après-midi", "14:00", "", ""),
        ("à midi et quart", "12:15", "", ""),
        ("9 heures moins quart", "08:45", "", ""),
        ("demain après 16h", "", "16:00", ""),
        ("pas avant 10 h demain", "", "10:00", ""),
        ("lundi avant 9 h 30", "", "", "09:30"),
        ("jeudi entre 9 et 11 h", "", "09:00", "11:00"),
        ("8h-10h", "", "08:00", "10:00"),
    ],
)
def test_hours_are_given_as_hours_and_minutes(typed: str, at: str, after: str, before: str) -> None:
    (found,) = whens(typed)
    assert (found.time, found.after_time, found.before_time) == (at, after, before)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("demain avant-midi", "morning"),
        ("à matin", "morning"),
        ("lundi am", "morning"),
        ("jeudi pm", "afternoon"),
        ("cet aprem", "afternoon"),
        ("à soir", "evening"),
        ("vendredi en soirée", "evening"),
        ("cette nuit", "night"),
        ("demain", ""),
    ],
)
def test_parts_of_the_day_bear_the_words_of_the_house(typed: str, part: str) -> None:
    (found,) = whens(typed)
    assert found.part_of_day == part


def test_an_hour_alone_says_no_day() -> None:
    (found,) = whens("mes rv après 16 h")
    assert not found.dated
    (found,) = whens("mes rv demain après 16 h")
    assert found.dated


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("mes rv sauf lundi", [True]),
        ("mes rv sauf lundi et mardi", [True, True]),
        ("pas demain, jeudi", [True, False]),
        ("sauf lundi, mardi et mercredi", [True, True, True]),
        ("toute la semaine à part le vendredi", [False, True]),
        ("autre que mardi", [True]),
        ("je ne travaille pas lundi", [False]),
        ("clients pas vus depuis mars", [False]),
        ("rv non confirmés demain", [False]),
    ],
)
def test_a_refused_day_is_marked_and_a_denied_verb_is_not(typed: str, refused: list[bool]) -> None:
    assert [when.negated for when in whens(typed)] == refused


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lundi et jeudi", [("2026-03-23", "2026-03-23"), ("2026-03-19", "2026-03-19")]),
        ("les 3 et 5 avril", [("2026-04-03", "2026-04-03"), ("2026-04-05", "2026-04-05")]),
        (
            "le 3, 4 et 10 avril 2027",
            [("2027-04-03", "2027-04-03"), ("2027-04-04", "2027-04-04"), ("2027-04-10", "2027-04-10")],
        ),
        (
            "cette semaine et la semaine prochaine",
            [("2026-03-16", "2026-03-22"), ("2026-03-23", "2026-03-29")],
        ),
        ("ma journée de demain", [("2026-03-18", "2026-03-18")]),
    ],
)
def test_each_day_of_a_list_is_a_stretch_of_its_own(typed: str, expected: list[tuple[str, str]]) -> None:
    assert days(typed) == expected


@pytest.mark.parametrize("typed", ["31 février", "le 32 mars", "25 h 70", "29 février 2027", "le 31/04/2026"])
def test_an_impossible_date_is_said_and_never_replaced(typed: str) -> None:
    (found,) = whens(typed)
    assert found.impossible
    assert found.start == found.end == OPEN


def test_open_ends_are_open() -> None:
    (before,) = whens("avant 2020")
    assert (before.open_start, before.start, before.end.year) == (True, OPEN, 2020)
    (after,) = whens("après le 15 avril")
    assert (after.open_end, after.end, after.start.date()) == (True, LATEST, date(2026, 4, 16))


def test_before_a_day_to_come_begins_today() -> None:
    (found,) = whens("avant vendredi")
    assert (found.start.date(), found.end.date(), found.open_start) == (date(2026, 3, 17), date(2026, 3, 20), True)


def test_next_weekday_offers_the_one_of_next_week_as_a_second_reading() -> None:
    (found,) = whens("vendredi prochain")
    assert found.start.date() == date(2026, 3, 20)
    assert [start.date() for start, _ in found.alternatives] == [date(2026, 3, 27)]


def test_the_words_that_say_a_date_are_known() -> None:
    question = read("Mes RV de l’après-midi, mercredi 8 avril svp")
    (found,) = find(question, TUESDAY)
    assert question.as_typed(found.first, found.last) == "l’après-midi, mercredi 8 avril"


@pytest.mark.parametrize(
    ("now", "tomorrow"),
    [
        (datetime(2026, 3, 18, 3, 50, tzinfo=UTC), date(2026, 3, 18)),  # 23:50 of the 17th in Montréal
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), date(2026, 3, 9)),  # the night that loses an hour
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), date(2026, 11, 2)),  # the hour that comes twice, first time
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 11, 2)),  # second time
        (datetime(2026, 1, 1, 4, 30, tzinfo=UTC), date(2026, 1, 1)),  # still the old year
    ],
)
def test_tomorrow_is_counted_from_the_companys_wall_clock(now: datetime, tomorrow: date) -> None:
    (found,) = whens("demain", now)
    assert (found.start, found.end - found.start) == (
        datetime.combine(tomorrow, datetime.min.time()),
        timedelta(days=1),
    )
