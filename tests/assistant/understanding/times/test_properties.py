"""What holds for every day, and for every text."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.understanding.text import read
from assistant.understanding.times import LATEST, OPEN, find
from assistant.understanding.times.lexicon import TAGS
from syncing.french import DAYS, MONTHS

NOWS = some.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 12, 31))  # noqa: DTZ001 - wall clocks
SMALL = ("de", "du", "le", "la", "les", "l'", "d'", "au", "en", "dans", "il y a", "d'ici", "depuis", "avant", "après")
WORDS = sorted({*TAGS, *SMALL, *"-/:,.", "à", "et", "3", "14", "31", "2026"})


def written(day: date) -> list[str]:
    """The same day, five ways."""
    ordinal = "1er" if day.day == 1 else str(day.day)
    return [
        f"le {ordinal} {MONTHS[day.month - 1]} {day.year}",
        f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}",
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day:%y}",
    ]


@pytest.mark.parametrize("year", [2026, 2028])
def test_every_day_of_a_year_is_read_back_from_each_way_of_writing_it(year: int) -> None:
    now = datetime(year, 3, 17, 10, 30)  # noqa: DTZ001 - a wall clock
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=number)
        for text in written(day):
            (found,) = find(read(text), now)
            assert (found.start.date(), found.end - found.start, found.grain) == (day, timedelta(days=1), "day"), text


@given(some.integers(min_value=0, max_value=6), NOWS)
def test_a_bare_weekday_is_within_the_seven_days_after_today(weekday: int, now: datetime) -> None:
    (found,) = find(read(DAYS[weekday]), now)
    assert found.start.weekday() == weekday
    assert 1 <= (found.start.date() - now.date()).days <= 7


@given(some.integers(min_value=0, max_value=60), NOWS)
def test_in_some_days_and_some_days_ago_are_symmetrical(count: int, now: datetime) -> None:
    (ahead,), (ago,) = find(read(f"dans {count} jours"), now), find(read(f"il y a {count} jours"), now)
    assert ahead.start.date() - now.date() == now.date() - ago.start.date() == timedelta(days=count)


@given(some.lists(some.sampled_from(WORDS), max_size=14), NOWS, some.booleans())
def test_any_words_give_ordered_stretches_inside_the_text(words: list[str], now: datetime, past: bool) -> None:
    question = read(" ".join(words))
    found = find(question, now, past=past)
    ends = [0, *(when.last for when in found)]
    for when, end in zip(found, ends, strict=False):
        assert end <= when.first < when.last <= len(question.folded)
        assert OPEN <= when.start <= when.end <= LATEST


@given(some.text(max_size=200), NOWS)
def test_no_text_breaks_it(typed: str, now: datetime) -> None:
    find(read(typed), now)


@pytest.mark.parametrize(
    "repeated", ["lundi ", "8h ", "midi ", "1 et ", "le 1, ", "1 an 2 mois ", "la veille de ", "de lundi à ", "- "]
)
def test_a_long_monotonous_text_neither_overflows_the_stack_nor_lasts(repeated: str) -> None:
    find(read((repeated * 2000)[:2000]), datetime(2026, 3, 17, 10, 30))  # noqa: DTZ001 - a wall clock
