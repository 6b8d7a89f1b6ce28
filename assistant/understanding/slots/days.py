"""Dates and hours said in a question, as the inclusive local dates and `HH:MM` of the slots."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from assistant.understanding import times
from assistant.understanding.dating import is_year
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import repairs
from assistant.understanding.slots.found import Found
from assistant.understanding.text import read
from assistant.understanding.times import OPEN, When
from assistant.understanding.words import word_set

# Periods named without an article (« stats mois »), which the grammar of times does not read alone.
_BARE_PERIODS = {
    "jour": "day", "journee": "day", "quotidien": "day", "semaine": "week", "sem": "week", "hebdo": "week",
    "hebdomadaire": "week", "mois": "month", "mensuel": "month", "annee": "year", "annuel": "year",
}  # fmt: skip
_DATED_BY_YEAR = word_set(
    "history interventions stats invoice humidity temperature pitch reading service_notes how_many per_month "
    "per_technician visit tuning summary recurring notes_search"
)
_NUMBERED = frozenset({"piano", "make", "serial", "invoice", "estimate", "f_number"})
_BESIDE_A_YEAR = word_set("filler those that_one polite thanks greeting ack no us have")
_PERIODS = frozenset({"week", "month", "quarter", "year"})
_REST_OF_WEEK = 6
_LONGEST_MONTH = 31
_EARLIEST = 7  # « at 2 » is in the afternoon
_BEFORE_DAWN = "06:00"
_SPOKEN_PARTS = {"night": "evening"}


def inclusive(start: datetime, end: datetime) -> dict[str, str]:
    """An exclusive end becomes the last day inside."""
    last = max(end - timedelta(microseconds=1), start)
    return {"start": start.date().isoformat(), "end": last.date().isoformat()}


def find(found: Found) -> None:
    """Fills `date_range` or `date_ranges`, the hours, the part of day, and what is excepted."""
    said: list[dict[str, str]] = []
    excepted: list[dict[str, str]] = []
    marks = found.sentence.all("when")
    dropped, meant = repairs.taken_back(found.sentence, marks), repairs.put_right(found.sentence, marks)
    for mark in marks:
        when = mark.when
        if when is None or mark.first in dropped:
            continue
        if len(marks) > 1 and found.sentence.text(mark.first, mark.last) == "la la":
            continue  # « là là, mes rv de jeudi »: now, before one knows what to ask
        if found.sentence.text(mark.first, mark.last).endswith("prochaine journee"):
            found.put("direction", "next", mark.first, mark.last)
            continue
        if when.impossible or _is_far_leap_day(when, found.sentence.now):
            found.faults.add("impossible_date")
            continue
        is_denied = mark.first not in meant and (when.negated or found.is_negated(mark.first))
        negated = is_denied and not _is_set_right(found.sentence, mark)
        _put_hours(found, mark, when, negated=negated)
        _english_hour(found, mark)
        if negated and (whole := _whole_period(found.sentence, mark)):
            said.append(whole)
        if when.dated:
            days, kept = _range(when, found.sentence.now), excepted if negated else said
            if days not in kept:
                kept.append(days)
                found.places.append(("date_range", mark.first, mark.last))
    if not said:
        said += _bare_years(found)
    if excepted and not said:
        found.faults.add("no_day")
    said = _within_a_week(found.sentence, said)
    _keep(found.values, said)
    excepted = [_within(days, said) for days in excepted]
    # « pas demain », « pas demain, jeudi » take nothing away from what is said.
    _keep(found.excluded, [days for days in excepted if any(_overlap(days, other) for other in said)])


def _within_a_week(sentence: Sentence, said: list[dict[str, str]]) -> list[dict[str, str]]:
    """« la semaine passée j'étais chez qui mardi »: the Tuesday of that week."""
    days = [mark for mark in sentence.all("when") if mark.when is not None and mark.when.dated]
    if len(said) != 2 or len(days) != 2 or {mark.when.grain for mark in days if mark.when} != {"week", "day"}:
        return said
    if sentence.text(days[0].last, days[1].first) in ("et", "ou", "et de", "ou de", "pis", "puis", ","):
        return said
    week, day = sorted(said, key=lambda days: days["start"] == days.get("end"))
    if week.get("end", "") == "" or day["start"] != day.get("end"):
        return said
    monday, weekday = date.fromisoformat(week["start"]), date.fromisoformat(day["start"]).weekday()
    if monday.weekday() or (date.fromisoformat(week["end"]) - monday).days != _REST_OF_WEEK:
        return said
    meant = (monday + timedelta(days=weekday)).isoformat()
    return [{"start": meant, "end": meant}]


def _within(day: dict[str, str], said: list[dict[str, str]]) -> dict[str, str]:
    """« la semaine prochaine sauf mercredi »: the Wednesday of that week, not the next one."""
    start, last = (said[0].get(edge, "") for edge in ("start", "end")) if said else ("", "")
    if not start or not last or day.get("start") != day.get("end") or day["start"] > last:
        return day
    first = date.fromisoformat(day["start"])
    while first.isoformat() < start and (date.fromisoformat(last) - date.fromisoformat(start)).days == _REST_OF_WEEK:
        first += timedelta(days=7)
    return {"start": first.isoformat(), "end": first.isoformat()}


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    first, last = "0000", "9999"
    return one.get("start", first) <= other.get("end", last) and other.get("start", first) <= one.get("end", last)


