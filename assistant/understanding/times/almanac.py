"""The calendar itself: weeks, months, seasons, and the holidays of Québec, fixed or movable."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from assistant.understanding.times.values import Duration, Impossible, Span

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1000, 2999
"""Years that a full date may bear."""


def midnight(day: date) -> datetime:
    """The instant a day begins."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall clock, on purpose


def day_span(start: datetime) -> Span:
    """One day."""
    return Span(start, start + ONE_DAY, "day")


def first_of(grain: str, when: datetime) -> datetime:
    """The beginning of the unit that holds an instant; weeks begin on Monday."""
    if grain in ("second", "minute", "hour"):
        minute = 0 if grain == "hour" else when.minute
        return when.replace(minute=minute, second=when.second if grain == "second" else 0, microsecond=0)
    day = when.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == "week":
        return day - day.weekday() * ONE_DAY
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if grain == "year" else day


def unit(grain: str, count: int = 1) -> Duration:
    """So many of a unit."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain, 0)
    days = {"day": 1, "week": 7}.get(grain, 0)
    seconds = {"second": 1, "minute": 60, "hour": 3600}.get(grain, 0)
    return Duration(months * count, days * count, seconds * count, grain)


def shifted(when: datetime, length: Duration, sign: int = 1) -> datetime:
    """An instant moved by a duration; the 31st becomes the last day of a shorter month."""
    months = when.year * 12 + when.month - 1 + sign * length.months
    year, month = divmod(months, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR or abs(length.days) > 40_000 or abs(length.seconds) > 10**9:
        raise Impossible(str(length))
    day = min(when.day, calendar.monthrange(year, month + 1)[1])
    moved = when.replace(year=year, month=month + 1, day=day)
    return moved + sign * timedelta(days=length.days, seconds=length.seconds)


def span_of(grain: str, when: datetime, count: int = 1) -> Span:
    """The unit that holds an instant, and the following ones up to a count."""
    start = first_of(grain, when)
    return Span(start, shifted(start, unit(grain, count)), grain)


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth weekday of a month, counted from its end when negative; None when the month has no such day."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    place = nth - 1 if nth > 0 else nth
    return date(year, month, days[place]) if -len(days) <= place < len(days) else None


Feast = Callable[[int], tuple[date, date]]
"""First and last day of a feast in a year."""


def _fixed(month: int, day: int) -> Feast:
    return lambda year: (date(year, month, day), date(year, month, day))


def _from_easter(days: int) -> Feast:
    return lambda year: (easter(year) + days * ONE_DAY,) * 2


def _nth(month: int, weekday: int, nth: int, days: int = 0) -> Feast:
    def feast(year: int) -> tuple[date, date]:
        found = nth_weekday(year, month, weekday, nth)
        assert found is not None  # noqa: S101 - every month has four of each weekday
        return (found + days * ONE_DAY,) * 2

    return feast


def _patriots(year: int) -> tuple[date, date]:
    """The Monday before May 25."""
    eve = date(year, 5, 24)
    return (eve - eve.weekday() * ONE_DAY,) * 2


def _school_break(year: int) -> tuple[date, date]:
    """The first whole week of March, Monday to Friday, as in Montréal's schools."""
    monday = nth_weekday(year, 3, 0, 1) or date(year, 3, 1)
    return monday, monday + 4 * ONE_DAY


def _builders_holidays(year: int) -> tuple[date, date]:
    """Two weeks from the Sunday between July 18 and 24."""
    last = date(year, 7, 24)
    sunday = last - (last.weekday() + 1) % 7 * ONE_DAY
    return sunday, sunday + 13 * ONE_DAY


def _festive_season(year: int) -> tuple[date, date]:
    return date(year, 12, 24), date(year + 1, 1, 2)


