"""Years, in figures or words: « 2026 », « deux mille vingt-six », « en 1998 », « les années 90 »."""

from __future__ import annotations

from datetime import date

from assistant.understanding.times.almanac import FIRST_YEAR, LAST_YEAR, midnight, span_of
from assistant.understanding.times.chart import Rules
from assistant.understanding.times.values import Context, Day, Span

rules = Rules()

_LIKELY = range(1700, 2200)
"""Years said without a day."""
_RECORDS_BEGIN = 2000
"""« de 1998 » tells a piano's age rather than when it was seen."""
_JULY = 7
"""Québec's school years begin with it."""
_SHORT_YEARS = range(20, 40)


@rules("YEAR", "INT")
def year(_: Context, value: int) -> int | None:
    return value if value in _LIKELY else None


@rules("YEAR", "deux mille NUM")
def year_in_words(_: Context, value: int) -> int | None:
    return 2000 + value if value < 100 else None


@rules("YEAR", "mille|dix neuf cent|cents NUM?")
def old_year_in_words(_: Context, value: int | None) -> int | None:
    return 1900 + (value or 0) if (value or 0) < 100 else None


@rules("FULLYEAR", "YEAR", "INT")
def full_year(_: Context, value: int) -> int | None:
    return value if FIRST_YEAR <= value <= LAST_YEAR else None


@rules("FULLYEAR", "deux mille")
def year_two_thousand(_: Context) -> int:
    return 2000


@rules("FULLYEAR", "PAIR", "' PAIR")
def short_year(_: Context, value: int) -> int | None:
    # « 3 mars 26 »; « 3 mars 14 » is more likely the 14 of 14 h.
    return 2000 + value if value in _SHORT_YEARS else None


@rules("DATE", "de YEAR")
def recent_year(_: Context, year: int) -> Day | None:
    return Day(year=year) if year >= _RECORDS_BEGIN else None


@rules("DATE", "en|pour|annee|an YEAR", "l'|en|de? annee|an YEAR", "dans|en|de l' annee|an YEAR", "in YEAR")
def whole_year(_: Context, year: int) -> Day:
    return Day(year=year)


@rules("DECADE", "INT")
def decade(_: Context, first: int) -> int | None:
    first += 1900 if first in range(20, 100) else 0
    return first if first % 10 == 0 and 1700 <= first < 2200 else None


@rules("DATE", "les annees DECADE", "dans|durant|pendant les annees DECADE", "au cours des annees DECADE")
def years_of_decade(_: Context, first: int) -> Span:
    return span_of("year", midnight(date(first, 1, 1)), 10)


@rules("DATE", "<one>? annee scolaire", "<one>? annee scolaire SIDE")
def school_year(context: Context, sign: int = 0) -> Span:
    today = context.today
    return _from_july(today.year - (today.month < _JULY) + sign)


@rules("DATE", "<one>? annee scolaire YEAR -|/|a? YEAR")
def school_year_of(_: Context, first: int, last: int) -> Span | None:
    return _from_july(first) if last == first + 1 else None


def _from_july(year: int) -> Span:
    return Span(midnight(date(year, _JULY, 1)), midnight(date(year + 1, _JULY, 1)), "year")