def _keep(slots: dict[str, Any], ranges: list[dict[str, str]]) -> None:
    if len(ranges) == 1:
        slots["date_range"] = ranges[0]
    elif ranges:
        slots["date_ranges"] = ranges


def _range(when: When, now: datetime) -> dict[str, str]:
    """The inclusive days; what has no end runs to today, and what has no start has none."""
    if when.open_start and when.start == OPEN:
        return {"end": (when.end - timedelta(microseconds=1)).date().isoformat()}
    if when.open_end:
        start = when.start.date()
        return {"start": start.isoformat(), **({"end": now.date().isoformat()} if start <= now.date() else {})}
    if (when.end - when.start).days > _LONGEST_MONTH and when.grain == "day":
        # A season: people count autumn from 22 September, libraries of dates from the 24th.
        edges = [edge.replace(day=22) if (edge.month, edge.day) == (9, 24) else edge for edge in (when.start, when.end)]
        return inclusive(*edges)
    return inclusive(when.start, when.end)


def _whole_period(sentence: Sentence, mark: Mark) -> dict[str, str] | None:
    """« sauf lundi cette semaine »: the week is asked about, without its Monday."""
    rest = sentence.text(mark.first + 1, mark.last)
    found = times.find(read(rest), sentence.now)
    return inclusive(found[0].start, found[0].end) if len(found) == 1 and found[0].grain in _PERIODS else None


def _is_far_leap_day(when: When, now: datetime) -> bool:
    """« le 29 février » when neither this year nor the next has one."""
    return (when.start.month, when.start.day) == (2, 29) and when.start.year > now.year + 1


def _put_hours(found: Found, mark: Mark, when: When, *, negated: bool) -> None:
    for slot in ("part_of_day", "time", "after_time", "before_time"):
        if value := _SPOKEN_PARTS.get(getattr(when, slot), getattr(when, slot)):
            if "01:00" <= value < _BEFORE_DAWN and when.part_of_day in ("", "afternoon"):
                value = f"{int(value[:2]) + 12}{value[2:]}"  # « mon 3 h »: nobody is visited at night
            found.put(slot, value, mark.first, mark.last, negated=negated)


def _english_hour(found: Found, mark: Mark) -> None:
    """« friday at 10 »."""
    hour = found.sentence.word(mark.last + 1)
    if found.sentence.word(mark.last) == "at" and hour.isdigit() and 0 < int(hour) < 24:
        afternoon = 12 if int(hour) < _EARLIEST else 0
        found.put("time", f"{int(hour) + afternoon:02}:00", mark.last, mark.last + 2)


def _is_set_right(sentence: Sentence, mark: Mark) -> bool:
    """« pas demain, après-demain »: what follows the comma is what is meant."""
    if sentence.word(mark.first - 1) != ",":
        return False
    denied = [other for other in sentence.all("when") if other.last == mark.first - 1]
    return any(sentence.word(other.first - 1) in ("pas", "non") for other in denied)


def _bare_years(found: Found) -> list[dict[str, str]]:
    """« interventions 2024 », « stats pour 2026 », « de l'année 2025 », « comparatif 2024 2025 »."""
    years = []
    sentence = found.sentence
    for place, word in enumerate(sentence.words):
        named = sentence.kinds_at(place - 1) & _NUMBERED and not sentence.word(place - 1).endswith("s")
        if not is_year(word.text) or sentence.kinds_at(place) or named:
            continue
        of_a_past = sentence.has(*_DATED_BY_YEAR) and not sentence.has("older", "newer")
        if of_a_past or sentence.word(place - 1) in ("annee", "an"):
            found.places.append(("date_range", place, place + 1))
            years.append({"start": f"{word.text}-01-01", "end": f"{word.text}-12-31"})
    return years


def lone_year(found: Found) -> dict[str, str] | None:
    """« juste 2025 », « et dans celles de 2024 »: the year is all that is said."""
    sentence = found.sentence
    years = [place for place, word in enumerate(sentence.words) if is_year(word.text)]
    if len(years) != 1 or any(
        not (word.is_mark or place in years or sentence.kinds_at(place) & _BESIDE_A_YEAR)
        for place, word in enumerate(sentence.words)
    ):
        return None
    year = sentence.word(years[0])
    return {"start": f"{year}-01-01", "end": f"{year}-12-31"}


def bare_period(sentence: Sentence) -> dict[str, str] | None:
    """The current day, week, month or year when only its name is there."""
    today = sentence.now.date()
    for place in range(len(sentence.words)):
        period = _BARE_PERIODS.get(sentence.spelled[place])
        if (
            period
            and sentence.word(place - 1) not in ("quel", "quelle", "chaque", "meme")
            and sentence.word(place - 1) != "par"
        ):
            return period_around(today, period)
    return None


def period_around(day: date, period: str) -> dict[str, str]:
    """The calendar period a day is in; a week runs from Monday to Sunday."""
    if period == "week":
        start = day - timedelta(days=day.weekday())
        return {"start": start.isoformat(), "end": (start + timedelta(days=6)).isoformat()}
    if period == "month":
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return {"start": day.replace(day=1).isoformat(), "end": end.isoformat()}
    if period == "year":
        return {"start": f"{day.year}-01-01", "end": f"{day.year}-12-31"}
    return {"start": day.isoformat(), "end": day.isoformat()}


def years_before(day: date, years: int) -> date:
    """The same day some years earlier, the last of February when there is no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