_SAINT = "saint|st"
HOLIDAYS: Mapping[str, Feast] = {
    "temps des fetes": _festive_season,
    "fetes": _festive_season,
    "saison des fetes": _festive_season,
    "vacances des fetes|noel": _festive_season,
    "noel": _fixed(12, 25),
    "christmas": _fixed(12, 25),
    "veille de noel": _fixed(12, 24),
    "reveillon de? noel?": _fixed(12, 24),
    "lendemain de noel": _fixed(12, 26),
    "boxing day": _fixed(12, 26),
    "jour|premier de l'|l an": _fixed(1, 1),
    "nouvel an": _fixed(1, 1),
    "veille|reveillon du jour|premier de l'|l an": _fixed(12, 31),
    "veille|reveillon du nouvel an": _fixed(12, 31),
    f"{_SAINT} sylvestre": _fixed(12, 31),
    "fete? des rois": _fixed(1, 6),
    "epiphanie": _fixed(1, 6),
    f"{_SAINT} valentin": _fixed(2, 14),
    f"{_SAINT} patrick": _fixed(3, 17),
    "poisson d' avril": _fixed(4, 1),
    "mardi gras": _from_easter(-47),
    "mercredi des cendres": _from_easter(-46),
    "dimanche des rameaux": _from_easter(-7),
    "good friday": _from_easter(-2),
    "easter": _from_easter(0),
    "easter sunday": _from_easter(0),
    "easter monday": _from_easter(1),
    "christmas eve": _fixed(12, 24),
    "christmas day": _fixed(12, 25),
    "new year's|year|years s? eve": _fixed(12, 31),
    "new year's|year|years s? day": _fixed(1, 1),
    "labour|labor day": _nth(9, 0, 1),
    "thanksgiving": _nth(10, 0, 2),
    "victoria day": _patriots,
    "jeudi saint": _from_easter(-3),
    "vendredi saint": _from_easter(-2),
    "samedi saint": _from_easter(-1),
    "paques": _from_easter(0),
    "dimanche de paques": _from_easter(0),
    "lundi de paques": _from_easter(1),
    "ascension": _from_easter(39),
    "jeudi de l' ascension": _from_easter(39),
    "pentecote": _from_easter(49),
    "dimanche de la pentecote": _from_easter(49),
    "lundi de la? pentecote": _from_easter(50),
    "fete des meres": _nth(5, 6, 2),
    "fete des peres": _nth(6, 6, 3),
    "journee|fete? nationale? des patriotes": _patriots,
    "fete de la reine": _patriots,
    f"{_SAINT} jean baptiste?": _fixed(6, 24),
    "fete nationale du? quebec?": _fixed(6, 24),
    "fete du canada": _fixed(7, 1),
    "fete de la confederation": _fixed(7, 1),
    "canada day": _fixed(7, 1),
    "assomption": _fixed(8, 15),
    "fete du travail": _nth(9, 0, 1),
    "journee|jour? de la verite et de la reconciliation": _fixed(9, 30),
    "action de grace|graces": _nth(10, 0, 2),
    "thanksgiving": _nth(10, 0, 2),
    "halloween": _fixed(10, 31),
    "toussaint": _fixed(11, 1),
    "jour des morts": _fixed(11, 2),
    "jour du souvenir": _fixed(11, 11),
    "armistice": _fixed(11, 11),
    "black friday": _nth(11, 3, 4, days=1),
    "vendredi fou|noir": _nth(11, 3, 4, days=1),
    "cyber monday|lundi": _nth(11, 3, 4, days=4),
    f"{_SAINT}|sainte|ste catherine": _fixed(11, 25),
    "relache scolaire?": _school_break,
    "semaine de la? relache": _school_break,
    "vacances de la construction": _builders_holidays,
    "semaines de la construction": _builders_holidays,
}
"""Patterns of the grammar, without the article."""


def _long(monday: Feast, friday: Feast | None = None) -> Feast:
    """From the Saturday before a Monday, or from a Friday."""
    return lambda year: ((friday or monday)(year)[0] - (0 if friday else 2) * ONE_DAY, monday(year)[0])


LONG_WEEKENDS = (
    _long(_from_easter(1), _from_easter(-2)),
    _long(_patriots),
    _long(_nth(9, 0, 1)),
    _long(_nth(10, 0, 2)),
)
"""Those that every year has."""

_SEASON_STARTS = ((3, 21), (6, 21), (9, 24), (12, 21))
"""Spring, summer, autumn and winter, to the day or so."""


def season(which: int, year: int) -> Span:
    """Spring (0), summer, autumn or winter (3) that begins in a year."""
    month, day = _SEASON_STARTS[which]
    next_month, next_day = _SEASON_STARTS[(which + 1) % 4]
    end = date(year + (which == 3), next_month, next_day)
    return Span(midnight(date(year, month, day)), midnight(end), "day")
